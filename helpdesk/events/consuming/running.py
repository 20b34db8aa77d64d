"""Letting consumers act: a delivery is claimed by a lease, handled in one transaction, and gone.

The claim is committed before the consumer acts, so that a delivery that kills its workers is known (`MOST_LOSSES`).
The transaction that holds the effect deletes the delivery: a worker that is killed before its end has done nothing,
one that is killed after it has done all. Each attempt counts; after the third a delivery is a dead letter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from helpdesk.core.database.connections import is_lost, last_line
from helpdesk.events.consuming.consumers import Batches, Consumer, consumer_called
from helpdesk.events.models import AuditEntry, EventDelivery

log = logging.getLogger(__name__)
State = EventDelivery.State
Stop = Callable[[], bool]

ATTEMPTS = 3
#: Seconds before the second attempt, and the third: the last one is made within a minute.
PAUSES = (5, 25)
LEASE = timedelta(minutes=10)
MOST_LOSSES = 5
#: Entries of a batch that are handled in one transaction.
SLICE = 200


class UnknownConsumer(Exception):
    """No app registers the consumer that the delivery is for."""


class LostTooOften(Exception):
    """The workers that handled the delivery ended again and again."""


def run_due(worker: str = "once", *, stop: Stop = lambda: False) -> int:
    """Handle what is due until nothing is, or `stop` says so. Returns how many were looked at."""
    number = 0
    while not stop() and (delivery := claim(worker)):
        number += 1
        _handle(delivery)
    return number


# --- Whose turn it is ------------------------------------------------------------------
def due(now: datetime) -> QuerySet[EventDelivery]:
    """What may be handled now. The entries about one subject keep their order for each consumer, and a stage begins
    when no delivery of an earlier one waits for the same entry; dead letters hold nobody up."""
    waiting = EventDelivery.objects.filter(state=State.WAITING)
    earlier = waiting.filter(
        consumer=OuterRef("consumer"),
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        pk__lt=OuterRef("pk"),
    )
    stages_before = waiting.filter(entry=OuterRef("entry"), stage__lt=OuterRef("stage"))
    return waiting.filter(~Exists(earlier), ~Exists(stages_before), worker="", next_at__lte=now).order_by(
        "pk"
    )


def claim(worker: str) -> EventDelivery | None:
    """The oldest delivery that is due, leased to this worker; None when there is none."""
    rows = due(timezone.now())
    if not rows.exists():
        return None
    with transaction.atomic():
        # SQLite locks no rows: there the transaction alone keeps the others away, which begins as the one that writes.
        delivery = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if delivery is None:
            return None
        delivery.worker, delivery.leased_until = worker, timezone.now() + LEASE
        free = EventDelivery.objects.filter(pk=delivery.pk, worker="", state=State.WAITING)
        claimed = free.update(worker=worker, leased_until=delivery.leased_until, losses=F("losses") + 1)
        delivery.losses += 1
    return delivery if claimed else None


def take_up(living: Callable[[], Collection[str]]) -> int:
    """Deliveries that dead workers were at wait again; also those that somebody has held for far too long."""
    held = list(EventDelivery.objects.exclude(worker="").filter(state=State.WAITING))
    if not held:
        return 0
    alive, now = living(), timezone.now()
    return _put_back([row for row in held if row.worker not in alive or (row.leased_until or now) < now])


def release(worker: str) -> int:
    """What this worker had claimed, and lost sight of when the database went away, waits again."""
    return _put_back(list(EventDelivery.objects.filter(state=State.WAITING, worker=worker)))


def _put_back(rows: Collection[EventDelivery]) -> int:
    """The update waits for a worker that is still at it: then the row is gone, and this changes nothing."""
    number = 0
    for row in rows:
        if row.losses >= MOST_LOSSES:
            problem = LostTooOften(f"{MOST_LOSSES} workers ended while they handled it")
            number += _held(row).update(**_dead(problem))
        else:
            number += _held(row).update(worker="", leased_until=None)
    return number


def _held(delivery: EventDelivery) -> QuerySet[EventDelivery]:
    """The delivery as long as it is this claim's."""
    return EventDelivery.objects.filter(
        pk=delivery.pk, state=State.WAITING, worker=delivery.worker, leased_until=delivery.leased_until
    )


# --- One delivery ----------------------------------------------------------------------
def _handle(delivery: EventDelivery) -> None:
    try:
        consumer = consumer_called(delivery.consumer)
        if consumer is None:
            raise UnknownConsumer(delivery.consumer)
        while lease := _one_step(delivery, consumer):
            delivery.leased_until = lease
    except Exception as error:
        if is_lost(error):
            raise
        log.exception("%s failed at entry %s", delivery.consumer, delivery.entry_id)
        _failed(delivery, error)


def _one_step(delivery: EventDelivery, consumer: Consumer) -> datetime | None:
    """Handle the entry, or the next slice of the batch's entries; the new lease when there may be more. The delivery,
    locked from before the effect to its commit, is marked in the same transaction."""
    with transaction.atomic():
        held = _held(delivery).select_for_update(of=("self",)).select_related("entry__actor_user").first()
        if held is None:
            return None  # somebody took it for lost, and may be at it
        if held.batch is None or consumer.batches == Batches.ONCE:
            consumer.handle(held.entry)
            held.delete()
            return None
        entries = _slice(held, consumer)
        for entry in entries:
            consumer.handle(entry)
        if len(entries) < SLICE:
            held.delete()
            return None
        lease = timezone.now() + LEASE
        progress = {"position": entries[-1].pk, "losses": 1, "leased_until": lease}
        EventDelivery.objects.filter(pk=held.pk).update(**progress)
        return lease


def _slice(delivery: EventDelivery, consumer: Consumer) -> list[AuditEntry]:
    entries = AuditEntry.objects.filter(
        batch=delivery.batch,
        pk__gt=delivery.position,
        pk__lt=delivery.entry_id,
        code__in=consumer.listens_to,
    )
    return list(entries.select_related("actor_user").order_by("pk")[:SLICE])


def _failed(delivery: EventDelivery, error: Exception) -> None:
    """Another attempt after a pause, or none any more."""
    attempts = delivery.attempts + 1
    values: dict[str, Any] = {"attempts": attempts}
    if attempts >= ATTEMPTS:
        values |= _dead(error)
    else:
        pause = timedelta(seconds=PAUSES[attempts - 1])
        failure, next_at = last_line(error), timezone.now() + pause
        values |= {"failure": failure, "next_at": next_at, "worker": "", "leased_until": None, "losses": 0}
    _held(delivery).update(**values)


def _dead(error: Exception) -> dict[str, Any]:
    failure = last_line(error)
    return {
        "state": State.DEAD,
        "failure": failure,
        "died_at": timezone.now(),
        "worker": "",
        "leased_until": None,
    }


# --- How late it is ----------------------------------------------------------------------
def oldest_waiting(now: datetime) -> float:
    """For how many seconds the oldest delivery that waits has been due."""
    rows = EventDelivery.objects.filter(Q(next_at__lte=now), state=State.WAITING)
    first = rows.order_by("next_at").values_list("next_at", flat=True).first()
    return (now - first).total_seconds() if first else 0.0
