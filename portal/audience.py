"""How many people will read along, said before and after a ticket is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from customers.models import Account, Association, ContactRelationship
from helpdesk.core.words import phrase, phrase_n
from tickets.models import Ticket


@dataclass(frozen=True)
class Audience:
    """The sentence about who can see a ticket of `account`; `people` are the contacts that the account reaches."""

    account: Account | None
    people: int = 0

    @classmethod
    def of_ticket(cls, ticket: Ticket) -> Audience:
        if ticket.is_private or ticket.account is None:
            return cls(None)
        return cls(ticket.account, people_reached([ticket.account])[ticket.account.pk])

    @property
    def now(self) -> str:
        """About a ticket that is there."""
        if self.account is None or not self.people:
            return phrase("Only the requester and our team can see this %(term_ticket)s.")
        return phrase_n(
            "%(n)s person at %(account)s can see this %(term_ticket)s.",
            "%(n)s people at %(account)s can see this %(term_ticket)s.",
            self.people,
            account=self.account.name,
        )

    @property
    def then(self) -> str:
        """About one that is still being written."""
        if self.account is None or not self.people:
            return phrase("Only you and our team will be able to see this %(term_ticket)s.")
        return phrase_n(
            "%(n)s person at %(account)s will be able to see this %(term_ticket)s.",
            "The %(n)s people at %(account)s will be able to see this %(term_ticket)s.",
            self.people,
            account=self.account.name,
        )


def people_reached(accounts: Iterable[Account]) -> dict[int, int]:
    """For each account, how many active contacts see its tickets: members while it shares, and who acts for it.

    The same two roads as `Account.objects.shared_with`, from the other end. Two queries.
    """
    wanted = [account.pk for account in accounts]
    members = Association.objects.sharing_at_least("see").filter(contact__is_active=True)
    is_member = members.filter(account=OuterRef("account"), contact=OuterRef("contact"))
    acting = ContactRelationship.objects.filter(~Exists(is_member), contact__is_active=True, is_eligible=True)
    counts = dict.fromkeys(wanted, 0)
    for rows in (members, acting):
        counted = rows.filter(account__in=wanted).order_by().values_list("account_id")
        for account_id, people in counted.annotate(Count("contact", distinct=True)):
            counts[account_id] += people
    return counts
