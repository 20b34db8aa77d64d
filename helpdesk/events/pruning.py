"""Pruning the audit feed: entries older than a moment go, slice by slice. Nothing of the product but timelines reads
old entries, so nothing but timelines becomes shorter."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from helpdesk.events.models import AuditEntry, EventDelivery

SLICE = 5000


def prunable(before: datetime) -> QuerySet[AuditEntry]:
    """Entries recorded before a moment that no consumer waits for: none that is undelivered or a dead letter, none of
    a batch that somebody has not read to the end."""
    deliveries = EventDelivery.objects.all()
    of_batch = deliveries.filter(batch=OuterRef("batch"))
    return AuditEntry.objects.filter(
        ~Exists(deliveries.filter(entry=OuterRef("pk"))), ~Exists(of_batch), created_at__lt=before
    )


def prune(before: datetime, *, at_once: int = SLICE) -> int:
    """Delete what is `prunable`, so many entries in a transaction; says how many went. Others record meanwhile."""
    number, last = 0, 0
    while True:
        with transaction.atomic():
            rows = prunable(before).filter(pk__gt=last).order_by("pk")
            ids = list(rows.values_list("pk", flat=True)[:at_once])
            if not ids:
                return number
            doomed = AuditEntry.objects.filter(pk__in=ids)
            number += doomed._raw_delete(doomed.db)
            last = ids[-1]
