"""A batch of rows taken one after the other: each finds the records as the rows before it left them.

The dry run and the import fold in the same way; only what happens with the result differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from customers.imports.engine.companies import Companies, Staged
from customers.imports.engine.modes import (
    ADD,
    CREATED,
    FAILED,
    MODES,
    SKIPPED,
    UNCHANGED,
    UPDATED,
    new_person,
)
from customers.imports.engine.people import Match, People
from customers.imports.engine.scratch import Scratch
from customers.imports.matching import targets
from customers.imports.matching.problems import RowError
from customers.imports.matching.records import Parser, PhoneCounts, Record
from customers.models import ImportRun
from customers.services.accounts.hierarchy import lock_hierarchies
from customers.snapshots.states import AccountRef, Company, Person

Row = tuple[int, list[str]]


@dataclass(slots=True)
class Outcome:
    """What happens to a row, and to the records it is about."""

    number: int
    cells: list[str]
    outcome: str
    record: Record | None = None
    ref: AccountRef | None = None
    """The contact of a file of contacts, the account of a file of accounts."""
    before: Person | Company | None = None
    after: Person | Company | None = None
    account: AccountRef | None = None
    company: tuple[Company | None, Company] | None = None
    """What the row of a contact makes of its account, where it says more than a name."""
    names: dict[AccountRef, str] = field(default_factory=dict)
    """What the accounts are called that the import creates, where the row is shown."""
    problem: str = ""
    column: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


class Fold:
    """Folds batch after batch of one import. Reads the database, writes nothing."""

    def __init__(
        self, run: ImportRun, custom: Mapping[str, Any], *, scratch: Scratch | None = None, lock: bool = False
    ) -> None:
        self.run = run
        self.people = People(run, scratch=scratch)
        self.companies = Companies(run, scratch=scratch)
        self._parser = Parser(run.mapping, custom, region=run.phone_region)
        self._mode = MODES[run.mode]
        self._lock = lock
        self._row = self._contact_row if run.kind == targets.CONTACTS else self._account_row

    @property
    def phones(self) -> PhoneCounts:
        """What became of the phone cells so far."""
        return self._parser.phones

    def batch(self, rows: Sequence[Row]) -> list[Outcome]:
        """One outcome a row, in the order of the rows."""
        parsed = [self._parsed(number, cells) for number, cells in rows]
        records = [one for one in parsed if isinstance(one, Record)]
        if self._lock and any(record.account.parent for record in records):
            lock_hierarchies()
        self.people.load(records if self.run.kind == targets.CONTACTS else [], lock=self._lock)
        accounts = self.people.accounts() if self._lock else set()
        self.companies.load([record.account for record in records], lock=self._lock, with_them=accounts)
        outcomes = [one if isinstance(one, Outcome) else self._folded(one) for one in parsed]
        self._settle(outcomes)
        return outcomes

    def _parsed(self, number: int, cells: list[str]) -> Record | Outcome:
        try:
            return self._parser.parse(number, cells)
        except RowError as error:
            return _failure(number, cells, error)

    def _folded(self, record: Record) -> Outcome:
        try:
            return self._row(record)
        except RowError as error:
            return _failure(record.number, record.cells, error, record)

    def _settle(self, outcomes: list[Outcome]) -> None:
        """Rows that together leave a record as it was have changed nothing, so that a second run says so."""
        people = {ref for ref, (before, after) in self.people.changed().items() if before == after}
        companies = {ref for ref, (before, after) in self.companies.changed().items() if before == after}
        if not people and not companies:
            return
        same = people if self.run.kind == targets.CONTACTS else companies
        for outcome in outcomes:
            if (
                outcome.outcome == UPDATED
                and (outcome.before == outcome.after or outcome.ref in same)
                and (outcome.company is None or outcome.account in companies)
            ):
                outcome.outcome = UNCHANGED

    # --- A file of contacts ------------------------------------------------------
    def _contact_row(self, record: Record) -> Outcome:
        match = self.people.match(record)
        if match is None and not self._creates:
            return _skip(record, "not_here")
        if match is not None and self._mode.code == ADD:
            return self._left_alone(record, match)
        staged = self.companies.stage(record.account, self._mode, record.columns)
        account = staged.ref if staged else None
        ref = -record.number if match is None else match.ref
        before = None if match is None else self.people.state(ref)
        after = new_person(record, account) if before is None else self._mode.person(before, record, account)
        is_changed = after is not before and after != before
        if is_changed:
            self.people.refuse_taken(ref, before, after, record.columns)
        outcome = Outcome(record.number, record.cells, CREATED, record, ref, before, after)
        self.people.last_rows[ref] = record.number
        self._take_account(outcome, staged, after)
        if before is not None:
            outcome.outcome = UPDATED if is_changed or outcome.company else UNCHANGED
        if is_changed:
            self.people.take(ref, after, record.number)
        return outcome

    @property
    def _creates(self) -> bool:
        return self._mode.code == ADD or self.run.also_add

    def _left_alone(self, record: Record, match: Match) -> Outcome:
        if not match.field:
            return _skip(record, "imported_before", name=self.people.name_of(match.ref))
        column = record.columns.get(match.field)
        if match.row is not None:
            return _skip(record, "same_in_file", column, row=match.row, field=match.field)
        return _skip(record, "exists", column, name=self.people.name_of(match.ref), field=match.field)

    def _take_account(self, outcome: Outcome, staged: Staged | None, after: Person) -> None:
        """The account of a row counts only where the contact belongs to it in the end."""
        if staged is None or all(place.account != staged.ref for place in after.places):
            return
        outcome.account = staged.ref
        if staged.changes:
            before = None if staged.is_new else self.companies.state(staged.ref)
            outcome.company = before, staged.changes[staged.ref]
        self.companies.take(staged, outcome.number)

    # --- A file of accounts ---------------------------------------------------------
    def _account_row(self, record: Record) -> Outcome:
        found = self.companies.find(record.account)
        if found is None and not self._creates:
            return _skip(record, "account_not_here")
        if found is not None and self._mode.code == ADD and not self._is_awaited(found):
            return self._account_left_alone(record, found)
        staged = self.companies.stage(record.account, self._mode, record.columns)
        if staged is None:
            raise RowError("no_account_name")
        before = None if found is None or staged.is_own_row else self.companies.state(found)
        self.companies.take(staged, record.number)
        after = self.companies.state(staged.ref)
        result = CREATED if before is None else UPDATED if after != before else UNCHANGED
        return Outcome(record.number, record.cells, result, record, staged.ref, before, after)

    def _is_awaited(self, ref: AccountRef) -> bool:
        """Created by this import because another row named it as a parent; its own row is still to come."""
        return self.companies.is_of_this_run(ref) and self.companies.own_row(ref) is None

    def _account_left_alone(self, record: Record, ref: AccountRef) -> Outcome:
        column = record.columns.get(targets.ACCOUNT)
        if self.companies.is_of_this_run(ref):
            row = self.companies.own_row(ref)
            return _skip(record, "same_in_file", column, row=row, field=targets.ACCOUNT)
        return _skip(record, "exists", column, name=self.companies.name_of(ref), field=targets.ACCOUNT)


def _skip(record: Record, problem: str, column: int | None = None, **details: Any) -> Outcome:
    return Outcome(
        record.number, record.cells, SKIPPED, record, problem=problem, column=column, details=details
    )


def _failure(number: int, cells: list[str], error: RowError, record: Record | None = None) -> Outcome:
    """The row is left out because of an error in it."""
    return Outcome(
        number,
        cells,
        FAILED,
        record,
        problem=error.code,
        column=error.column,
        details=error.details,
    )
