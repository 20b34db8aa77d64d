"""Taking a job back from its notes: created records go, changed ones get their old values, unless edited since.

A batch of notes at a time; each batch is one transaction that marks its notes as done, so an undo that was cut off
goes on where it stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from helpdesk.core.actors import Actor
from helpdesk.core.background.batches import by_halves, persistently
from helpdesk.core.database.lookups import one_of
from helpdesk.jobs.lifecycle import locked, record_event
from helpdesk.jobs.models import Job
from helpdesk.jobs.running import actor_of

log = logging.getLogger(__name__)
BATCH = 1000
#: Why a record stays: somebody edited it, or something points at it.
EDITED, IN_USE = "edited", "in_use"
Kept = Mapping[int, list[str]]
"""Note id → what was left of it: names of fields, or a code."""


@dataclass(frozen=True)
class UndoStep:
    """What is done to the notes of one kind. After a step that is not `is_whole` they stay open for another one."""

    notes: QuerySet[Any]
    """All notes of this kind that the job has."""
    work: Callable[..., Kept]
    """notes, `actor` → what it left."""
    is_whole: bool = True
    needs_states: bool = True
    """Whether `work` reads what the records were before and after."""


def take_back(job: Job, steps: Sequence[UndoStep], *, at_end: Callable[[Actor], None] | None = None) -> None:
    """Undo a job to the end, from wherever that stands. Safe to call twice, or after a crash.

    What the desk refuses is tried again after all the rest: an address, a number or a name may be free by then.
    """
    if job.status != Job.Status.UNDOING:
        return
    actor = actor_of(job)
    for is_last in (False, True):
        for step in steps:
            _in_batches(job, step, actor=actor, is_last=is_last)
    if at_end:
        at_end(actor)
    _finish(job, actor=actor)


def _in_batches(job: Job, step: UndoStep, *, actor: Actor, is_last: bool) -> None:
    """Do the open notes of a step, newest first."""
    open_notes = rest = step.notes.filter(is_undone=False)
    while batch := list(rest.order_by("-pk").values_list("pk", flat=True)[:BATCH]):
        _do(job, step, batch, actor=actor, is_last=is_last)
        rest = open_notes.filter(pk__lt=batch[-1])


def _do(job: Job, step: UndoStep, notes: Sequence[int], *, actor: Actor, is_last: bool) -> None:
    """When the desk refuses some notes together, the one at fault stays for the end, or for good."""

    def leave(note: int, error: Exception) -> None:
        if is_last and step.is_whole:
            log.info("The undo of %s %s leaves a record: %s", job.KIND, job.pk, error)
            persistently(lambda: _batch(job, replace(step, work=_leave), [note], actor=actor))

    by_halves(notes, lambda part: persistently(lambda: _batch(job, step, part, actor=actor)), leave)


def _batch(job: Job, step: UndoStep, notes: Sequence[int], *, actor: Actor) -> None:
    with transaction.atomic():
        current = locked(job)
        found = step.notes.filter(one_of("pk", notes), is_undone=False).order_by("-pk")
        batch = list(found if step.needs_states else found.defer("before", "after"))
        if current.status != Job.Status.UNDOING or not batch:
            return
        kept = step.work(batch, actor=actor)
        if not step.is_whole:
            return
        _close(step.notes.model, batch, kept)
        count_undone(job, len(batch) - len(kept), len(kept))


def count_undone(job: Job, undone: int, kept: int) -> None:
    """Add to what the undo has done; a negative number takes back what was counted before."""
    Job.objects.filter(pk=job.pk).update(
        undone_records=F("undone_records") + undone,
        kept_records=F("kept_records") + kept,
        progressed_at=timezone.now(),
    )


def _leave(notes: Sequence[Any], *, actor: Actor) -> Kept:
    """Records whose old values have become impossible: somebody else has them by now."""
    return {note.pk: [EDITED] for note in notes}


def _close(model: type[Any], batch: Sequence[Any], kept: Kept) -> None:
    """Close notes, with what was left of each. A note of a record that is gone went with it."""
    whole = [note.pk for note in batch if not kept.get(note.pk)]
    model.objects.filter(one_of("pk", whole)).update(is_undone=True, kept=[])
    partly = model.objects.in_bulk([note.pk for note in batch if kept.get(note.pk)])
    for note in partly.values():
        note.is_undone, note.kept = True, kept[note.pk]
    model.objects.bulk_update(partly.values(), ["is_undone", "kept"], batch_size=100)


def _finish(job: Job, *, actor: Actor) -> None:
    with transaction.atomic():
        current = locked(job)
        if current.status != Job.Status.UNDOING:
            return
        current.status, current.undone_at = Job.Status.UNDONE, timezone.now()
        current.save(update_fields=["status", "undone_at"])
        record_event(current, "undone", actor=actor)
