"""Who can see a ticket, and why: the rule of `Ticket.objects.visible_to`, from the ticket's side."""

from __future__ import annotations

from dataclasses import dataclass

from customers.models import Association, Contact, ContactRelationship
from helpdesk.core.words import phrase
from tickets.models import Ticket

MOST_PEOPLE = 200


@dataclass(frozen=True)
class AccessReason:
    """One person and one reason. `code` is requester, member or acting; `can_reply` says whether they may write."""

    contact: Contact
    code: str
    account_name: str = ""
    responsibility: str = ""
    can_reply: bool = True

    @property
    def sentence(self) -> str:
        """The reason in the reader's words."""
        if self.code == "requester":
            return phrase("Requester")
        if self.code == "acting":
            return phrase(
                "Acts for %(account)s as %(responsibility)s",
                account=self.account_name,
                responsibility=self.responsibility,
            )
        if self.can_reply:
            return phrase("Sees and answers everything of %(account)s", account=self.account_name)
        return phrase("Sees everything of %(account)s", account=self.account_name)


def access_reasons(ticket: Ticket, limit: int = MOST_PEOPLE) -> list[AccessReason]:
    """Every contact who can see the ticket with each reason, the requester first; agents see every ticket anyway."""
    reasons = [AccessReason(ticket.contact, "requester")] if ticket.contact.is_active else []
    if ticket.is_private or ticket.account is None:
        return reasons
    return reasons + _members(ticket, limit) + _acting(ticket, limit)


def _members(ticket: Ticket, limit: int) -> list[AccessReason]:
    rows = Association.objects.filter(account=ticket.account_id)
    replying = set(rows.giving_sight("reply").values_list("contact", flat=True)[: limit * 2])
    seeing = rows.giving_sight().exclude(contact=ticket.contact_id)
    return [
        AccessReason(row.contact, "member", str(ticket.account), can_reply=row.contact_id in replying)
        for row in seeing.select_related("contact").order_by("contact__search")[:limit]
    ]


def _acting(ticket: Ticket, limit: int) -> list[AccessReason]:
    rows = ContactRelationship.objects.giving_sight().filter(account=ticket.account_id)
    rows = rows.exclude(contact=ticket.contact_id)
    return [
        AccessReason(row.contact, "acting", str(ticket.account), str(row.responsibility))
        for row in rows.select_related("contact", "responsibility").order_by("contact__search")[:limit]
    ]
