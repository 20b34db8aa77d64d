"""The contacts that the rows of a batch are about: found by reference number, else e-mail address, else external id.

A row that has none of the three means whom the same row of the same file brought in before, so that a file
can be imported a second time without changing anything. Somebody who is not here yet is known by minus the
number of the row that describes them, until they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from customers.imports.engine.modes import ADD
from customers.imports.engine.scratch import Scratch
from customers.imports.matching.problems import RowError
from customers.imports.matching.records import Key, Record
from customers.imports.matching.targets import EMAIL, EXTERNAL_ID, REFERENCE
from customers.models import Contact, ContactMethod, ImportedContact, ImportRun
from customers.snapshots.loading import own_states, person_states
from customers.snapshots.states import Person
from customers.values.names import display_name
from helpdesk.core.database.lookups import one_of
from helpdesk.core.models import User


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a row means, and what told so. ``field`` is empty when only an earlier import of the same file tells it.

    ``row`` is the row of this file that brought them in, if one did.
    """

    ref: int
    field: str = ""
    row: int | None = None


def keys_of(person: Person) -> set[Key]:
    """What belongs to one contact only."""
    keys = {(EMAIL, method.key) for method in person.methods if method.kind == EMAIL}
    keys |= {(name, value) for name in (REFERENCE, EXTERNAL_ID) if (value := person.fields.get(name))}
    return keys


class People:
    """Contacts as they stand while a batch is folded. Reads; writes nothing."""

    def __init__(self, run: ImportRun, *, scratch: Scratch | None = None) -> None:
        self._run = run
        self._scratch = scratch
        self._owners: dict[Key, int | None] = {}
        """Whose key it is; None for one that an earlier row took away from its contact."""
        self._states: dict[int, Person] = {}
        self._brought: dict[int, int] = {}
        self._same_row: dict[int, int] = {}
        self._of_the_desk: dict[str, int | None] = {}
        """Addresses of people of the desk, with the contact that each is linked to."""
        self.last_rows: dict[int, int] = {}
        """The last row of the batch that speaks of somebody."""
        self.before: dict[int, Person | None] = {}

    def load(self, records: Sequence[Record], *, lock: bool) -> None:
        """Look up a batch; the queries do not grow with it. With ``lock``, nobody changes them until we are done."""
        self._states, self._owners, self._brought = {}, {}, {}
        self.before, self.last_rows = {}, {}
        keys = {key for record in records for key in record.keys}
        self._owners.update(_known(keys))
        self._of_the_desk = _of_the_desk(keys)
        self._same_row = self._rows_of_this_file([r.number for r in records if not r.keys])
        if self._scratch:
            self._owners.update(self._scratch.owners("person", keys))  # type: ignore[arg-type]
        known = (*self._owners.values(), *self._same_row.values())
        found = {ref for ref in known if ref is not None}
        identifiers = sorted(ref for ref in found if ref > 0)
        # Who is here already is left alone when records are only added: their name is all that is told.
        look = own_states if self._run.mode == ADD else person_states
        self._states.update(look(identifiers, lock=lock))
        if self._scratch:
            self._remember(found)
        else:
            rows = ImportedContact.objects.filter(
                one_of("contact_id", identifiers), run=self._run, is_created=True
            )
            self._brought = dict(rows.values_list("contact", "number"))

    def _remember(self, found: Iterable[int]) -> None:
        remembered: dict[Any, Any] = self._scratch.states("person", found)  # type: ignore[union-attr]
        for ref, (state, _own, is_new) in remembered.items():
            self._states[ref] = state
            if is_new:
                self._brought[ref] = -ref

    def _rows_of_this_file(self, numbers: list[int]) -> dict[int, int]:
        """Whom rows without any key brought in when this very file was imported before."""
        if not numbers:
            return {}
        rows = ImportedContact.objects.filter(
            one_of("number", numbers), run__digest=self._run.digest, is_created=True
        ).exclude(run=self._run)
        return dict(rows.values_list("number", "contact"))

    def accounts(self) -> set[int]:
        """The accounts that the people of the batch belong to by now."""
        states = self._states.values()
        return {place.account for state in states for place in state.places if isinstance(place.account, int)}

    # --- What a row does -----------------------------------------------------------
    def match(self, record: Record) -> Match | None:
        """Whom this row means, if anybody."""
        for kind, value in record.keys:
            ref = self._owners.get((kind, value))
            if ref is not None and ref in self._states:
                return Match(ref, kind, self._brought.get(ref))
        ref = self._same_row.get(record.number)
        return Match(ref) if ref in self._states else None

    def refuse_taken(
        self, ref: int, before: Person | None, after: Person, columns: Mapping[str, int]
    ) -> None:
        """Raise :class:`RowError` when the row would give somebody what belongs to another contact."""
        for kind, value in keys_of(after) - (keys_of(before) if before else set()):
            if kind == EMAIL and value in self._of_the_desk and self._of_the_desk[value] != ref:
                raise RowError("address_of_desk", columns.get(kind))
            owner = self._owners.get((kind, value))
            if owner is not None and owner != ref:
                raise RowError("belongs_to_other", columns.get(kind), field=kind, name=self.name_of(owner))

    def take(self, ref: int, person: Person, number: int) -> None:
        """Let what a row does count for the rows after it."""
        self.before.setdefault(ref, self._states.get(ref))
        if ref in self._states:
            self._owners.update(dict.fromkeys(keys_of(self._states[ref]) - keys_of(person)))
        else:
            self._brought[ref] = number
        self._states[ref] = person
        self._owners.update(dict.fromkeys(keys_of(person), ref))

    # --- Reading -------------------------------------------------------------------------
    def state(self, ref: int) -> Person:
        """A contact as it stands after the rows so far."""
        return self._states[ref]

    def name_of(self, ref: int) -> str:
        fields = self._states[ref].fields
        return display_name(fields.get("first_name", ""), fields.get("last_name", ""))

    def given_up(self) -> dict[Key, None]:
        """The keys that belong to nobody any more."""
        return {key: None for key, ref in self._owners.items() if ref is None}

    def changed(self) -> dict[int, tuple[Person | None, Person]]:
        """Before and after of everybody whom the batch creates or changes."""
        return {ref: (before, self._states[ref]) for ref, before in self.before.items()}

    def is_new(self, ref: int) -> bool:
        return ref < 0


def _known(keys: set[Key]) -> dict[Key, int]:
    by_kind: dict[str, list[str]] = {REFERENCE: [], EMAIL: [], EXTERNAL_ID: []}
    for kind, value in keys:
        by_kind[kind].append(value)
    found: dict[Key, int] = {}
    for kind in (REFERENCE, EXTERNAL_ID):
        if by_kind[kind]:
            rows: Any = Contact.objects.filter(one_of(kind, by_kind[kind])).values_list(kind, "pk")
            found.update({(kind, value): pk for value, pk in rows})
    if by_kind[EMAIL]:
        rows = ContactMethod.objects.filter(one_of("value_key", by_kind[EMAIL]), kind=EMAIL)
        found.update({(EMAIL, key): pk for key, pk in rows.values_list("value_key", "contact")})
    return found


def _of_the_desk(keys: set[Key]) -> dict[str, int | None]:
    addresses = [value for kind, value in keys if kind == EMAIL]
    rows = (
        User.objects.filter(one_of("email_key", addresses), is_staff=True)
        if addresses
        else User.objects.none()
    )
    return {key or "": contact for key, contact in rows.values_list("email_key", "contact")}
