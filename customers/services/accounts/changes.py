"""Accounts: created and changed, one or many, and found by name.

One account is the list of one: a form, the Django admin, an import of thousands and its undo, and a customer
administrator leave the same rows and the same history. A handful of statements serves any number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from customers import policies
from customers.errors.records import AccountDeleted, ParentCycle
from customers.models import Account
from customers.services.accounts.domains import rewrite_domains
from customers.services.accounts.hierarchy import lock_hierarchies, replant
from customers.services.custom_fields import ACCOUNT, Changed, Definitions, assign_fields
from customers.services.exposure import Watch, recorded_with
from customers.services.freshness import refuse_stale
from customers.services.relationships.eligibility import notice_around
from helpdesk.core.actors import Actor
from helpdesk.core.database.bulk import insert, new_ids, update_rows
from helpdesk.core.database.locks import locked_many
from helpdesk.core.database.lookups import one_of
from helpdesk.core.text import line, unique_form
from helpdesk.core.validation import InvalidFields, Unique, clean_changed, refuse_taken
from helpdesk.events.recording import Happening, record_many

#: The own fields of an account. The parent is given as its id.
FIELDS = (
    "name",
    "number",
    "type",
    "parent_id",
    "phone",
    "website",
    "address",
    "notes",
    "custom_fields",
    "external_id",
    "sharing",
)
UNIQUE = (
    Unique(
        "name",
        "account_name_unique_ignoring_case_and_spaces",
        key=unique_form,
        column=F("name_key"),
        nobodys=lambda: f"… {uuid4()}",
    ),
    Unique("number", "account_number_unique", key=str.lower, column=Lower("number")),
    Unique("external_id", "account_external_id_unique"),
)
ATTEMPTS = 3
OPENING = {"parent", "sharing"}


@dataclass(frozen=True)
class NewAccount:
    """An account to be created: its own fields and its domains. `under`: the place in the list of new accounts of the
    one that is to be its parent."""

    fields: Mapping[str, Any]
    domains: Iterable[str] = ()
    under: int | None = None


@dataclass(frozen=True)
class AccountChange:
    """New values of an account's own fields (of ``custom_fields`` those given), and all its domains when they change;
    `expected_version` is that of the form (`version_of`), where one was open."""

    account_id: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    domains: Iterable[str] | None = None
    expected_version: int | None = None

    @property
    def names(self) -> list[str]:
        """What it changes, for the policy."""
        return [*self.fields, *([] if self.domains is None else ["domains"])]


# --- Created ----------------------------------------------------------------------
def create_accounts(new: Sequence[NewAccount], *, actor: Actor) -> list[Account]:
    """Create accounts in a few statements, in any order of parents and children. Raises `InvalidFields`, `ParentCycle`
    and what `rewrite_domains` raises; then none is created."""
    policies.require_add_account(actor)
    with transaction.atomic():
        if any(item.under is not None or item.fields.get("parent_id") for item in new):
            lock_hierarchies()
        custom = Definitions(ACCOUNT)
        accounts = [_new(item.fields, custom) for item in new]
        for account, pk in zip(accounts, new_ids(Account, len(new)), strict=True):
            account.pk = pk
        _trees_of({account.parent_id for account in accounts if account.parent_id})
        for account, item in zip(accounts, new, strict=True):
            if item.under is not None:
                account.parent_id = accounts[item.under].pk
        _refuse_taken({account.pk: account for account in accounts})
        insert(accounts)
        lists = {
            account.pk: item.domains for account, item in zip(accounts, new, strict=True) if item.domains
        }
        rewrite_domains({account.pk: account for account in accounts}, lists)
        record_many(
            [Happening("account.created", account, None, {"name": account.name}) for account in accounts],
            actor=actor,
        )
        if below := [account.pk for account in accounts if account.parent_id]:
            _settle(dict.fromkeys(below), actor=actor)
    return accounts


def create_account(fields: dict[str, Any], *, actor: Actor, domains: Iterable[str] = ()) -> Account:
    """`create_accounts` for one; the parent may be given as ``parent``, an account."""
    with transaction.atomic():
        (account,) = create_accounts([NewAccount(_by_id(fields), domains)], actor=actor)
        account.refresh_from_db()
    return account


def _by_id(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A form names the parent itself."""
    own = dict(fields)
    if "parent" in own:
        parent = own.pop("parent")
        own["parent_id"] = parent.pk if isinstance(parent, Account) else parent
    return own


def _new(fields: Mapping[str, Any], custom: Definitions) -> Account:
    account = Account()
    given = {name: value for name, value in fields.items() if value is not None}
    told = assign_fields(account, given, allowed=FIELDS, definitions=custom)
    clean_changed(account, {"name", *told.changes})
    return account


def _refuse_taken(accounts: Mapping[int, Account], changed: Mapping[int, Changed] | None = None) -> None:
    """Look at the unique values of these accounts: of all, or of those `changed` alone. Raises `InvalidFields`."""
    for unique in UNIQUE:
        wanted = {
            pk: getattr(account, unique.field)
            for pk, account in accounts.items()
            if changed is None or unique.field in changed.get(pk, ())
        }
        refuse_taken(Account, unique, wanted)


def _trees_of(parents: set[int]) -> set[int]:
    """The hierarchies that these stand in; each is the top of its own where it stands alone. Accounts are deleted under
    the lock of hierarchies, so what is here stays. Raises `InvalidFields` when one is gone."""
    if not parents:
        return set()
    found = dict(Account.objects.filter(one_of("pk", parents)).values_list("pk", "tree"))
    if len(found) < len(parents):
        raise InvalidFields({"parent": [AccountDeleted().message]})
    return {tree or pk for pk, tree in found.items()}


def _settle(moved: Mapping[int, int | None], *, actor: Actor) -> None:
    """After these came from under the parents that they had (``{id: parent before}``). Raises `ParentCycle`."""
    left = {parent for parent in moved.values() if parent}
    trees = replant(moved.keys(), left=left)
    notice_around(moved.keys() | left, trees=trees, actor=actor)


# --- Changed ----------------------------------------------------------------------
def change_accounts(
    changes: Sequence[AccountChange], *, actor: Actor, agreed: str | None = None, counted: bool = False
) -> None:
    """Change accounts, each in its own way, in a few statements. Raises `AccountDeleted`, `InvalidFields`,
    `ParentCycle`, `ChangedMeanwhile`, what `rewrite_domains` raises, and `WidensSight` unless what it opens was
    `agreed` to; then none is changed.

    `counted`: the caller has counted beforehand what all of its work opens, asks about it and records it (an import),
    so it is not looked at here.
    """
    policies.require_change_accounts(actor, {change.account_id: change.names for change in changes})
    with transaction.atomic():
        if any("parent_id" in change.fields for change in changes):
            lock_hierarchies()
        identifiers = [change.account_id for change in changes]
        accounts = locked_many(Account, identifiers, gone=AccountDeleted, no_key=True)
        for change in changes:
            _refuse(accounts[change.account_id], change, actor=actor)
        parents = {pk: account.parent_id for pk, account in accounts.items()}
        changed = _assigned(accounts, changes)
        moved = {pk: parents[pk] for pk, told in changed.items() if "parent_id" in told}
        around = _hierarchies(accounts, moved)
        watch = Watch() if counted else _watch(changed, around)
        if changed:
            names = set[str]().union(*(told.columns for told in changed.values()))
            names = {"parent" if name == "parent_id" else name for name in names}
            update_rows([accounts[pk] for pk in changed], names, unique=UNIQUE)
        if moved:
            _settle(moved, actor=actor)
        opened = watch.gained(agreed=agreed, actor=actor)
        happenings = [
            Happening("account.changed", accounts[pk], None, _history(told)) for pk, told in changed.items()
        ]
        happenings = recorded_with(
            opened, happenings, lambda each: bool(OPENING & each.data["changes"].keys())
        )
        lists = {change.account_id: change.domains for change in changes if change.domains is not None}
        domains_told = rewrite_domains(accounts, lists)
        if elsewhere := [each.subject.pk for each in domains_told if each.subject.pk not in changed]:
            Account.objects.filter(one_of("pk", elsewhere)).update(updated_at=timezone.now())
        record_many([*happenings, *domains_told], actor=actor)


def update_account(
    account: Account,
    fields: dict[str, Any],
    *,
    actor: Actor,
    domains: Iterable[str] | None = None,
    expected_version: int | None = None,
    agreed: str | None = None,
) -> Account:
    """`change_accounts` for one, whose parent may be given as ``parent``, an account; returns it as it is now."""
    change = AccountChange(account.pk, _by_id(fields), domains, expected_version)
    with transaction.atomic():
        change_accounts([change], actor=actor, agreed=agreed)
        return Account.objects.get(pk=account.pk)


def _refuse(account: Account, change: AccountChange, *, actor: Actor) -> None:
    """What the locked account as it stands says against the change."""
    if "sharing" in change.fields:
        policies.require_level(actor, account, change.fields["sharing"], before=account.sharing)
    refuse_stale(account, change.expected_version)


def _assigned(accounts: Mapping[int, Account], changes: Sequence[AccountChange]) -> dict[int, Changed]:
    """Set the new values and judge them, each by itself and all beside the desk's; what is not changed is left out.
    Raises `InvalidFields`, `ParentCycle`."""
    custom, changed = Definitions(ACCOUNT), dict[int, Changed]()
    for change in changes:
        account = accounts[change.account_id]
        told = assign_fields(account, change.fields, allowed=FIELDS, definitions=custom)
        if told:
            clean_changed(account, told.changes)
            if account.parent_id == account.pk:
                raise ParentCycle(account.name, account.name)
            changed[account.pk] = told
    _refuse_taken(accounts, changed)
    return changed


def _hierarchies(accounts: Mapping[int, Account], moved: Iterable[int]) -> set[int]:
    """The hierarchies from which and into which accounts move that get another parent. Raises `InvalidFields` when a
    parent is gone."""
    coming = [accounts[pk] for pk in moved if accounts[pk].parent_id]
    parents = {account.parent_id for account in coming if account.parent_id}
    return _trees_of(parents) | {account.tree or account.pk for account in coming}


def _watch(changed: Mapping[int, Changed], hierarchies: set[int]) -> Watch:
    """Sharing concerns those who belong to an account; a parent, those who act for somebody in either hierarchy."""
    shared = [pk for pk, told in changed.items() if "sharing" in told]
    return Watch(
        members=Q(account__in=shared) if shared else None,
        acting=Q(account__in=hierarchies) | Q(account__tree__in=hierarchies) if hierarchies else None,
    )


def _history(told: Changed) -> dict[str, Any]:
    """The record calls the parent by the field's own name."""
    changes = {"parent" if name == "parent_id" else name: pair for name, pair in told.changes.items()}
    return {**told.history, "changes": changes}


# --- By name ------------------------------------------------------------------------
def find_or_create_accounts(names: Iterable[str], *, actor: Actor) -> dict[str, Account]:
    """``{name as given: account}``, matched ignoring case and spaces; unknown ones are created, in a few queries."""
    given = [name for name in names if name.strip()]
    by_form: dict[str, str] = {}
    for name in given:
        by_form.setdefault(unique_form(name), line(name)[:200])
    found: dict[str, Account] = {}
    for attempt in range(1, ATTEMPTS + 1):
        found = _by_form(by_form)
        missing = {form: name for form, name in by_form.items() if form not in found}
        if not missing:
            break
        try:
            with transaction.atomic():
                created = create_accounts(
                    [NewAccount({"name": name}) for name in missing.values()], actor=actor
                )
        except (InvalidFields, IntegrityError):  # somebody else has made one of them meanwhile
            if attempt == ATTEMPTS:
                raise
        else:
            found |= dict(zip(missing, created, strict=True))
            break
    return {name: found[unique_form(name)] for name in given}


def _by_form(forms: Iterable[str]) -> dict[str, Account]:
    return {account.name_key: account for account in Account.objects.filter(name_key__in=list(forms))}
