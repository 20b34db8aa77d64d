"""Carrying a bulk update out: batch after batch, each one transaction together with the progress it makes.

Whoever is killed leaves whole batches behind and nothing of the one they were at; the next one goes on after it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from customers.bulk.wanted import LeftOutError, Wanted
from customers.models import BulkUpdate, BulkUpdatedContact, BulkUpdateLeftOut, Contact
from customers.snapshots.loading import person_states
from customers.snapshots.states import Person
from customers.snapshots.writing import write_changed
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record, timeline
from helpdesk.core.batches import BREATH, by_halves, persistently
from helpdesk.core.bulk import insert_rows
from helpdesk.core.databases import is_lost

log = logging.getLogger(__name__)
Status, Reason = BulkUpdate.Status, BulkUpdateLeftOut.Reason
BATCH = 500
States = dict[int, tuple[Person, Person]]


class TakenOverError(Exception):
    """Somebody else goes on with this run, or has ended it."""


class StoppedError(Exception):
    """Somebody pressed *Stop*; what is changed stays."""


def carry_out(run_id: int) -> None:
    """Take a run to its end, from wherever it stands. Safe to call twice, or after a crash."""
    run = BulkUpdate.objects.select_related("created_by").get(pk=run_id)
    if run.status != Status.RUNNING:
        return
    try:
        _all_batches(run)
        _finish(run, Status.DONE)
    except TakenOverError:
        log.info("Bulk update %s goes on elsewhere", run.pk)
    except StoppedError:
        _finish(run, Status.CANCELLED)
    except Exception as error:
        if is_lost(error):
            raise  # nothing is wrong with the run: it goes on once the database is back
        log.exception("Bulk update %s stopped", run.pk)
        _finish(run, Status.FAILED, "crashed")


def actor_of(run: BulkUpdate) -> Actor:
    """Who confirmed it; what it does is recorded as caused by its start."""
    actor = Actor.for_user(run.created_by) if run.created_by else Actor.system("bulk update")
    started = timeline(run).filter(code="bulk_update.started").first()
    return replace(actor, cause=started, depth=1) if started else actor


def _all_batches(run: BulkUpdate) -> None:
    identifiers, wanted, actor = run.identifiers, Wanted.from_json(run.wanted), actor_of(run)
    for start in range(run.processed, len(identifiers), BATCH):
        do_contacts(run, identifiers[start : start + BATCH], start, wanted, actor=actor)
        if start + BATCH < len(identifiers):
            time.sleep(BREATH)


def do_contacts(
    run: BulkUpdate, identifiers: Sequence[int], position: int, wanted: Wanted, *, actor: Actor
) -> None:
    """Do those from `position` on; one whom the desk refuses on their own is left out."""
    at = position

    def do(part: Sequence[int]) -> None:
        nonlocal at
        persistently(lambda: _batch(run, part, at, wanted, actor=actor))
        at += len(part)

    def give_up(identifier: int, error: Exception) -> None:
        nonlocal at
        log.info("Contact %s of bulk update %s refused: %s", identifier, run.pk, error)
        with transaction.atomic():
            current = _own(run, at)
            _leave_out(current, {identifier: Reason.REFUSED}, {identifier})
            _save_progress(current, changed=0, unchanged=0, left_out=1)
        at += 1

    by_halves(identifiers, do, give_up)


def _batch(
    run: BulkUpdate, identifiers: Sequence[int], position: int, wanted: Wanted, *, actor: Actor
) -> None:
    with transaction.atomic():
        current = _own(run, position)
        present = person_states(identifiers, lock=True)
        left_out: dict[int, str] = dict.fromkeys(set(identifiers) - present.keys(), Reason.GONE)
        left_out |= dict.fromkeys(_erased(identifiers), Reason.ERASED)
        states: States = {}
        for pk in present.keys() - left_out.keys():
            try:
                states[pk] = (present[pk], wanted.applied(present[pk]))
            except LeftOutError as error:
                left_out[pk] = error.reason
        changed = {pk: (before, after) for pk, (before, after) in sorted(states.items()) if before != after}
        write_changed(changed, actor=actor)
        _note(current, changed)
        _leave_out(current, left_out, present.keys())
        unchanged = len(states) - len(changed)
        _save_progress(current, changed=len(changed), unchanged=unchanged, left_out=len(left_out))


def _own(run: BulkUpdate, position: int) -> BulkUpdate:
    """The run, locked and still ours at this contact."""
    rows = BulkUpdate.objects.select_for_update(of=("self",)).defer("selection")
    current = rows.get(pk=run.pk)
    if current.status != Status.RUNNING or current.processed != position:
        raise TakenOverError
    if current.cancel_requested:
        raise StoppedError
    return current


def _erased(identifiers: Sequence[int]) -> set[int]:
    rows = Contact.objects.filter(pk__in=identifiers, erased_at__isnull=False)
    return set(rows.values_list("pk", flat=True))


def _note(run: BulkUpdate, changed: States) -> None:
    """Both states of everybody who changed, for the undo."""
    now = timezone.now()
    insert_rows(
        BulkUpdatedContact,
        ("run_id", "contact_id", "before", "after", "written_at", "is_undone", "kept"),
        (
            (
                run.pk,
                pk,
                before.without_what_equals(after),
                after.without_what_equals(before),
                now,
                False,
                [],
            )
            for pk, (before, after) in changed.items()
        ),
    )


def _leave_out(run: BulkUpdate, reasons: dict[int, str], present: Collection[int]) -> None:
    insert_rows(
        BulkUpdateLeftOut,
        ("run_id", "contact_id", "former_id", "reason"),
        ((run.pk, pk if pk in present else None, pk, str(why)) for pk, why in sorted(reasons.items())),
    )


def _save_progress(run: BulkUpdate, *, changed: int, unchanged: int, left_out: int) -> None:
    run.changed += changed
    run.unchanged += unchanged
    run.left_out += left_out
    run.processed += changed + unchanged + left_out
    run.progressed_at = timezone.now()
    run.save(update_fields=["changed", "unchanged", "left_out", "processed", "progressed_at"])


def _finish(run: BulkUpdate, status: str, problem: str = "") -> None:
    """End a run that is still running, with its counts in the audit feed."""
    with transaction.atomic():
        current = BulkUpdate.objects.select_for_update(of=("self",)).defer("selection").get(pk=run.pk)
        if current.status != Status.RUNNING:
            return
        current.status, current.problem, current.cancel_requested = status, problem, False
        current.finished_at = timezone.now()
        current.save(update_fields=["status", "problem", "cancel_requested", "finished_at"])
        counts = {name: getattr(current, name) for name in ("changed", "unchanged", "left_out")}
        record("bulk_update.finished", subject=current, actor=actor_of(run), **counts)
