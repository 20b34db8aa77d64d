"""The letters to contacts in the outbox, when the contacts go."""

from __future__ import annotations

from collections.abc import Collection

from customers.models import Contact
from helpdesk.outbox.models import Delivery

CONTACT = Contact._meta.label_lower


def forget_letters_to(contact_ids: Collection[int]) -> None:
    """Contacts are deleted: nothing is sent to them any more."""
    Delivery.objects.addressed_to(CONTACT, contact_ids).delete()
