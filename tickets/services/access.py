"""Who can see a ticket, and why: the rule of `Ticket.objects.visible_to`, from the ticket's side."""

from __future__ import annotations

from dataclasses import dataclass

from customers.models import Contact
from customers.services.rights import SEE, Right, rights_on
from helpdesk.core.words import phrase
from tickets.models import Ticket

MOST_PEOPLE = 200
REQUESTER = "requester"


@dataclass(frozen=True)
class AccessReason:
    """One person and one reason: being the requester, or a right on the account."""

    contact: Contact
    right: Right | None = None

    @property
    def code(self) -> str:
        """requester, member or acting."""
        return self.right.code if self.right else REQUESTER

    @property
    def can_reply(self) -> bool:
        return self.right is None or self.right.can_reply

    @property
    def sentence(self) -> str:
        """The reason in the reader's words."""
        return self.right.sentence if self.right else phrase("Requester")


def access_reasons(ticket: Ticket, limit: int = MOST_PEOPLE) -> list[AccessReason]:
    """Every contact who can see the ticket with each reason, the requester first; agents see every ticket anyway."""
    reasons = [AccessReason(ticket.contact)] if ticket.contact.is_active else []
    if ticket.is_private or ticket.account is None:
        return reasons
    rights = rights_on(ticket.account, level=SEE, limit=limit)
    return reasons + [
        AccessReason(right.contact, right) for right in rights if right.contact.pk != ticket.contact_id
    ]
