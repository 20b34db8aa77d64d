"""What a merge does to the letters of a contact in the outbox."""

from __future__ import annotations

from customers.merging.notes import Notes
from customers.services.methods.letters import CONTACT
from helpdesk.outbox.models import Delivery


def repoint_letters(source: int, survivor: int, *, notes: Notes) -> None:
    """Letters to a contact that is merged go to the survivor, and are found with them."""
    rows = Delivery.objects.addressed_to(CONTACT, [source])
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(recipient_id=survivor)
    notes.moved(Delivery._meta.get_field("recipient_id"), source, survivor, numbers)
