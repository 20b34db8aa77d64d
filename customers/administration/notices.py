"""Telling a person that what they may do has changed. Who listens sends the letter (`customers.mail`)."""

from __future__ import annotations

from customers.models import Account, Contact
from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.events.recording import record

CHANGED = "contact.rights_changed"
MADE_ADMINISTRATOR = "made_administrator"
NO_LONGER_ADMINISTRATOR = "no_longer_administrator"
LEVEL_CHANGED = "level_changed"
DEACTIVATED = "deactivated"
ACTIVATED = "activated"
REMOVED = "removed"
TOOK_OVER = "took_over"
JOINED = "joined"
NOT_JOINED = "not_joined"


def tell(contact: Contact, account: Account, kind: str, *, actor: Actor, **values: int) -> None:
    """Nobody is told what they did themselves; what the desk loads or moves by itself writes to nobody.

    `values` are numbers and ids for the sentence, never texts: `who` (a contact), `tickets`.
    """
    own = actor.contact is not None and actor.contact.pk == contact.pk
    if not own and actor.kind != actors.SYSTEM:
        by = actor.contact.pk if actor.kind == actors.CONTACT and actor.contact else None
        record(CHANGED, subject=contact, related=account, actor=actor, kind=kind, by=by, **values)
