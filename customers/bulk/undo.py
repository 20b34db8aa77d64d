"""Taking a bulk update back: contacts get their old values, unless they were edited since.

Works from the notes of the run, a batch at a time; each batch is one transaction that marks its notes as done, so an
undo that was cut off goes on where it stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from customers.bulk.run import actor_of
from customers.models import BulkUpdate, BulkUpdatedContact
from customers.snapshots.restoring import EDITED, contacts_back, mark
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record
from helpdesk.core.batches import by_halves, persistently

log = logging.getLogger(__name__)
Status = BulkUpdate.Status
BATCH = 500
Work = Callable[..., dict[int, list[str]]]


def take_back(run_id: int) -> None:
    """Undo a bulk update to the end, from wherever that stands. Safe to call twice, or after a crash."""
    run = BulkUpdate.objects.select_related("created_by").defer("selection").get(pk=run_id)
    if run.status != Status.UNDOING:
        return
    actor = actor_of(run)
    open_notes = BulkUpdatedContact.objects.filter(run=run, is_undone=False).order_by("-pk")
    rest = open_notes
    while batch := list(rest.values_list("pk", flat=True)[:BATCH]):
        by_halves(batch, _doing(run, contacts_back, actor), _leaving(run, actor))
        rest = open_notes.filter(pk__lt=batch[-1])
    _finish(run, actor=actor)


def _doing(run: BulkUpdate, work: Work, actor: Actor) -> Callable[[Sequence[int]], None]:
    return lambda part: persistently(lambda: _batch(run, part, work, actor=actor))


def _leaving(run: BulkUpdate, actor: Actor) -> Callable[[int, Exception], None]:
    """Old values that the desk refuses by now are left, and said."""

    def leave(note: int, error: Exception) -> None:
        log.info("Undo of bulk update %s leaves a contact: %s", run.pk, error)
        _doing(run, _left_as_they_are, actor)([note])

    return leave


def _left_as_they_are(notes: Sequence[Any], *, actor: Actor) -> dict[int, list[str]]:
    return {note.pk: [EDITED] for note in notes}


def _batch(run: BulkUpdate, notes: Sequence[int], work: Work, *, actor: Actor) -> None:
    with transaction.atomic():
        current = BulkUpdate.objects.select_for_update(of=("self",)).defer("selection").get(pk=run.pk)
        open_notes = BulkUpdatedContact.objects.filter(pk__in=notes, is_undone=False)
        batch = list(open_notes.order_by("-pk"))
        if current.status != Status.UNDOING or not batch:
            return
        kept = work(batch, actor=actor)
        mark(BulkUpdatedContact, batch, kept)
        BulkUpdate.objects.filter(pk=run.pk).update(
            undone_records=F("undone_records") + len(batch) - len(kept),
            kept_records=F("kept_records") + len(kept),
            progressed_at=timezone.now(),
        )


def _finish(run: BulkUpdate, *, actor: Actor) -> None:
    with transaction.atomic():
        current = BulkUpdate.objects.select_for_update(of=("self",)).defer("selection").get(pk=run.pk)
        if current.status != Status.UNDOING:
            return
        current.status, current.undone_at = Status.UNDONE, timezone.now()
        current.save(update_fields=["status", "undone_at"])
        record(
            "bulk_update.undone",
            subject=current,
            actor=actor,
            contacts=current.undone_records,
            kept=current.kept_records,
        )
