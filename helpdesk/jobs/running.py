"""Carrying a job out: batch after batch, each one transaction together with the progress it makes.

A worker that is killed leaves whole batches behind and nothing of the one it was at; whoever takes the job up again
goes on with the first item that is not counted.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from django.db import OperationalError, transaction
from django.utils import timezone

from helpdesk.core.actors import Actor
from helpdesk.core.background.batches import BREATH, by_halves, collector_resting, persistently
from helpdesk.core.database.connections import is_lost
from helpdesk.events.timelines import timeline
from helpdesk.jobs.errors import Cancelled, Stopped, TakenOver
from helpdesk.jobs.kinds import kind_of
from helpdesk.jobs.lifecycle import locked, record_event
from helpdesk.jobs.models import COUNTS, Job

log = logging.getLogger(__name__)
Status = Job.Status
AnyJob = TypeVar("AnyJob", bound=Job)
Item = TypeVar("Item")
Counts = Mapping[str, int]
"""How many items were created, changed, unchanged, skipped, failed (`models.COUNTS`)."""


@dataclass(frozen=True)
class Work(Generic[AnyJob, Item]):
    """What is done to the items of a batch; both run inside the batch's transaction with the locked job, and say what
    became of the items."""

    do: Callable[[AnyJob, Sequence[Item]], Counts]
    give_up: Callable[[AnyJob, Item], Counts]
    """For an item that the desk refuses on its own."""
    again: tuple[type[Exception], ...] = (OperationalError,)
    """What is worth another try: another job at the same moment got in the way."""


def carry_out(job: AnyJob, batches: Callable[[AnyJob], None]) -> None:
    """Take a running job to its end, from wherever it stands. Safe to call twice, or after a crash.

    `batches` does the items from `job.processed` on by `do_items`; it may raise `Stopped`.
    """
    if job.status != Status.RUNNING:
        return
    try:
        batches(job)
        finish(job, Status.DONE)
    except TakenOver:
        log.info("%s %s goes on elsewhere", job.KIND, job.pk)
    except Cancelled:
        finish(job, Status.CANCELLED)
    except Stopped as error:
        finish(job, Status.FAILED, error.code)
    except Exception as error:
        if is_lost(error):
            raise  # nothing is wrong with the job: it goes on once the database is back
        log.exception("%s %s stopped", job.KIND, job.pk)
        finish(job, Status.FAILED, "crashed")


def actor_of(job: Job) -> Actor:
    """Who started it; what it does is recorded as caused by its start, and as one batch."""
    actor = Actor.for_user(job.created_by) if job.created_by else kind_of(job).channel(job)
    started = timeline(job).filter(code=f"{job.KIND}.started").first()
    return replace(actor, cause=started, depth=1 if started else 0, batch=job.pk)


def do_items(job: AnyJob, items: Sequence[Item], position: int, work: Work[AnyJob, Item]) -> None:
    """Do the items from `position` on; when the desk refuses them together, by halves, until the one at fault stands
    alone and is given up. Raises `TakenOver` and `Cancelled`."""
    at = position

    def do(part: Sequence[Item]) -> None:
        nonlocal at
        with collector_resting():
            persistently(lambda: do_batch(job, at, lambda current: work.do(current, part)), again=work.again)
        at += len(part)

    def give_up(item: Item, error: Exception) -> None:
        nonlocal at
        log.info("Item %s of %s %s refused: %s", at + 1, job.KIND, job.pk, error)
        do_batch(job, at, lambda current: work.give_up(current, item))
        at += 1

    by_halves(items, do, give_up)


def breathe() -> None:
    """Between two batches, so that others get at SQLite's one write lock."""
    time.sleep(BREATH)


def do_batch(job: AnyJob, position: int, do: Callable[[AnyJob], Counts]) -> None:
    """One transaction: `do` gets the locked job, still ours at the item at `position`, and says what became of the
    items; the progress is saved. Raises `TakenOver` and `Cancelled`."""
    with transaction.atomic():
        current = _own(job, position)
        _save_progress(current, do(current))


def _save_progress(job: Job, counts: Counts) -> None:
    for name in COUNTS:
        setattr(job, name, getattr(job, name) + counts.get(name, 0))
    job.processed += sum(counts.values())
    job.progressed_at = timezone.now()
    job.save(update_fields=[*COUNTS, "processed", "progressed_at"])


def _own(job: AnyJob, position: int) -> AnyJob:
    """The job, locked and still ours at this item."""
    current = locked(job)
    if current.status != Status.RUNNING or current.processed != position:
        raise TakenOver
    if current.cancel_requested:
        raise Cancelled
    return current


def finish(job: Job, status: str, problem: str = "") -> None:
    """End a job that is still running, with its counts in the audit feed."""
    with transaction.atomic():
        current: Any = locked(job)
        if current.status != Status.RUNNING:
            return
        current.status, current.problem, current.cancel_requested = status, problem, False
        current.finished_at = timezone.now()
        current.save(update_fields=["status", "problem", "cancel_requested", "finished_at"])
        record_event(current, "finished", actor=actor_of(current))
