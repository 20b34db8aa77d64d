"""Which rows mean somebody who is here already: by reference number, else e-mail address, else external id.

A row that has none of the three means whom the same row of the same file brought in before, so that a file
can be imported a second time without changing anything. A batch is matched with one query for each of these,
however many rows it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from customers.imports.modes import Match
from customers.imports.records import Record
from customers.imports.targets import EMAIL, EXTERNAL_ID, REFERENCE
from customers.models import Contact, ContactMethod, ImportedContact, ImportRun

Key = tuple[str, str]


def keys_of(record: Record) -> Iterator[Key]:
    """What the row is known by, in the order in which it counts."""
    if record.reference:
        yield REFERENCE, record.reference
    for address in record.emails:
        yield EMAIL, address.strip().casefold()
    if record.external_id:
        yield EXTERNAL_ID, record.external_id


class Matcher:
    """Finds matches for batch after batch of one file.

    ``remembers`` is for the dry run: it writes nothing, so it has to remember the rows it would
    have created. A real run finds those in the database, also after it was cut off and resumed.
    """

    def __init__(self, run: ImportRun, *, remembers: bool) -> None:
        self._run = run
        self._remembers = remembers
        self._rows: dict[Key, int] = {}
        self._known: dict[Key, tuple[int, str]] = {}
        self._brought: dict[int, int] = {}
        self._before: dict[int, tuple[int, str]] = {}

    def load(self, records: Sequence[Record]) -> None:
        """Look up a batch: five queries at most, whatever its size."""
        if not self._remembers:
            self._rows = {}
        wanted: dict[str, set[str]] = {REFERENCE: set(), EMAIL: set(), EXTERNAL_ID: set()}
        for record in records:
            for kind, value in keys_of(record):
                wanted[kind].add(value)
        self._known = dict(_known(wanted))
        self._brought = self._rows_of_this_run({pk for pk, _name in self._known.values()})
        self._before = self._rows_of_this_file([r.number for r in records if not any(keys_of(r))])

    def match(self, record: Record) -> Match | None:
        """Whom this row means, if anybody."""
        for kind, value in keys_of(record):
            column = record.columns.get(kind)
            row = self._rows.get((kind, value))
            if row is not None:
                return Match(kind, column, row=row)
            if (kind, value) in self._known:
                pk, name = self._known[kind, value]
                return Match(kind, column, contact_id=pk, name=name, row=self._brought.get(pk))
        if record.number in self._before:
            pk, name = self._before[record.number]
            return Match("", None, contact_id=pk, name=name)
        return None

    def remember(self, record: Record) -> None:
        """Later rows with one of these keys mean the same person."""
        for key in keys_of(record):
            self._rows.setdefault(key, record.number)

    def _rows_of_this_run(self, contact_ids: set[int]) -> dict[int, int]:
        if self._remembers or not contact_ids:
            return {}
        found = ImportedContact.objects.filter(run=self._run, contact__in=contact_ids)
        return dict(found.values_list("contact", "number"))

    def _rows_of_this_file(self, numbers: list[int]) -> dict[int, tuple[int, str]]:
        """Whom rows without any key brought in when this very file was imported before."""
        if not numbers:
            return {}
        found = ImportedContact.objects.filter(run__digest=self._run.digest, number__in=numbers)
        rows = found.exclude(run=self._run).values_list("number", "contact", "contact__name")
        return {number: (pk, name) for number, pk, name in rows}


def _known(wanted: dict[str, set[str]]) -> Iterator[tuple[Key, tuple[int, str]]]:
    by_reference = Contact.objects.filter(reference__in=wanted[REFERENCE])
    yield from _entries(REFERENCE, wanted, by_reference.values_list("reference", "pk", "name"))
    by_email = ContactMethod.objects.filter(kind=ContactMethod.Kind.EMAIL, value_key__in=wanted[EMAIL])
    yield from _entries(EMAIL, wanted, by_email.values_list("value_key", "contact", "contact__name"))
    by_external_id = Contact.objects.filter(external_id__in=wanted[EXTERNAL_ID])
    yield from _entries(EXTERNAL_ID, wanted, by_external_id.values_list("external_id", "pk", "name"))


def _entries(
    kind: str, wanted: dict[str, set[str]], rows: Iterable[tuple[str | None, int, str]]
) -> Iterator[tuple[Key, tuple[int, str]]]:
    if wanted[kind]:
        for value, pk, name in rows:
            yield (kind, value or ""), (pk, name)
