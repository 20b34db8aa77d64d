"""How many people will read along, said before and after a ticket is sent."""

from __future__ import annotations

from dataclasses import dataclass

from customers.models import Account
from helpdesk.core.words import phrase, phrase_n
from tickets.models import Ticket


@dataclass(frozen=True)
class Audience:
    """The sentence about who can see a ticket of `account`; `people` are the contacts that the account reaches."""

    account: Account | None
    people: int = 0

    @classmethod
    def of_ticket(cls, ticket: Ticket) -> Audience:
        return cls.of_account(None if ticket.is_private else ticket.account)

    @classmethod
    def of_account(cls, account: Account | None) -> Audience:
        if account is None:
            return cls(None)
        return cls(account, Account.objects.filter(pk=account.pk).people_reached()[account.pk])

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
