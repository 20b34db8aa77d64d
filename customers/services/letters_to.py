"""The letters to a contact in the outbox, when the contact goes or becomes another one."""

from __future__ import annotations

from collections.abc import Collection

from customers.models import Contact
from customers.services.merge_notes import Notes
from helpdesk.outbox.models import Delivery

CONTACT = Contact._meta.label_lower


def forget_letters_to(contact_ids: Collection[int]) -> None:
    """Contacts are deleted: nothing is sent to them any more."""
    Delivery.objects.addressed_to(CONTACT, contact_ids).delete()


def repoint_letters(source: int, survivor: int, *, notes: Notes) -> None:
    """Letters to a contact that is merged go to the survivor, and are found with them."""
    rows = Delivery.objects.addressed_to(CONTACT, [source])
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(recipient_id=survivor)
    notes.moved(Delivery._meta.get_field("recipient_id"), source, survivor, numbers)
