"""The dry run: what an import would do, without writing anything but its own report.

It folds the whole file as the import does. What it would have written stays in a scratch file, so that
later rows find it; of each row it keeps one letter. Whoever wants to see a row in full has it folded again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice, takewhile
from typing import Any

from django.utils import timezone

from customers.imports import readers
from customers.imports.engine.companies import keys_of as company_keys
from customers.imports.engine.duplicates import Duplicates
from customers.imports.engine.files import Row, batches, custom_fields, opened
from customers.imports.engine.folding import Fold, Outcome
from customers.imports.engine.modes import CREATED, OUTCOMES, UNCHANGED, UPDATED
from customers.imports.engine.opening import Opening
from customers.imports.engine.people import keys_of as person_keys
from customers.imports.engine.scratch import Scratch
from customers.imports.errors import FileError
from customers.models import ImportRun
from customers.services.exposure import KEPT
from customers.snapshots.states import Person

SHOWN_ACCOUNTS = 200
MOST_EARLIER = 1000
MOST_FOLDED = 20_000
"""Rows: a second or two."""
LETTERS = dict(zip(OUTCOMES, "cuosf", strict=True))
_OUTCOMES = {letter: outcome for outcome, letter in LETTERS.items()}


@dataclass
class Report:
    """What is told about a dry run; kept as JSON on the run."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    accounts: int = 0
    new_accounts: list[str] = field(default_factory=list)
    new_primary: int = 0
    duplicates: int = 0
    likely: list[dict[str, Any]] = field(default_factory=list)
    phones: dict[str, Any] = field(default_factory=dict)
    """What became of the phone cells that are not one number (`records.PhoneCounts`)."""
    exposure: list[list[Any]] = field(default_factory=list)
    """The accounts that are opened furthest: name, people, tickets (`opening`)."""
    exposure_accounts: int = 0


def check(run_id: int) -> None:
    """Make the dry run of an import whose columns are matched; leaves it ready to be started."""
    run = ImportRun.objects.get(pk=run_id)
    if run.status != ImportRun.Status.CHECKING:
        return
    scratch = Scratch()
    try:
        found = _DryRun(run, scratch)
        found.all_rows()
    except FileError as error:
        _unchanged(run).update(status=ImportRun.Status.FAILED, problem=error.code)
        return
    finally:
        scratch.close()
    _unchanged(run).update(
        status=ImportRun.Status.READY,
        preview=asdict(found.report),
        outcomes=zlib.compress(bytes(found.letters)),
        earlier_rows=found.earlier_rows,
    )


def _unchanged(run: ImportRun) -> Any:
    """The run, unless somebody matched its columns anew in the meantime: then this report is void."""
    return ImportRun.objects.filter(
        pk=run.pk,
        status=ImportRun.Status.CHECKING,
        mapping=run.mapping,
        mode=run.mode,
        also_add=run.also_add,
        phone_region=run.phone_region,
        kind=run.kind,
    )


class _DryRun:
    """One pass through the file."""

    def __init__(self, run: ImportRun, scratch: Scratch) -> None:
        self.run = run
        self.report = Report()
        self.letters = bytearray()
        self.earlier_rows: dict[str, list[int]] = {}
        self._scratch = scratch
        self._fold = Fold(run, custom_fields(run), scratch=scratch)
        self._duplicates = Duplicates(scratch)
        self._opening = Opening()

    def all_rows(self) -> None:
        """Fold every batch and note what it would do."""
        for outcomes in self.folded():
            self._note(outcomes)
            _unchanged(self.run).update(checked_rows=len(self.letters), progressed_at=timezone.now())
        self.report.phones = asdict(self._fold.phones)
        opened = self._opening.exposure().lines
        self.report.exposure = [line.row for line in opened[:KEPT]]
        self.report.exposure_accounts = len(opened)

    def folded(self) -> Iterator[list[Outcome]]:
        """The outcomes of one batch after the other; each finds what those before it would have done."""
        with opened(self.run) as stream:
            for rows in batches(stream, self.run.layout):
                outcomes = self._fold.batch(rows)
                yield outcomes
                self._remember()

    def name_new(self, outcomes: Iterable[Outcome]) -> None:
        """Give outcomes of the last batch the names of the accounts that are not here yet."""
        for outcome in outcomes:
            outcome.names = self._fold.names_of_new(outcome)

    def _note(self, outcomes: Sequence[Outcome]) -> None:
        report = self.report
        for outcome in outcomes:
            setattr(report, outcome.outcome, getattr(report, outcome.outcome) + 1)
            self.letters += LETTERS[outcome.outcome].encode()
            if outcome.earlier:
                self.earlier_rows[str(outcome.number)] = sorted(outcome.earlier)
            if outcome.outcome == UPDATED and _changes_primary(outcome):
                report.new_primary += 1
        for likely in self._duplicates.among([o for o in outcomes if o.outcome == CREATED]):
            report.duplicates += 1
            if len(report.likely) < SHOWN_ACCOUNTS:
                report.likely.append(likely)
        companies = self._fold.companies.changed()
        self._opening.note(outcomes, companies)
        for ref, (_before, after) in companies.items():
            if isinstance(ref, str) and self._is_first(ref):
                report.accounts += 1
                if len(report.new_accounts) < SHOWN_ACCOUNTS:
                    report.new_accounts.append(str(after.fields["name"]))

    def _is_first(self, ref: str) -> bool:
        return not self._scratch.states("account", [ref])

    def _remember(self) -> None:
        people, companies = self._fold.people, self._fold.companies
        self._scratch.know("person", people.given_up())
        self._scratch.know("account", companies.given_up())
        self._scratch.keep(
            "person",
            (
                (ref, after, person_keys(after), None, people.last_rows.get(ref), people.is_new(ref))
                for ref, (_before, after) in people.changed().items()
            ),
        )
        self._scratch.keep(
            "account",
            (
                (
                    ref,
                    after,
                    company_keys(after),
                    companies.own_row(ref),
                    companies.last_row(ref),
                    companies.is_of_this_run(ref),
                )
                for ref, (_before, after) in companies.changed().items()
            ),
        )


def _changes_primary(outcome: Outcome) -> bool:
    before, after = outcome.before, outcome.after
    if not isinstance(before, Person) or not isinstance(after, Person):
        return False
    return before.primary is not None and before.primary != after.primary


# --- Rows in full, on demand -------------------------------------------------------
def numbers_of(run: ImportRun, outcome: str, *, start: int = 0, limit: int = 50) -> list[int]:
    """Positions in the file (from 0) of the rows with an outcome, of those from ``start`` on."""
    letters, letter = zlib.decompress(run.outcomes) if run.outcomes else b"", LETTERS[outcome].encode()
    found: list[int] = []
    at = letters.find(letter, start)
    while at >= 0 and len(found) < limit:
        found.append(at)
        at = letters.find(letter, at + 1)
    return found


def explain(run: ImportRun, positions: Iterable[int]) -> list[Outcome]:
    """Fold some rows of the file again, with the earlier ones about the same people, and say what they would do.

    A row may depend on others in ways that this does not see. Where it then says something else than the dry run did,
    the file is folded from its start, if it is not too long for that.
    """
    wanted = set(positions)
    if not wanted:
        return []
    outcomes = _folded_apart(run, wanted)
    if not _as_told(run, wanted, outcomes) and run.total <= MOST_FOLDED:
        outcomes = _folded_from_the_start(run, wanted)
        _as_told(run, wanted, outcomes)
    return outcomes


def _as_told(run: ImportRun, positions: set[int], outcomes: Sequence[Outcome]) -> bool:
    """Whether the dry run said the same. Whether rows that change somebody and change them back count as a change
    hangs on the batch they are in, so that is taken from the dry run."""
    letters = zlib.decompress(run.outcomes).decode() if run.outcomes else ""
    same = True
    for position, outcome in zip(sorted(positions), outcomes, strict=False):
        told = _OUTCOMES.get(letters[position : position + 1], outcome.outcome)
        if {told, outcome.outcome} == {UPDATED, UNCHANGED}:
            outcome.outcome = told
        same = same and told == outcome.outcome
    return same


def _folded_from_the_start(run: ImportRun, positions: set[int]) -> list[Outcome]:
    scratch, found, position = Scratch(), list[Outcome](), 0
    try:
        whole = _DryRun(run, scratch)
        for outcomes in whole.folded():
            wanted = [one for at, one in enumerate(outcomes, start=position) if at in positions]
            whole.name_new(wanted)
            found += wanted
            position += len(outcomes)
            if position > max(positions):
                break
    finally:
        scratch.close()
    return found


def _folded_apart(run: ImportRun, wanted: set[int]) -> list[Outcome]:
    rows = _rows_at(run, wanted)
    chained = _earlier(run, [number for number, _cells in rows])
    if chained:
        rows = sorted(rows + _rows_numbered(run, chained))
    fold = Fold(run, custom_fields(run))
    outcomes = fold.batch(rows)
    for outcome in outcomes:
        outcome.names = fold.names_of_new(outcome)
    return [outcome for outcome in outcomes if outcome.number not in chained]


def _rows_at(run: ImportRun, positions: set[int]) -> list[Row]:
    first, last = min(positions), max(positions)
    with opened(run) as stream:
        rows = islice(readers.rows(stream, run.layout, skip=first), last - first + 1)
        return [row for position, row in enumerate(rows, start=first) if position in positions]


def _rows_numbered(run: ImportRun, numbers: set[int]) -> list[Row]:
    last = max(numbers)
    with opened(run) as stream:
        rows = takewhile(lambda row: row[0] <= last, readers.rows(stream, run.layout))
        return [row for row in rows if row[0] in numbers]


def _earlier(run: ImportRun, numbers: Sequence[int]) -> set[int]:
    """The rows before them that they depend on, as far back as is worth showing."""
    found: set[int] = set()
    open_ends = list(numbers)
    while open_ends and len(found) < MOST_EARLIER:
        before = set(run.earlier_rows.get(str(open_ends.pop()), ())) - found
        found |= before
        open_ends += before
    return found - set(numbers)
