"""Rows of an import as a page shows them: what would change in each, or why it is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.imports.engine.folding import Outcome
from customers.imports.matching import targets
from customers.imports.matching.headers import heading
from customers.imports.matching.problems import sentence
from customers.models import Account, ContactMethod, CustomField, ImportRun, PreviewRow, RejectedRow
from customers.snapshots.states import CUSTOM, AccountRef, Company, Method, Person
from customers.values.names import display_name
from helpdesk.core.words import phrase, phrase_lazy

SHOWN_VALUE = 120
_TITLES = {
    targets.CONTACTS: phrase_lazy("Import %(term_contacts)s"),
    targets.ACCOUNTS: phrase_lazy("Import %(term_accounts)s"),
}
_LABELS = {
    "methods": gettext_lazy("Ways to reach"),
    "accounts": phrase_lazy("%(Term_accounts)s"),
    "domains": gettext_lazy("Email domains"),
    "parent": gettext_lazy("Parent"),
}

KINDS = [
    (targets.CONTACTS, phrase_lazy("%(Term_contacts)s")),
    (targets.ACCOUNTS, phrase_lazy("%(Term_accounts)s")),
]


def title_of(run: ImportRun) -> str:
    """What the pages of an import are called."""
    return str(_TITLES[run.kind])


# --- Names of fields ----------------------------------------------------------------
def custom_labels() -> dict[str, str]:
    """What the desk's own fields are called, by module and key: one query."""
    return {f"{field.module}:{field.key}": field.label for field in CustomField.objects.all()}


def field_label(name: str, kind: str, labels: Mapping[str, str]) -> str:
    """How a field of a state is called on the screen; ``labels`` are :func:`custom_labels`."""
    if name.startswith(CUSTOM):
        module = CustomField.Module.CONTACT if kind == targets.CONTACTS else CustomField.Module.ACCOUNT
        key = name.removeprefix(CUSTOM)
        return labels.get(f"{module}:{key}", key)
    if name in _LABELS:
        return str(_LABELS[name])
    code = name if kind == targets.CONTACTS else _account_code(name)
    return targets.label(code, kind=kind)


def _account_code(name: str) -> str:
    return targets.ACCOUNT if name == "name" else f"account_{name}"


# --- Rows left out ----------------------------------------------------------------
@dataclass(frozen=True)
class LeftOut:
    """One row of a table of rows left out."""

    number: int
    who: str
    column: str
    value: str
    reason: str
    is_one_cell: bool = True


def cells_of(run: ImportRun, cells: Sequence[str]) -> list[tuple[str, str]]:
    """The filled cells of a row with the names of their columns."""
    headings = [heading(column["header"], index) for index, column in enumerate(run.columns)]
    return [(name, _shortened(cell)) for name, cell in zip(headings, cells, strict=False) if cell]


def left_out(run: ImportRun, rows: Iterable[RejectedRow | PreviewRow]) -> list[LeftOut]:
    """Why each of these rows is left out, and which cell is at fault."""
    return [_left_out(run, row) for row in rows]


def _left_out(run: ImportRun, row: RejectedRow | PreviewRow) -> LeftOut:
    cells, index = row.cells, row.column
    named = index is not None and index < len(run.columns)
    return LeftOut(
        number=row.number,
        who=who(cells, run.mapping),
        column=heading(run.columns[index]["header"], index) if named else _("Whole row"),  # type: ignore[arg-type]
        value=_shortened(cells[index]) if named and index < len(cells) else "",  # type: ignore[operator]
        reason=sentence(row.problem, row.details),
        is_one_cell=named,
    )


def _shortened(value: str) -> str:
    return value if len(value) <= SHOWN_VALUE else f"{value[:SHOWN_VALUE]}…"


def who(cells: Sequence[str], mapping: Sequence[str]) -> str:
    """The name in a row, as far as it can be told without reading the row properly."""
    found: dict[str, str] = {}
    for code, cell in zip(mapping, cells, strict=False):
        if cell:
            found.setdefault(code, cell)
    name = display_name(found.get(targets.FIRST_NAME, ""), found.get(targets.LAST_NAME, ""))
    others = (targets.NAME, targets.EMAIL, targets.ACCOUNT)
    return _shortened(name or next((found[code] for code in others if code in found), ""))


# --- What a row changes --------------------------------------------------------------
@dataclass(frozen=True)
class Change:
    """One value, old and new; either may be empty."""

    label: str
    old: str = ""
    new: str = ""
    is_added: bool = False


@dataclass(frozen=True)
class Tile:
    """An account in a list: its name, and whether it is there only after the import."""

    name: str
    is_primary: bool
    is_new: bool


@dataclass(frozen=True)
class RowDiff:
    """One row of the preview: whom it is about, and old → new."""

    number: int
    who: str
    before: list[Tile] = field(default_factory=list)
    after: list[Tile] = field(default_factory=list)
    note: str = ""
    changes: list[Change] = field(default_factory=list)
    mark: str = ""
    """How the record itself is marked when it is an account: new, or none."""

    @property
    def accounts_change(self) -> bool:
        return self.before != self.after


def diffs(outcomes: Sequence[Outcome]) -> list[RowDiff]:
    """Old → new of these rows: one query for the names of all accounts in them, one for the desk's own fields."""
    names, labels = _account_names(outcomes), custom_labels()
    return [_diff(outcome, names, labels) for outcome in outcomes]


def _account_names(outcomes: Iterable[Outcome]) -> dict[AccountRef, str]:
    refs: set[AccountRef] = set()
    names: dict[AccountRef, str] = {}
    for outcome in outcomes:
        for state in (outcome.before, outcome.after, *(outcome.company or ())):
            if isinstance(state, Person):
                refs |= {place.account for place in state.places}
            elif isinstance(state, Company) and state.fields.get("parent"):
                refs.add(state.fields["parent"])
        names |= outcome.names
    known = Account.objects.filter(pk__in=[ref for ref in refs if isinstance(ref, int)])
    return names | dict(known.values_list("pk", "name"))


def _diff(outcome: Outcome, names: Mapping[AccountRef, str], labels: Mapping[str, str]) -> RowDiff:
    if isinstance(outcome.after, Company):
        return _company_diff(outcome, outcome.after, names, labels)
    person = outcome.before if isinstance(outcome.before, Person) else Person()
    now = outcome.after if isinstance(outcome.after, Person) else person
    return RowDiff(
        outcome.number,
        display_name(now.fields.get("first_name", ""), now.fields.get("last_name", "")),
        _tiles(person, names),
        _tiles(now, names),
        _note(person, now, names),
        [*_person_changes(person, now, labels), *_changes_of_its_account(outcome, names, labels)],
    )


def _company_diff(
    outcome: Outcome, after: Company, names: Mapping[AccountRef, str], labels: Mapping[str, str]
) -> RowDiff:
    before = outcome.before if isinstance(outcome.before, Company) else Company()
    return RowDiff(
        outcome.number,
        str(after.fields.get("name", "")),
        changes=list(_company_changes(before, after, names, labels)),
        mark="none" if before.fields else "new",
    )


def _tiles(person: Person, names: Mapping[AccountRef, str]) -> list[Tile]:
    return [
        Tile(_name(place.account, names), position == 0, isinstance(place.account, str))
        for position, place in enumerate(person.places)
    ]


def _name(ref: AccountRef, names: Mapping[AccountRef, str]) -> str:
    return names.get(ref) or str(ref)


def _note(before: Person, after: Person, names: Mapping[AccountRef, str]) -> str:
    """What happens to the primary account; nothing where the one new tile says it with its name."""
    if after.primary is None:
        return phrase("no %(term_account)s")
    if before.primary == after.primary:
        return _("same primary, no change") if before.places == after.places else _("same primary")
    if not before.places and isinstance(after.primary, str):
        return ""
    return _("%(name)s becomes primary") % {"name": _name(after.primary, names)}


def _person_changes(before: Person, after: Person, labels: Mapping[str, str]) -> Iterator[Change]:
    called = partial(field_label, kind=targets.CONTACTS, labels=labels)
    yield from _field_changes(before.fields, after.fields, called)
    if before.places and after.places and before.places[0].account == after.places[0].account:
        old, new = before.places[0].job_title, after.places[0].job_title
        if old != new:
            yield Change(_("Job title"), old, new)
    elif after.places and after.places[0].job_title:
        yield Change(_("Job title"), "", after.places[0].job_title)
    yield from _method_changes(before, after.methods)
    if before.tags != after.tags:
        yield Change(_("Tags"), ", ".join(before.tags), ", ".join(after.tags))


def _field_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], called: Callable[[str], str]
) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = _text(before.get(name)), _text(after.get(name))
        if old != new and name not in ("parent", "type"):
            yield Change(called(name), _shortened(old), _shortened(new))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def _method_changes(person: Person, after: Sequence[Method]) -> Iterator[Change]:
    present = {(method.kind, method.key): method for method in person.methods}
    for method in after:
        old = present.get((method.kind, method.key))
        label = str(ContactMethod.Kind(method.kind).label)
        if old is None:
            yield Change(label, "", method.value, is_added=bool(person.fields))
        elif method.is_default and not old.is_default:
            yield Change(_("Default"), "", method.value)


def _changes_of_its_account(
    outcome: Outcome, names: Mapping[AccountRef, str], labels: Mapping[str, str]
) -> Iterator[Change]:
    """What the row of a contact makes of its account; that a new one is created, its tile says."""
    if outcome.company is None:
        return
    before, after = outcome.company
    known = before or Company({"name": after.fields.get("name", "")})
    yield from _company_changes(known, after, names, labels, kind=targets.CONTACTS)


def _company_changes(
    before: Company,
    after: Company,
    names: Mapping[AccountRef, str],
    labels: Mapping[str, str],
    *,
    kind: str = targets.ACCOUNTS,
) -> Iterator[Change]:
    """Old → new of an account; ``kind`` is that of the file, by which its fields are called."""
    called = partial(_company_label, kind=kind, labels=labels)
    yield from _field_changes(before.fields, after.fields, called)
    old, new = before.fields.get("type") or "", after.fields.get("type") or ""
    if old != new and (old or new != Account.Type.CUSTOMER):
        yield Change(called("type"), _type_label(old), _type_label(new))
    above, now_above = before.fields.get("parent"), after.fields.get("parent")
    if above != now_above:
        yield Change(
            called("parent"),
            _name(above, names) if above else "",
            _name(now_above, names) if now_above else "",
        )
    for domain in after.domains:
        if domain not in before.domains:
            yield Change(called("domain"), "", domain, is_added=True)


def _company_label(name: str, *, kind: str, labels: Mapping[str, str]) -> str:
    if name.startswith(CUSTOM):
        return field_label(name, targets.ACCOUNTS, labels)
    return targets.label(_account_code(name), kind=kind)


def _type_label(code: str) -> str:
    return str(Account.Type(code).label) if code else ""


# --- What the file turned out to be ----------------------------------------------------
_DELIMITERS = {
    ",": gettext_lazy("columns divided by commas"),
    ";": gettext_lazy("columns divided by semicolons"),
    "\t": gettext_lazy("columns divided by tabs"),
    "|": gettext_lazy("columns divided by vertical bars"),
}


def facts_of(run: ImportRun) -> list[str]:
    """How the file was read, as far as it is worth a look: where the headings were, and how the text was read."""
    layout, facts = run.layout, []
    if layout.get("header", 1) > 1:
        facts.append(_("Headings found in row %(row)s") % {"row": layout["header"]})
    if encoding := layout.get("encoding"):
        facts.append(_("Text read as %(encoding)s") % {"encoding": encoding.removesuffix("-sig").upper()})
    if delimiter := _DELIMITERS.get(layout.get("delimiter", "")):
        facts.append(str(delimiter))
    return facts
