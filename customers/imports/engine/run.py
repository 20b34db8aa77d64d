"""Carrying an import out: its rows in batches, each planned on what is here at that moment and written.

Two imports at once wait for one another's records, and a batch that lost such a race is planned again on what the
other one left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from django.db import IntegrityError, OperationalError

from customers.imports.engine.files import batches, custom_fields, opened
from customers.imports.engine.folding import Fold, Outcome
from customers.imports.engine.modes import FAILED
from customers.imports.engine.writing import write
from customers.models import ImportRun, RejectedRow
from helpdesk.core.database.bulk import insert_rows
from helpdesk.core.errors import DomainError
from helpdesk.jobs import running
from helpdesk.jobs.errors import Stopped
from helpdesk.jobs.running import Counts, Work, actor_of
from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.spool import Row

#: Another run may have brought in the same records a moment ago: planned again, the batch finds them.
_WORTH_ANOTHER_TRY = (OperationalError, IntegrityError, DomainError)
Watch = Callable[[ImportRun], None]


def carry_out(run_id: int, *, watch: Watch | None = None) -> None:
    """Take a running import to its end, from wherever it stands. Safe to call twice, or after a crash.

    ``watch`` is called with the run after each batch.
    """
    run = ImportRun.objects.select_related("created_by").get(pk=run_id)
    running.carry_out(run, lambda job: _all_batches(job, watch or (lambda _run: None)))


def _all_batches(run: ImportRun, watch: Watch) -> None:
    position, work = run.processed, work_of(run)
    try:
        with opened(run) as spool:
            for rows in batches(spool, skip=position):
                running.do_items(run, rows, position, work)
                position += len(rows)
                run.processed = position
                watch(run)
                running.breathe()
    except FileError as error:
        raise Stopped(error.code) from error


def work_of(run: ImportRun) -> Work[ImportRun, Row]:
    """What is done to the rows of a batch."""
    actor = actor_of(run)

    def do(current: ImportRun, rows: Sequence[Row]) -> Counts:
        known = current.created_accounts
        fold = Fold(current, custom_fields(current), lock=True)
        outcomes = fold.batch(rows)
        write(fold, actor=actor)
        if current.created_accounts != known:
            current.save(update_fields=["created_accounts"])
        return _keep(current, outcomes)

    def give_up(current: ImportRun, row: Row) -> Counts:
        number, cells = row
        return _keep(current, [Outcome(number, cells, FAILED, problem="refused")])

    return Work(do, give_up, again=_WORTH_ANOTHER_TRY)


def _keep(run: ImportRun, outcomes: Sequence[Outcome]) -> Counts:
    """Keep the rows that are left out; says how many rows had each outcome."""
    insert_rows(
        RejectedRow,
        ("run_id", "number", "outcome", "column", "problem", "details", "cells"),
        (
            (run.pk, one.number, one.outcome, one.column, one.problem, one.details, one.cells)
            for one in outcomes
            if one.problem
        ),
    )
    counted = Counter(outcome.outcome for outcome in outcomes)
    return {run.column_of(outcome): number for outcome, number in counted.items()}
