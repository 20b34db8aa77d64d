"""Looking at the help center as a contact sees it: who may, recorded once a look, and for how long a look lasts."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from customers import policies
from customers.errors.records import NothingToLookAt
from customers.models import Contact
from helpdesk.core.actors import Actor
from helpdesk.events.models import AuditEntry
from helpdesk.events.recording import record

LASTS = timedelta(minutes=30)
LOOKED = "contact.help_center_looked_at"


def can_be_looked_at(contact: Contact) -> bool:
    """Whether the person has a help center at all: not after it was closed for them."""
    return contact.is_active and (contact.user is None or contact.user.is_active)


def begin_look(contact: Contact, *, actor: Actor) -> int:
    """Record that `actor` looks at the help center of `contact`; the entry's number is the look's.

    Raises `NothingToLookAt` when the help center is closed for this person.
    """
    policies.require_view_as_contact(actor)
    if not can_be_looked_at(contact):
        raise NothingToLookAt(contact)
    return record(LOOKED, subject=contact, actor=actor).pk


def lasts(look: int, contact: Contact, *, actor: Actor) -> bool:
    """Whether a look is this person's own, at this contact, and not over."""
    policies.require_view_as_contact(actor)
    begun = AuditEntry.objects.filter(
        pk=look,
        code=LOOKED,
        subject_type=Contact._meta.label_lower,
        subject_id=contact.pk,
        actor_user=actor.user,
        created_at__gte=timezone.now() - LASTS,
    )
    return can_be_looked_at(contact) and begun.exists()
