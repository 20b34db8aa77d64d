"""Looking at the help center as a contact sees it: who may, recorded once a look, and for how long a look lasts."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.errors.records import NothingToLookAt
from customers.models import Contact, HelpCenterLook
from helpdesk.core.actors import Actor
from helpdesk.events.recording import record

LASTS = timedelta(minutes=30)
LOOKED = "contact.help_center_looked_at"


def can_be_looked_at(contact: Contact) -> bool:
    """Whether the person has a help center at all: not after it was closed for them."""
    return contact.is_active and (contact.user is None or contact.user.is_active)


def begin_look(contact: Contact, *, actor: Actor) -> int:
    """Let `actor` look at the help center of `contact`, and record it; returns the number of the look.

    Raises `NothingToLookAt` when the help center is closed for this person.
    """
    policies.require_view_as_contact(actor)
    if not can_be_looked_at(contact):
        raise NothingToLookAt(contact)
    if actor.user is None:
        raise PermissionDenied
    with transaction.atomic():
        record(LOOKED, subject=contact, actor=actor)
        looks = HelpCenterLook.objects.filter(user=actor.user)
        looks.filter(begun_at__lt=timezone.now() - LASTS).delete()
        return looks.create(user=actor.user, contact=contact).pk


def lasts(look: int, contact: Contact, *, actor: Actor) -> bool:
    """Whether a look is this person's own, at this contact, and not over."""
    policies.require_view_as_contact(actor)
    since = timezone.now() - LASTS
    begun = HelpCenterLook.objects.filter(pk=look, contact=contact, user=actor.user, begun_at__gte=since)
    return can_be_looked_at(contact) and begun.exists()
