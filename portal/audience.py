"""Who will read along, said before and after a ticket is sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext

from customers.models import Account, Association
from helpdesk.core.actors import Actor
from helpdesk.core.web.listing import count_words
from helpdesk.core.words import phrase, phrase_n
from portal.accounts import MyAccount
from tickets.models import Ticket
from tickets.services.access import colleagues_who_see, count_viewers

NAMES_SHOWN = 12


@dataclass(frozen=True)
class Named:
    """A person of the audience by name, with a word on who it is."""

    name: str
    note: str = ""


@dataclass(frozen=True)
class Audience:
    """The sentences about who can see a ticket of `account`: `people` are the contacts whom it reaches.

    `names` are there only for readers who may know them: see `_may_name`.
    """

    account: Account | None
    people: int = 0
    names: list[Named] = field(default_factory=list)
    more: str = ""

    @classmethod
    def of_ticket(cls, ticket: Ticket, actor: Actor, standing: MyAccount | None) -> Audience:
        """`standing`: how the reader stands to the ticket's account."""
        if ticket.is_private or ticket.account is None:
            return cls(None)
        total = count_viewers(ticket)
        if total == 1 and ticket.contact.is_active:
            return cls(None)  # nobody beside the requester
        if not _may_name(ticket.account, actor, standing):
            return cls(ticket.account, total)
        names = _names(ticket, actor)
        left = total - len(names)
        more = phrase_n("and %(n)s more", "and %(n)s more", left, n=count_words(left)) if left > 0 else ""
        return cls(ticket.account, total, names, more)

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
            n=count_words(self.people),
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


def _may_name(account: Account, actor: Actor, standing: MyAccount | None) -> bool:
    """People know their colleagues, a manager of an account its people; who only acts for it is told no names."""
    belongs = standing is not None and standing.mark != "acting"
    return belongs or Account.objects.manageable_by(actor).filter(pk=account.pk).exists()


def _names(ticket: Ticket, actor: Actor) -> list[Named]:
    """Of people from elsewhere it is said that they act for the account, not where they come from or as what."""
    requester = [ticket.contact] if ticket.contact.is_active else []
    people = [*requester, *colleagues_who_see(ticket)[:NAMES_SHOWN]]
    places = Association.objects.filter(account=ticket.account_id, contact__in=[each.pk for each in people])
    belonging = set(places.values_list("contact", flat=True))
    acting = phrase("acts for %(account)s", account=str(ticket.account))
    notes = {each.pk: "" if each.pk in belonging else acting for each in people}
    notes[ticket.contact_id] = gettext("Requester")
    notes[actor.contact.pk] = gettext("You")
    return [Named(each.name, notes[each.pk]) for each in people]
