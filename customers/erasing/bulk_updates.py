"""What bulk updates keep of a person: the notes for the undo, and words that were written to many."""

from __future__ import annotations

from customers.erasing.contacts import Erased, told
from customers.models import BulkUpdate, BulkUpdatedContact
from customers.registry import Erasure
from helpdesk.core.words import phrase_n
from helpdesk.events.redaction import redact_rows


def goes(person: Erased) -> list[tuple[str, int]]:
    """Said before it is done."""
    notes = BulkUpdatedContact.objects.filter(contact=person.contact)
    return [told(notes, lambda n: phrase_n("%(n)s note of a bulk update", "%(n)s notes of bulk updates", n))]


def erase(person: Erased) -> None:
    """The notes go; who was left out is a number without a name anyway."""
    BulkUpdatedContact.objects.filter(contact=person.contact).delete()
    redact_rows(BulkUpdatedContact.objects.all(), ["before", "after"], person.traces.unmistakable)
    redact_rows(BulkUpdate.objects.all(), ["wanted"], person.traces.unmistakable)


BULK_UPDATES = Erasure(goes=goes, stays=lambda person: [], erase=erase)
