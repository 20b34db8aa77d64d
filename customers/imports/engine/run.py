"""Carrying an import out: batch after batch, each one transaction together with the progress it makes.

A worker that is killed leaves whole batches behind and nothing of the one it was at; whoever takes the run up
again goes on with the first row that is not counted. Two imports at once wait for one another's records, and a
batch that lost such a race is folded again on what the other one left.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from customers.imports.engine.files import Row, batches, custom_fields, opened
from customers.imports.engine.folding import Fold, Outcome
from customers.imports.engine.modes import FAILED, OUTCOMES
from customers.imports.engine.writing import write
from customers.imports.errors import FileError
from customers.models import ImportRun, RejectedRow
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record as record_happening
from helpdesk.core.audit import timeline
from helpdesk.core.batches import BREATH, by_halves, collector_resting, persistently
from helpdesk.core.bulk import insert_rows
from helpdesk.core.databases import is_lost
from helpdesk.core.errors import DomainError

log = logging.getLogger(__name__)
Status = ImportRun.Status
# Another run may have brought in the same records a moment ago: folded again, the batch finds them.
_WORTH_ANOTHER_TRY = (OperationalError, IntegrityError, DomainError)


class TakenOverError(Exception):
    """Somebody else goes on with this run, or has ended it."""


class CancelledError(Exception):
    """Somebody pressed *Stop*; what is imported stays."""


Watch = Callable[[ImportRun], None]


def carry_out(run_id: int, *, watch: Watch | None = None) -> None:
    """Take a running import to its end, from wherever it stands. Safe to call twice, or after a crash.

    ``watch`` is called with the run after each batch.
    """
    run = ImportRun.objects.select_related("created_by").get(pk=run_id)
    if run.status != Status.RUNNING:
        return
    try:
        _all_batches(run, watch or (lambda run: None), actor=actor_of(run))
        finish(run, Status.DONE)
    except TakenOverError:
        log.info("Import %s goes on elsewhere", run.pk)
    except CancelledError:
        finish(run, Status.CANCELLED)
    except FileError as error:
        finish(run, Status.FAILED, error.code)
    except Exception as error:
        if is_lost(error):
            raise  # nothing is wrong with the run: it goes on once the database is back
        log.exception("Import %s stopped", run.pk)
        finish(run, Status.FAILED, "crashed")


def actor_of(run: ImportRun) -> Actor:
    """Who started it; what it does is recorded as caused by the start of this import."""
    actor = Actor.for_user(run.created_by) if run.created_by else Actor.system(run.name)
    started = timeline(run).filter(code="import.started").first()
    return replace(actor, cause=started, depth=1) if started else actor


def _all_batches(run: ImportRun, watch: Watch, *, actor: Actor) -> None:
    position = run.processed_rows
    with opened(run) as stream:
        for rows in batches(stream, run.layout, skip=position):
            do_rows(run, rows, position, actor=actor)
            position += len(rows)
            run.processed_rows = position
            watch(run)
            time.sleep(BREATH)


def do_rows(run: ImportRun, rows: Sequence[Row], position: int, *, actor: Actor) -> None:
    """Do the rows from ``position`` on; when the desk refuses them together, by halves, until the row at fault
    stands alone and is counted as failed."""
    at = position

    def do(part: Sequence[Row]) -> None:
        nonlocal at
        with collector_resting():
            persistently(lambda: _batch(run, part, at, actor=actor), again=_WORTH_ANOTHER_TRY)
        at += len(part)

    def give_up(row: Row, error: Exception) -> None:
        nonlocal at
        log.info("Row %s of import %s refused: %s", row[0], run.pk, error)
        _give_up(run, row, at)
        at += 1

    by_halves(rows, do, give_up)


def _batch(run: ImportRun, rows: Sequence[Row], position: int, *, actor: Actor) -> None:
    with transaction.atomic():
        current = _own(run, position)
        fold = Fold(current, custom_fields(current), lock=True)
        outcomes = fold.batch(rows)
        write(fold, actor=actor)
        _keep_rejected(current, outcomes)
        _save_progress(current, outcomes)


def _give_up(run: ImportRun, row: Row, position: int) -> None:
    number, cells = row
    with transaction.atomic():
        current = _own(run, position)
        outcomes = [Outcome(number, cells, FAILED, problem="refused")]
        _keep_rejected(current, outcomes)
        _save_progress(current, outcomes)


def _own(run: ImportRun, position: int) -> ImportRun:
    """The run, locked and still ours at this row."""
    current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if current.status != Status.RUNNING or current.processed_rows != position:
        raise TakenOverError
    if current.cancel_requested:
        raise CancelledError
    return current


def _keep_rejected(run: ImportRun, outcomes: Sequence[Outcome]) -> None:
    insert_rows(
        RejectedRow,
        ("run_id", "number", "outcome", "column", "problem", "details", "cells"),
        (
            (run.pk, one.number, one.outcome, one.column, one.problem, one.details, one.cells)
            for one in outcomes
            if one.problem
        ),
    )


_COUNTED = [f"{outcome}_rows" for outcome in OUTCOMES]
_PROGRESS = [*_COUNTED, "processed_rows", "created_accounts", "progressed_at"]


def _save_progress(run: ImportRun, outcomes: Sequence[Outcome]) -> None:
    counted = Counter(outcome.outcome for outcome in outcomes)
    for outcome, name in zip(OUTCOMES, _COUNTED, strict=True):
        setattr(run, name, getattr(run, name) + counted[outcome])
    run.processed_rows += len(outcomes)
    run.progressed_at = timezone.now()
    run.save(update_fields=_PROGRESS)


def finish(run: ImportRun, status: str, problem: str = "") -> None:
    """End a run that is still running, with its counts in the audit feed."""
    with transaction.atomic():
        current = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.status != Status.RUNNING:
            return
        current.status, current.problem, current.cancel_requested = status, problem, False
        current.finished_at = timezone.now()
        current.save(update_fields=["status", "problem", "cancel_requested", "finished_at"])
        counts = {outcome: getattr(current, f"{outcome}_rows") for outcome in OUTCOMES}
        record_happening(
            "import.finished",
            subject=current,
            actor=actor_of(current),
            name=run.name,
            kind=run.kind,
            **counts,
        )
