"""Fan-out: a delivery per entry and listening consumer, written in the transaction that records the entry.

The entries of a job write none. The entry that ends the job writes one for each consumer that listens to any code of
the job and takes batches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.utils import timezone

from helpdesk.core.actors import Actor
from helpdesk.core.database.bulk import insert_rows
from helpdesk.events.consuming.consumers import Batches, Consumer, consumers, listeners
from helpdesk.events.declaring import ending_codes, event_of
from helpdesk.events.models import AuditEntry, EventDelivery

COLUMNS = "consumer entry_id batch position stage subject_type subject_id state created_at next_at".split()
Row = Sequence[Any]
"""An entry to be: code, label and id of its subject, and what follows."""


def is_heard(codes: Iterable[str], *, actor: Actor) -> bool:
    """Whether anything has to be delivered because of entries of these codes."""
    if actor.batch is None:
        return any(listeners(code) for code in codes)
    return any(_ends(code) for code in codes)


def deliver(entries: Collection[tuple[int, Row]], *, actor: Actor) -> None:
    """Write the deliveries of entries that were just recorded: (id, row)."""
    now = timezone.now()
    rows: list[tuple[Any, ...]] = []
    for pk, (code, label, identifier, *_rest) in entries:
        ends = actor.batch is not None and _ends(code)
        if actor.batch is None or ends:
            for consumer in listeners(code):
                rows.append(
                    (consumer.name, pk, None, 0, consumer.stage, label, identifier, "waiting", now, now)
                )
        if ends:
            after, takers = _of_batch(pk, actor)
            for each in takers:
                values = (
                    each.name,
                    pk,
                    actor.batch,
                    after,
                    each.stage,
                    label,
                    identifier,
                    "waiting",
                    now,
                    now,
                )
                rows.append(values)
    if rows:
        insert_rows(EventDelivery, COLUMNS, rows)


def _ends(code: str) -> bool:
    event = event_of(code)
    return event is not None and event.ends_batch


def _of_batch(end: int, actor: Actor) -> tuple[int, list[Consumer]]:
    """After which entry this part of the batch begins (its undo has the same id), and who takes it."""
    entries = AuditEntry.objects.filter(batch=actor.batch, pk__lt=end)
    ends = entries.filter(code__in=ending_codes()).order_by("-pk")
    after = ends.values_list("pk", flat=True).first() or 0
    candidates = [each for each in consumers() if _takes_batches(each, actor)]
    if not candidates:
        return after, []
    codes = set(entries.filter(pk__gt=after).order_by().values_list("code", flat=True).distinct())
    return after, [each for each in candidates if codes.intersection(each.listens_to)]


def _takes_batches(consumer: Consumer, actor: Actor) -> bool:
    if consumer.batches == Batches.ASKED:
        return consumer.name in actor.asked
    return consumer.batches in (Batches.EACH, Batches.ONCE)
