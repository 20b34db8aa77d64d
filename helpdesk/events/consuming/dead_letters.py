"""Dead letters: deliveries that failed for good. An administrator runs them again; they are kept for 90 days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.actors import Actor
from helpdesk.core.background.clock import duty
from helpdesk.core.errors import DomainError
from helpdesk.events.models import EVENT_PERMISSION, EventDelivery
from helpdesk.events.recording import Happening, record_many

KEPT = timedelta(days=90)
#: So many are run again, or forgotten, in one go.
MOST = 1000


class NotDead(DomainError):
    """The delivery was run again by somebody else, or is gone."""

    def __init__(self) -> None:
        super().__init__(_("This event has been run again in the meantime. Reload the list."))


def run_again(delivery: EventDelivery, *, actor: Actor) -> None:
    """Give one dead letter three new attempts. Raises `NotDead`."""
    if not _run_again([delivery.pk], actor=actor):
        raise NotDead


def run_all_again(*, actor: Actor) -> int:
    """Give all dead letters, the oldest first and at most `MOST`, new attempts; says how many."""
    dead = EventDelivery.objects.dead().visible_to(actor)
    return _run_again(list(dead.order_by("pk").values_list("pk", flat=True)[:MOST]), actor=actor)


def _run_again(numbers: list[int], *, actor: Actor) -> int:
    actor.require(EVENT_PERMISSION)
    with transaction.atomic():
        rows = list(EventDelivery.objects.dead().filter(pk__in=numbers).select_for_update().order_by("pk"))
        fresh = {"attempts": 0, "losses": 0, "failure": "", "died_at": None, "next_at": timezone.now()}
        EventDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=EventDelivery.State.WAITING, **fresh
        )
        record_many(
            [Happening("dead_letter.run_again", row, None, {"consumer": row.consumer}) for row in rows],
            actor=actor,
        )
    return len(rows)


def number_of_dead(now: datetime) -> float:
    """How many dead letters there are; for the health probe."""
    return EventDelivery.objects.dead().count()


@duty("events.prune_dead_letters", every=timedelta(days=1))
def prune() -> None:
    """Forget what died ninety days ago, a part at a time: nobody waits for one long deletion."""
    dead = EventDelivery.objects.dead().filter(died_at__lt=timezone.now() - KEPT)
    while numbers := list(dead.order_by("died_at").values_list("pk", flat=True)[:MOST]):
        EventDelivery.objects.filter(pk__in=numbers).delete()
