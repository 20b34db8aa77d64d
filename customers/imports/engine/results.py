"""Result rows of a dry run: every row with an error, and of each other outcome the first ones, with what would change.

They wait in the scratch database while the file is folded, and are stored with the report, so that a report and its
rows are of one dry run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from customers.imports.engine.folding import Outcome
from customers.imports.engine.modes import FAILED
from customers.models import ImportRun, PreviewRow
from customers.snapshots.states import AccountRef, Company, Person
from helpdesk.core.database.bulk import insert_rows

#: Rows kept of each outcome but failed, of which all are.
SAMPLE = 1000
_BATCH = 1000
_COLUMNS = ("number", "outcome", "column", "problem", "details", "cells", "change")

Names = Mapping[AccountRef, str]
Stored = list[Any]


class Sample:
    """Which rows of a dry run are kept."""

    def __init__(self) -> None:
        self._kept: Counter[str] = Counter()

    def of(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Those of a batch that are to be kept."""
        kept = []
        for outcome in outcomes:
            if outcome.outcome == FAILED or self._kept[outcome.outcome] < SAMPLE:
                self._kept[outcome.outcome] += 1
                kept.append(outcome)
        return kept


def new_accounts_in(outcome: Outcome) -> set[str]:
    """The accounts, not here yet, that the states of a row refer to."""
    refs: set[AccountRef | None] = set()
    for state in (outcome.before, outcome.after, *(outcome.company or ())):
        if isinstance(state, Person):
            refs |= {place.account for place in state.places}
        elif isinstance(state, Company):
            refs.add(state.fields.get("parent"))
    return {ref for ref in refs if isinstance(ref, str)}


def stored(outcome: Outcome, names: Names) -> Stored:
    """A row as plain JSON, in the order of its columns. ``names`` are those of accounts that are not here yet."""
    change = None
    if not outcome.problem:
        before, after = outcome.company or (None, None)
        change = {
            "record": [_plain(outcome.before), _plain(outcome.after)],
            "account": [_plain(before), _plain(after)],
            "names": {ref: names[ref] for ref in new_accounts_in(outcome) if ref in names},
        }
    return [
        outcome.number,
        outcome.outcome,
        outcome.column,
        outcome.problem,
        outcome.details,
        outcome.cells if outcome.problem else [],
        change,
    ]


def keep(run: ImportRun, rows: Iterable[Stored]) -> None:
    """Store the rows of a dry run in place of those of the one before."""
    forget(run)
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        insert_rows(PreviewRow, ("run_id", *_COLUMNS), ((run.pk, *row) for row in batch))


def forget(run: ImportRun) -> None:
    """Delete the rows of a dry run that nobody can look at any more."""
    PreviewRow.objects.filter(run=run).delete()


def outcome_of(row: PreviewRow) -> Outcome:
    """A stored row, to be shown."""
    outcome = Outcome(row.number, row.cells, row.outcome)
    outcome.problem, outcome.column, outcome.details = row.problem, row.column, row.details
    if row.change:
        outcome.before, outcome.after = map(_state, row.change["record"])
        before, after = map(_state, row.change["account"])
        if isinstance(after, Company):
            outcome.company = before if isinstance(before, Company) else None, after
        outcome.names = row.change["names"]
    return outcome


def _plain(state: Person | Company | None) -> dict[str, Any] | None:
    if state is None:
        return None
    if isinstance(state, Person):
        return {"person": state.without_what_equals(Person())}
    return {"company": state.without_what_equals(Company())}


def _state(plain: dict[str, Any] | None) -> Person | Company | None:
    if plain is None:
        return None
    return Person.from_json(plain["person"]) if "person" in plain else Company.from_json(plain["company"])
