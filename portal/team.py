"""What the pages of customer administrators show: people, who acts for the account, the accounts to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.administration.reach import shown_addresses
from customers.models import Account, Association, Contact, ContactRelationship, Sharing
from customers.policies import theirs_among
from customers.services.relationships.rights import links_behind
from customers.sharing import effective_level
from helpdesk.core.actors import Actor
from portal.accounts import MyAccount, my_accounts
from tickets.models import Ticket

LEVEL_WORDS = {
    Sharing.OWN: _("Sees their own"),
    Sharing.SEE: _("Sees everyone’s"),
    Sharing.REPLY: _("Sees and answers everyone’s"),
}


@dataclass
class Member:
    """A line of the list: the place in the account with its person, and what the reader may know of them."""

    place: Association
    addresses: list[str] = field(default_factory=list)
    open_tickets: int = 0
    is_self: bool = False
    sign_in: bool = False
    """Whether the sign-in is the reader's to close and to open."""

    @property
    def contact(self) -> Contact:
        return self.place.contact

    @property
    def known_by(self) -> str:
        """What stands under the name: an address, else the job title."""
        return self.addresses[0] if self.addresses else str(self.place.job_title)

    @property
    def is_administrator(self) -> bool:
        return bool(self.place.role == Association.Role.ADMINISTRATOR)

    @property
    def level(self) -> str:
        """What the person may do with the others' tickets: the lower of their own level and the account's."""
        level = effective_level(self.place.account.sharing, self.place.sharing)
        return str(LEVEL_WORDS[Sharing(level)])

    @property
    def last_sign_in(self) -> Any:
        return self.contact.user.last_login if self.contact.user else None


def members(places: Iterable[Association], account: Account, *, actor: Actor) -> list[Member]:
    """The lines of a page; the same few queries for any number of people. Prefetch the contacts' methods."""
    found = list(places)
    people = [place.contact for place in found]
    addresses = shown_addresses(people, account, actor=actor)
    tickets = _open_tickets(account, people, actor)
    theirs = theirs_among([person.pk for person in people], actor)
    return [
        Member(
            place,
            addresses[place.contact_id],
            tickets.get(place.contact_id, 0),
            is_self=place.contact_id == actor.contact.pk,
            sign_in=place.contact_id in theirs and place.contact_id != actor.contact.pk,
        )
        for place in found
    ]


def _open_tickets(account: Account, people: list[Contact], actor: Actor) -> dict[int, int]:
    """How many of each person's open tickets at the account the reader can see."""
    seen = Ticket.objects.visible_to(actor).open().filter(account=account, contact__in=people)
    return dict(seen.order_by().values_list("contact").annotate(Count("pk")))


def managed_accounts(actor: Actor) -> list[MyAccount]:
    """The accounts that the reader manages, with their marks: own ones in order, then those they act for."""
    managed = set(Account.objects.manageable_by(actor).order_by().values_list("pk", flat=True))
    return [each for each in my_accounts(actor) if each.account.pk in managed]


@dataclass
class Acting:
    """Somebody with a responsibility for the account: from where (None: they belong to it), and as what."""

    contact: Contact
    account: Account | None
    relationships: list[ContactRelationship] = field(default_factory=list)


def acting_for(account: Account) -> list[Acting]:
    """Who acts for the account, by name, each with their responsibilities."""
    rows = account.contact_relationships.standing().select_related("contact", "responsibility")
    found: dict[int, Acting] = {}
    for row in rows.order_by("contact__search", "contact_id", "responsibility__name"):
        found.setdefault(row.contact_id, Acting(row.contact, None)).relationships.append(row)
    behind = links_behind([row.pk for acting in found.values() for row in acting.relationships])
    for acting in found.values():
        through = behind[acting.relationships[0].pk][0]
        acting.account = None if through.is_member else through.account
    return list(found.values())


OUTCOMES = {
    "invited": (_("Invited"), "ok"),
    "waiting": (_("Invited already, not answered yet"), ""),
    "here": (_("Belongs here already"), ""),
    "wrong": (_("Not read: no clear address"), "warn"),
}


def outcome_words(result: str) -> tuple[str, str]:
    """What became of one address, in words, and the kind of mark for it."""
    words, kind = OUTCOMES[result]
    return gettext(str(words)), kind
