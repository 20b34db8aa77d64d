"""Messages of tickets that moved together with many others get their new search keys in the background: the index is
written anew for each of them, which nobody should wait for. What may be seen is not asked of the keys alone."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from helpdesk.core.database.lookups import one_of
from tickets.models import Message, StaleSearchKeys

BATCH = 200


def catch_up() -> None:
    """Work off what is noted, a transaction a batch. May run in several workers at once."""
    while True:
        with transaction.atomic():
            noted = StaleSearchKeys.objects.select_for_update(skip_locked=True).order_by("pk")
            tickets = list(noted.values_list("pk", flat=True)[:BATCH])
            if not tickets:
                return
            # The trigger on this column gives the keys.
            Message.objects.filter(one_of("ticket_id", tickets)).public().update(kind=F("kind"))
            StaleSearchKeys.objects.filter(one_of("ticket_id", tickets)).delete()
