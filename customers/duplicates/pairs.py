"""Telling two contacts apart who look like one person, and taking that back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.errors.records import PairGone
from customers.models import DuplicatePair
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked
from helpdesk.events.recording import record

DISMISSED, RESTORED = "duplicate.dismissed", "duplicate.restored"


def dismiss_pair(pair: DuplicatePair, *, actor: Actor) -> DuplicatePair:
    """They are two people: the pair comes back only for a reason that it does not have now. Raises `PairGone`."""
    policies.require_tell_apart(actor)
    with transaction.atomic():
        pair = locked(DuplicatePair, pair.pk, gone=PairGone, related=("first", "second"))
        if pair.dismissed_at is None:
            pair.dismissed_at, pair.dismissed_by = timezone.now(), actor.user
            pair.dismissed_reasons = sorted({*pair.dismissed_reasons, *pair.reasons})
            pair.save(update_fields=["dismissed_at", "dismissed_by", "dismissed_reasons"])
            _record(DISMISSED, pair, actor)
    return pair


def restore_pair(pair: DuplicatePair, *, actor: Actor) -> DuplicatePair:
    """Take back that they are two. Raises `PairGone`."""
    policies.require_tell_apart(actor)
    with transaction.atomic():
        pair = locked(DuplicatePair, pair.pk, gone=PairGone, related=("first", "second"))
        if pair.dismissed_at is not None:
            pair.dismissed_at, pair.dismissed_by, pair.dismissed_reasons = None, None, []
            pair.save(update_fields=["dismissed_at", "dismissed_by", "dismissed_reasons"])
            _record(RESTORED, pair, actor)
    return pair


def _record(code: str, pair: DuplicatePair, actor: Actor) -> None:
    names = {"contact": pair.first.name, "other": pair.second.name}
    record(code, subject=pair.first, related=pair.second, actor=actor, **names)
