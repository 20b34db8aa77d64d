"""Wanting to hear of a ticket. It never gives sight: whoever loses that hears nothing more."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from helpdesk.core.actors import Actor
from helpdesk.events.recording import record
from tickets.models import Follower, Ticket
from tickets.policies import require_visible


def _person(actor: Actor) -> dict[str, Any]:
    if actor.is_staff and actor.user is not None:
        return {"user": actor.user}
    return {"contact": actor.contact}


@transaction.atomic
def follow(ticket: Ticket, *, actor: Actor) -> Follower:
    """Follow a ticket that the actor may see; following twice changes nothing."""
    require_visible(ticket, actor)
    follower, created = Follower.objects.get_or_create(ticket=ticket, **_person(actor))
    if created:
        record("ticket.followed", subject=ticket, actor=actor)
    return follower


@transaction.atomic
def unfollow(ticket: Ticket, *, actor: Actor) -> bool:
    """Stop following; allowed even to someone who no longer sees the ticket."""
    deleted, _rows = Follower.objects.filter(ticket=ticket, **_person(actor)).delete()
    if deleted:
        record("ticket.unfollowed", subject=ticket, actor=actor)
    return bool(deleted)


def is_following(ticket: Ticket, *, actor: Actor) -> bool:
    return Follower.objects.filter(ticket=ticket, **_person(actor)).exists()
