"""What the outbox keeps of a person: letters to them that wait, and those that left within the last 90 days."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from customers.erasing.contacts import Erased, told
from customers.models import Contact
from customers.registry import Erasure
from helpdesk.core.models import User
from helpdesk.core.words import phrase_n
from helpdesk.events.redaction import redact_rows
from helpdesk.outbox.models import Delivery

CONTACT = Contact._meta.label_lower


def goes(person: Erased) -> list[tuple[str, int]]:
    """Said before it is done."""
    return [told(_letters(person), lambda n: phrase_n("%(n)s email", "%(n)s emails", n))]


def erase(person: Erased) -> None:
    """What waits is not sent any more, and what was sent is forgotten; what servers said to others names nobody."""
    _letters(person).delete()
    redact_rows(Delivery.objects.all(), ["answer", "name"], person.traces.unmistakable)


def _letters(person: Erased) -> Any:
    theirs = Q(recipient_type=CONTACT, recipient_id__in=person.numbers)
    if person.user:
        theirs |= Q(recipient_type=User._meta.label_lower, recipient_id=person.user.pk)
    for known in person.traces.exact | person.traces.within:
        if "@" in known:
            theirs |= Q(address=known)
    return Delivery.objects.filter(theirs)


LETTERS = Erasure(goes=goes, stays=lambda person: [], erase=erase)
