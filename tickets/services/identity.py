"""Whether the person who speaks is the requester: the support PIN, checked while a ticket is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from customers.services.contacts.pins import check_pin, confirmation
from helpdesk.core.actors import Actor
from tickets.models import Ticket
from tickets.policies import require_worker
from tickets.services.changing import lock_tickets


@dataclass(frozen=True)
class Confirmed:
    """The mark on the ticket: who confirmed the requester's identity, and when."""

    by: str
    at: datetime


@transaction.atomic
def check_identity(ticket: Ticket, pin: str, *, actor: Actor) -> bool:
    """Whether `pin` is the present requester's; the ticket's history keeps it. Raises as `pins.check_pin`."""
    require_worker(actor, [ticket])
    (locked,) = lock_tickets([ticket])
    return check_pin(locked.contact, pin, actor=actor, about=locked)


def confirmed_identity(ticket: Ticket) -> Confirmed | None:
    """The last confirmation of the present requester on this ticket; a change of the requester ends it."""
    found = confirmation(ticket, ticket.contact)
    return Confirmed(found.by, found.at) if found else None
