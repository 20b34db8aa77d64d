"""What the outbox does by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from helpdesk.core.background.clock import duty
from helpdesk.outbox.models import Delivery

KEPT = timedelta(days=90)
PART = 5000


@duty("outbox.prune", every=timedelta(days=1))
def prune() -> None:
    """Forget what ended ninety days ago, a part at a time: nobody waits for one long deletion."""
    ended = Delivery.objects.filter(ended_at__lt=timezone.now() - KEPT)
    while numbers := list(ended.order_by("ended_at").values_list("pk", flat=True)[:PART]):
        Delivery.objects.filter(pk__in=numbers).delete()
