"""Whatever may let more people see more asks before it is done, at every door: a page says how many people come to see
how many more tickets, and what was agreed to comes back as `agreed`. The doors that go ahead are listed here, each with
the reason; `docs/decisions/0030-exposure.md` explains them."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from customers.administration import join_requests, team
from customers.bulk import lifecycle as bulk
from customers.health import remedies
from customers.imports.engine import lifecycle as imports
from customers.merging import accounts as account_merging
from customers.merging import contacts as merging
from customers.services import associations
from customers.services.accounts import changes as accounts
from customers.services.contacts import changes as contacts
from customers.services.contacts import leaving
from customers.services.relationships import links
from tests.architecture.sources import product_modules, text

#: Services that may widen sight; each takes `agreed` (or, of what is counted beforehand, what was `opened`).
ASKING = (
    account_merging.merge_accounts,
    accounts.change_accounts,
    accounts.update_account,
    associations.associate,
    associations.associate_many,
    associations.change_sharing,
    associations.rewrite_lists,
    associations.set_accounts,
    contacts.change_contacts,
    contacts.create_contact,
    contacts.create_contacts,
    contacts.insert_contacts,
    contacts.update_contact,
    join_requests.accept_request,
    leaving.bring_back,
    leaving.let_in_again,
    leaving.see_off,
    links.create_contact_relationship,
    links.link_accounts,
    merging.merge_contacts,
    remedies.join_by_domain,
    team.activate_person,
    team.change_details,
    team.change_person,
)
#: Changes many lists at once and never asks: whoever calls it has counted all of it beforehand. Others that change many
#: are told so by `counted`.
COUNTED_BEFORE = {"set_accounts_many"}
#: Where one of these is used without what was agreed to, and why that is right.
ASKED_AROUND = "the service or form around it asks about the whole change"
NO_PAGE = "nobody is there to be asked; it is recorded"
GO_AHEAD = {
    ("customers/admin/accounts.py", "AccountAdmin.associate_contact"): ASKED_AROUND,
    ("customers/admin/contacts.py", "ContactAdmin.change"): ASKED_AROUND,
    ("customers/admin/contacts.py", "ContactAdmin.save_related"): ASKED_AROUND,
    (
        "customers/views/contacts/forms.py",
        "ContactForm.update",
    ): "changes names and the like; the list behind it asks",
    (
        "customers/imports/engine/undo.py",
        "_change_accounts",
    ): "gives back what was there before; it is recorded",
    ("customers/imports/engine/writing.py", "_write_companies"): "imports ask after their dry run",
    ("customers/imports/engine/writing.py", "_write_people"): "imports ask after their dry run",
    ("customers/snapshots/writing.py", "write_changed"): "imports and bulk updates ask beforehand",
    ("customers/services/associations.py", "associate"): "hands all of its choices on",
    (
        "customers/administration/invitations.py",
        "_join",
    ): "the inviter was told, and the invited cannot know; recorded",
    ("customers/administration/invitations.py", "bring_in"): "makes a contact without accounts",
    ("customers/services/contacts/leaving.py", "_hand_over_relationships"): ASKED_AROUND,
    ("customers/administration/matching.py", "find_or_create_contact"): NO_PAGE,
    ("customers/merging/contacts.py", "_unite_lists"): ASKED_AROUND,
    ("customers/health/remedies.py", "join_by_domain"): ASKED_AROUND,
    ("customers/administration/team.py", "_remove"): "takes somebody out",
    ("customers/administration/team.py", "change_person"): "changes names; the level asks",
    ("customers/views/merging/views.py", "AccountMergeView"): "`MergeView.post` calls it, and asks",
    ("customers/views/merging/views.py", "ContactMergeView"): "`MergeView.post` calls it, and asks",
    ("portal/demo/customers.py", "load_contacts"): NO_PAGE,
    ("portal/demo/customers.py", "load_relationships"): NO_PAGE,
}
#: The only modules that write rows which sight is made of; a new one belongs behind a service that asks.
WRITERS = {
    "customers/imports/engine/opening.py",  # tries it out, and rolls it back
    "customers/merging/accounts.py",
    "customers/services/associations.py",
    "customers/services/relationships/eligibility.py",  # the state that was noticed, which grants nothing
    "customers/services/relationships/links.py",
    "customers/merging/undo.py",
    "customers/merging/contacts.py",
    "portal/demo/customers.py",  # when somebody joined
}
ROWS = {"Association", "AccountRelationship", "ContactRelationship"}
WRITING = {"bulk_create", "bulk_update", "create", "delete", "get_or_create", "update", "update_or_create"}


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Every function and class body by its dotted name; what stands outside is ``<module>``."""

    def walk(node: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                inner = f"{name}.{child.name}" if name else child.name
                yield from walk(child, inner)
            else:
                yield name or "<module>", child
                yield from walk(child, name)

    return walk(tree, "")


def named(node: ast.AST) -> str:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def uses(path: Path, names: set[str]) -> Iterator[tuple[str, bool]]:
    """Where the services are called, or handed on: the function, and whether what was agreed to goes along."""
    tree = ast.parse(text(path))
    agreeing: dict[int, bool] = {}
    names = names - of_others(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            told = any(each.arg in ("agreed", "opened") for each in node.keywords)
            agreeing[id(node.func)] = told
            if named(node.func) == "partial" and node.args:
                agreeing[id(node.args[0])] = told
    for where, node in functions(tree):
        if named(node) in names:
            yield where, agreeing.get(id(node), False)


def of_others(tree: ast.Module) -> set[str]:
    """Names that this module has from somewhere else than the services: they only sound the same."""
    homes = {service.__name__: service.__module__ for service in ASKING}
    return {
        each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for each in node.names
        if each.name in homes and node.module != homes[each.name]
    }


def doors() -> dict[tuple[str, str], bool]:
    """Every place that uses a service which may widen sight, and whether it asks at each of its uses."""
    names = {service.__name__ for service in ASKING} | COUNTED_BEFORE
    found: dict[tuple[str, str], bool] = {}
    for path in product_modules():
        for where, agrees in uses(path, names):
            key = (path.as_posix(), where)
            found[key] = found.get(key, True) and agrees
    return found


def test_every_service_that_may_widen_sight_can_ask() -> None:
    for service in ASKING:
        assert {"agreed", "choices"} & set(inspect.signature(service).parameters), service.__name__
    assert "agreed" in inspect.signature(imports.start).parameters
    assert "opened" in inspect.signature(bulk.start).parameters


def test_every_door_asks_or_is_listed_with_its_reason() -> None:
    silent = {key for key, asks in doors().items() if not asks}
    assert silent == set(GO_AHEAD)


def test_rows_that_sight_is_made_of_are_written_by_these_modules_alone() -> None:
    found = set()
    for path in product_modules():
        for node in ast.walk(ast.parse(text(path))):
            if not isinstance(node, ast.Call):
                continue
            chain = ast.unparse(node.func)
            if chain in ROWS or (chain.split(".")[0] in ROWS and chain.split(".")[-1] in WRITING):
                found.add(path.as_posix())
    assert found == WRITERS
