"""Rows of an import as a page shows them: what would change in each, or why it is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from customers.imports import targets
from customers.imports.folding import Outcome
from customers.imports.headers import heading
from customers.imports.problems import sentence
from customers.imports.states import CUSTOM, AccountRef, Company, Method, Person
from customers.models import Account, ContactMethod, ImportRun, RejectedRow
from customers.names import display_name
from helpdesk.core.words import phrase

SHOWN_VALUE = 120


# --- Rows left out ----------------------------------------------------------------
@dataclass(frozen=True)
class LeftOut:
    """One row of a table of rows left out."""

    number: int
    who: str
    column: str
    value: str
    reason: str


def left_out(run: ImportRun, rows: Iterable[RejectedRow | Outcome]) -> list[LeftOut]:
    """Why each of these rows is left out, and which cell is at fault."""
    return [_left_out(run, row) for row in rows]


def _left_out(run: ImportRun, row: RejectedRow | Outcome) -> LeftOut:
    cells, index = row.cells, row.column
    named = index is not None and index < len(run.columns)
    return LeftOut(
        number=row.number,
        who=who(cells, run.mapping),
        column=heading(run.columns[index]["header"], index) if named else _("Whole row"),  # type: ignore[index,arg-type]
        value=_shortened(cells[index]) if named and index < len(cells) else "",  # type: ignore[operator,index]
        reason=sentence(row.problem, row.details),
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

    @property
    def accounts_change(self) -> bool:
        return self.before != self.after


def diffs(run: ImportRun, outcomes: Sequence[Outcome]) -> list[RowDiff]:
    """Old → new of these rows: one query for the names of all accounts in them."""
    names = _account_names(outcomes)
    return [_diff(outcome, names) for outcome in outcomes]


def _account_names(outcomes: Iterable[Outcome]) -> dict[AccountRef, str]:
    refs: set[AccountRef] = set()
    names: dict[AccountRef, str] = {}
    for outcome in outcomes:
        for state in (outcome.before, outcome.after):
            if isinstance(state, Person):
                refs |= {place.account for place in state.places}
            elif isinstance(state, Company) and state.fields.get("parent"):
                refs.add(state.fields["parent"])
        if outcome.account is not None and outcome.record:
            names[outcome.account] = outcome.record.account.name
        if outcome.record and outcome.record.account.parent:
            names[outcome.record.account.parent.upper()] = outcome.record.account.parent
    known = Account.objects.filter(pk__in=[ref for ref in refs if isinstance(ref, int)])
    return names | dict(known.values_list("pk", "name"))


def _diff(outcome: Outcome, names: Mapping[AccountRef, str]) -> RowDiff:
    before, after = outcome.before, outcome.after
    if isinstance(after, Company):
        company = before if isinstance(before, Company) else Company()
        return RowDiff(
            outcome.number,
            str(after.fields.get("name", "")),
            changes=list(_company_changes(company, after, names)),
        )
    person = before if isinstance(before, Person) else Person()
    now = after if isinstance(after, Person) else person
    return RowDiff(
        outcome.number,
        display_name(now.fields.get("first_name", ""), now.fields.get("last_name", "")),
        _tiles(person, names),
        _tiles(now, names),
        _note(person, now, names),
        list(_person_changes(person, now)),
    )


def _tiles(person: Person, names: Mapping[AccountRef, str]) -> list[Tile]:
    return [
        Tile(_name(place.account, names), position == 0, isinstance(place.account, str))
        for position, place in enumerate(person.places)
    ]


def _name(ref: AccountRef, names: Mapping[AccountRef, str]) -> str:
    return names.get(ref) or str(ref)


def _note(before: Person, after: Person, names: Mapping[AccountRef, str]) -> str:
    if after.primary is None:
        return phrase("no %(term_account)s")
    if before.primary == after.primary:
        return _("same primary, no change")
    return _("%(name)s becomes primary") % {"name": _name(after.primary, names)}


def _person_changes(before: Person, after: Person) -> Iterator[Change]:
    yield from _field_changes(before.fields, after.fields, targets.CONTACTS)
    if before.places and after.places and before.places[0].account == after.places[0].account:
        old, new = before.places[0].job_title, after.places[0].job_title
        if old != new:
            yield Change(_("Job title"), old, new)
    elif after.places and after.places[0].job_title:
        yield Change(_("Job title"), "", after.places[0].job_title)
    yield from _method_changes(before.methods, after.methods)


def _field_changes(before: Mapping[str, Any], after: Mapping[str, Any], kind: str) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = _text(before.get(name)), _text(after.get(name))
        if old != new and name not in ("parent", "type"):
            code = name if kind == targets.CONTACTS or name.startswith(CUSTOM) else _account_code(name)
            yield Change(targets.label(code, kind=kind), _shortened(old), _shortened(new))


def _account_code(name: str) -> str:
    return targets.ACCOUNT if name == "name" else f"account_{name}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def _method_changes(before: Sequence[Method], after: Sequence[Method]) -> Iterator[Change]:
    present = {(method.kind, method.key): method for method in before}
    for method in after:
        old = present.get((method.kind, method.key))
        label = str(ContactMethod.Kind(method.kind).label)
        if old is None:
            yield Change(label, "", method.value, is_added=True)
        elif method.is_default and not old.is_default:
            yield Change(_("Default"), "", method.value)


def _company_changes(before: Company, after: Company, names: Mapping[AccountRef, str]) -> Iterator[Change]:
    yield from _field_changes(before.fields, after.fields, targets.ACCOUNTS)
    old, new = before.fields.get("type") or "", after.fields.get("type") or ""
    if old != new and (old or new != Account.Type.CUSTOMER):
        yield Change(_("Type"), _type_label(old), _type_label(new))
    above, now_above = before.fields.get("parent"), after.fields.get("parent")
    if above != now_above:
        yield Change(
            _("Parent"), _name(above, names) if above else "", _name(now_above, names) if now_above else ""
        )
    for domain in after.domains:
        if domain not in before.domains:
            yield Change(_("Email domain"), "", domain, is_added=True)


def _type_label(code: str) -> str:
    return str(Account.Type(code).label) if code else ""
