"""What a row does to a record: a strategy a mode, as pure functions from one state to the next.

PRODUCT rules: *add* leaves who is here alone; *fill* fills empty fields and takes the account only of
who has none; *overwrite* lets the file win, its account becomes the primary one and all existing ones
stay behind it. An empty cell never erases, in any mode, and no way to reach somebody and no tag is ever removed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.imports.matching.problems import RowError
from customers.imports.matching.records import AccountRecord, Record
from customers.imports.matching.targets import ACCOUNT, MOBILE, PHONE
from customers.services.associations import account_limit
from customers.snapshots.states import AccountRef, Company, Method, Person, Place, with_tags
from customers.values.names import display_name
from helpdesk.core.words import phrase_lazy

CREATED, UPDATED, UNCHANGED, SKIPPED, FAILED = "created", "updated", "unchanged", "skipped", "failed"
OUTCOMES = (CREATED, UPDATED, UNCHANGED, SKIPPED, FAILED)
ADD, FILL, OVERWRITE = "add", "fill", "overwrite"


class Mode(ABC):
    """A strategy. ``label`` and ``explanation`` are what the person chooses by."""

    code: str
    label: str | Promise
    explanation: str | Promise
    explanation_of_accounts: str | Promise

    @abstractmethod
    def person(self, person: Person, record: Record, account: AccountRef | None) -> Person:
        """A contact that is here already, after this row."""

    @abstractmethod
    def company(self, company: Company, record: AccountRecord, parent: AccountRef | None) -> Company:
        """An account that is here already, after this row."""


class AddNewRecords(Mode):
    """Only who is not here yet; the others are left alone and counted as skipped."""

    code = ADD
    label = _("Add new records")
    explanation = phrase_lazy("Only people who are not here yet. Existing %(term_contacts)s are left alone.")
    explanation_of_accounts = phrase_lazy(
        "Only %(term_accounts)s that are not here yet. Existing ones are left alone."
    )

    def person(self, person: Person, record: Record, account: AccountRef | None) -> Person:
        return person

    def company(self, company: Company, record: AccountRecord, parent: AccountRef | None) -> Company:
        return company


class UpdateWithoutOverwriting(Mode):
    """Empty fields are filled; what is there stays."""

    code = FILL
    label = _("Update without overwriting")
    explanation = phrase_lazy(
        "Fills in blanks. A %(term_contact)s that already has %(term_accounts)s keeps them as they are."
    )
    explanation_of_accounts = phrase_lazy("Fills in blanks. What an %(term_account)s already says stays.")

    def person(self, person: Person, record: Record, account: AccountRef | None) -> Person:
        return person.changed(
            fields=_blanks_filled(person.fields, _fillable(person.fields, record.fields)),
            methods=_missing_kinds_added(person.methods, record.methods),
            places=_first_place_filled(person.places, account, record.job_title),
            tags=with_tags(person.tags, record.tags),
        )

    def company(self, company: Company, record: AccountRecord, parent: AccountRef | None) -> Company:
        return Company(
            _blanks_filled(company.fields, _with_parent(record.fields, parent)),
            company.domains or record.domains,
        )


class UpdateWithOverwriting(Mode):
    """The file wins, and nothing is lost by it."""

    code = OVERWRITE
    label = _("Update with overwriting")
    explanation = phrase_lazy(
        "The file wins. Its %(term_account)s becomes primary; the old ones stay, one step down."
    )
    explanation_of_accounts = _("The file wins. Blanks never erase, and domains are only added.")

    def person(self, person: Person, record: Record, account: AccountRef | None) -> Person:
        return person.changed(
            fields=_overwritten(person.fields, _new_name_only(person.fields, record)),
            methods=_preferred_by_file(person.methods, record.methods),
            places=_promoted(person.places, account, record),
            tags=with_tags(person.tags, record.tags),
        )

    def company(self, company: Company, record: AccountRecord, parent: AccountRef | None) -> Company:
        return Company(
            {**company.fields, **_with_parent(record.fields, parent)},
            _united(company.domains, record.domains),
        )


MODES: dict[str, Mode] = {
    mode.code: mode for mode in (AddNewRecords(), UpdateWithoutOverwriting(), UpdateWithOverwriting())
}


def new_person(record: Record, account: AccountRef | None) -> Person:
    """The contact that a row describes when nobody matches it. Raises :class:`RowError` without a name."""
    fields = dict(record.fields)
    if not fields.get("first_name") and not fields.get("last_name"):
        fields["first_name"] = _name_from_address(record)
    places = (Place(account, record.job_title),) if account is not None else ()
    return Person(fields, _with_defaults(record.methods, ()), places, tags=with_tags((), record.tags))


def new_company(record: AccountRecord, parent: AccountRef | None) -> Company:
    """The account that a row describes when none matches it."""
    return Company({"type": "customer"} | _with_parent(record.fields, parent), record.domains)


def _name_from_address(record: Record) -> str:
    """Who has only an address is called by it until somebody knows better."""
    if not record.addresses:
        raise RowError("no_name")
    return record.addresses[0].partition("@")[0][:100]


def _with_parent(fields: Mapping[str, Any], parent: AccountRef | None) -> dict[str, Any]:
    return {**fields, "parent": parent} if parent is not None else dict(fields)


def _blanks_filled(before: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any]:
    new = {name: value for name, value in said.items() if before.get(name) in ("", None)}
    return {**before, **new} if new else before


def _overwritten(before: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any]:
    new = {name: value for name, value in said.items() if before.get(name) != value}
    return {**before, **new} if new else before


def _fillable(before: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What may be empty. A name that is there counts as a whole: a Cher gets no family name by the way. And everybody
    has a reference number, made from the id at the latest when they are written."""
    has_a_name = before.get("first_name") or before.get("last_name")
    never = ("reference", "first_name", "last_name") if has_a_name else ("reference",)
    return {name: value for name, value in said.items() if name not in never}


def _new_name_only(before: Mapping[str, Any], record: Record) -> Mapping[str, Any]:
    """A whole name that reads the same is no reason to divide it differently; another one replaces both parts."""
    if not record.whole_name:
        return record.fields
    shown = display_name(before.get("first_name", ""), before.get("last_name", ""))
    if shown == display_name(record.fields.get("first_name", ""), record.fields.get("last_name", "")):
        return {n: v for n, v in record.fields.items() if n not in ("first_name", "last_name")}
    return {"first_name": "", "last_name": "", **record.fields}


# --- Ways to reach somebody ----------------------------------------------------
def _family(kind: str) -> str:
    """A number is one number, whether the file calls it a phone or a mobile."""
    return PHONE if kind == MOBILE else kind


def _missing(present: Sequence[Method], said: Sequence[Method]) -> list[Method]:
    keys = {(_family(method.kind), method.key) for method in present}
    return [method for method in said if (_family(method.kind), method.key) not in keys]


def _missing_kinds_added(present: tuple[Method, ...], said: Sequence[Method]) -> tuple[Method, ...]:
    kinds = {method.kind for method in present}
    new = [method for method in _missing(present, said) if method.kind not in kinds]
    present = _labelled(present, said)
    return _with_defaults((*present, *new), ()) if new else present


def _preferred_by_file(present: tuple[Method, ...], said: Sequence[Method]) -> tuple[Method, ...]:
    """All of them, those of the file first in line: the first of a kind becomes its default."""
    if not said:
        return present
    preferred: dict[str, Method] = {}
    for method in said:
        preferred.setdefault(method.kind, method)
    labelled = _labelled(present, said, overwriting=True)
    return _with_defaults((*labelled, *_missing(present, said)), tuple(preferred.values()))


def _labelled(
    present: tuple[Method, ...], said: Sequence[Method], *, overwriting: bool = False
) -> tuple[Method, ...]:
    """With the labels that the file gives to what is here already."""
    labels = {(method.kind, method.key): method.label for method in said if method.label}
    if not labels:
        return present
    return tuple(
        replace(method, label=labels[method.kind, method.key])
        if (method.kind, method.key) in labels and (overwriting or not method.label)
        else method
        for method in present
    )


def _with_defaults(methods: Sequence[Method], preferred: Sequence[Method]) -> tuple[Method, ...]:
    """Exactly one default per kind: the preferred one, else the one that is it already, else the first."""
    wanted = {(method.kind, method.key) for method in preferred}
    default: dict[str, Method] = {}
    for method in methods:
        rank = _rank(method, wanted)
        if method.kind not in default or rank > _rank(default[method.kind], wanted):
            default[method.kind] = method
    return tuple(
        method
        if method.is_default == (chosen := method is default[method.kind])
        else Method(method.kind, method.value, method.key, method.label, chosen)
        for method in methods
    )


def _rank(method: Method, wanted: set[tuple[str, str]]) -> int:
    return 2 if (method.kind, method.key) in wanted else int(method.is_default)


# --- Accounts --------------------------------------------------------------------
def _first_place_filled(
    places: tuple[Place, ...], account: AccountRef | None, job_title: str
) -> tuple[Place, ...]:
    """The account is taken only if there is none; a missing job title there is filled."""
    if not places:
        return (Place(account, job_title),) if account is not None else ()
    first = places[0]
    if job_title and not first.job_title and account in (None, first.account):
        return (replace(first, job_title=job_title), *places[1:])
    return places


def _promoted(places: tuple[Place, ...], account: AccountRef | None, record: Record) -> tuple[Place, ...]:
    """The file's account first, all others behind it in their order. Raises :class:`RowError` past the limit."""
    if account is None:
        first = places[:1]
        if first and record.job_title:
            first = (replace(first[0], job_title=record.job_title),)
        return first + places[1:]
    mine = next((place for place in places if place.account == account), Place(account))
    if record.job_title:
        mine = replace(mine, job_title=record.job_title)
    if account_limit() == 1:
        return (mine,)
    after = (mine, *(place for place in places if place.account != account))
    if len(after) > max(account_limit(), len(places)):
        raise RowError("too_many_accounts", record.columns.get(ACCOUNT), limit=account_limit())
    return after


def _united(domains: tuple[str, ...], said: tuple[str, ...]) -> tuple[str, ...]:
    return (*domains, *(domain for domain in said if domain not in domains))
