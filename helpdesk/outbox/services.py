"""What an administrator does with deliveries: try again now, discard."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked
from helpdesk.core.errors import DomainError
from helpdesk.events.recording import Happening, record, record_many
from helpdesk.outbox.models import PERMISSION, TRIED_FOR, ChannelPause, Delivery

State = Delivery.State
#: So many are tried again in one go.
MOST = 1000


class TooLate(DomainError):
    """The delivery has moved on, or what it held is gone."""

    def __init__(self) -> None:
        super().__init__(_("This email has changed in the meantime. Reload the list."))


def retry(delivery: Delivery, *, actor: Actor) -> Delivery:
    """Try it again now, and for another 48 hours if need be. Raises `TooLate`."""
    actor.require(PERMISSION)
    with transaction.atomic():
        delivery = locked(Delivery, delivery.pk, gone=TooLate)
        if not delivery.can_be_retried:
            raise TooLate
        _wait_again(Delivery.objects.filter(pk=delivery.pk))
        record("delivery.retried", subject=delivery, actor=actor, kind=delivery.kind)
        _wake(delivery.channel)
    delivery.refresh_from_db()
    return delivery


def retry_failed(*, actor: Actor) -> int:
    """Try all again that failed and can be, the newest first, at most `MOST`; says how many."""
    actor.require(PERMISSION)
    with transaction.atomic():
        failed = Delivery.objects.visible_to(actor).failed().filter(expires_at__isnull=True)
        rows = list(failed.select_for_update().order_by("-id").values("pk", "kind")[:MOST])
        _wait_again(Delivery.objects.filter(pk__in=[row["pk"] for row in rows]))
        label = Delivery._meta.label_lower
        record_many(
            [Happening("delivery.retried", (label, row["pk"]), None, {"kind": row["kind"]}) for row in rows],
            actor=actor,
        )
        _wake(Delivery.Channel.MAIL)
    return len(rows)


def discard(delivery: Delivery, *, actor: Actor) -> Delivery:
    """Never send it. Raises `TooLate`."""
    actor.require(PERMISSION)
    with transaction.atomic():
        delivery = locked(Delivery, delivery.pk, gone=TooLate)
        if not delivery.can_be_discarded:
            raise TooLate
        delivery.state, delivery.reason, delivery.sealed = State.CANCELLED, Delivery.Reason.DISCARDED, ""
        delivery.ended_at = timezone.now()
        delivery.save(update_fields=["state", "reason", "sealed", "ended_at"])
        record("delivery.discarded", subject=delivery, actor=actor, kind=delivery.kind)
    return delivery


def _wait_again(rows: Any) -> None:
    now = timezone.now()
    fresh = {"attempts": 0, "reason": "", "next_at": now, "give_up_at": now + TRIED_FOR, "ended_at": None}
    rows.update(state=State.WAITING, **fresh)


def _wake(channel: str) -> None:
    """Somebody says that the server is back: it is tried now."""
    ChannelPause.objects.filter(channel=channel).update(until=timezone.now())
