"""Who can see a ticket, and why: the rule of `Ticket.objects.visible_to`, from the ticket's side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet

from customers.models import Account, Association, Contact, ContactRelationship
from customers.services.relationships.rights import Right, rights_on
from customers.sharing import SEE
from helpdesk.core.web.listing import MOST, count_words, how_many
from helpdesk.core.words import phrase, phrase_n
from tickets.models import Follower, Ticket


@dataclass(frozen=True)
class Viewer:
    """A contact who can see a ticket, once, with every reason."""

    contact: Contact
    is_requester: bool = False
    is_private: bool = False
    reasons: list[Right] = field(default_factory=list)
    follows: bool = False

    @property
    def can_reply(self) -> bool:
        return self.is_requester or any(reason.can_reply for reason in self.reasons)

    @property
    def sentences(self) -> list[str]:
        """Every reason in the reader's words. (Following is none: it gives no sight.)"""
        said = []
        if self.is_requester:
            said.append(
                phrase("Requester; it is private to them") if self.is_private else phrase("Requester")
            )
        said += [reason.sentence for reason in self.reasons]
        return said + [phrase("Follows it")] * self.follows


@dataclass(frozen=True)
class Viewers:
    """The first of the contacts who can see a ticket, and how many can altogether (as `count_viewers` counts)."""

    people: list[Viewer]
    total: int

    @property
    def more(self) -> str:
        """How many are left off, in words; nothing when nobody is."""
        left = self.total - len(self.people)
        return phrase_n("and %(n)s more", "and %(n)s more", left, n=count_words(left)) if left > 0 else ""


def people_reached(account: Account) -> QuerySet[Contact]:
    """Every contact who sees the tickets of `account`, by name."""
    members = Association.objects.giving_sight().filter(account=account).order_by().values("contact")
    acting = ContactRelationship.objects.giving_sight().filter(account=account).order_by().values("contact")
    return Contact.objects.filter(pk__in=members.union(acting)).order_by("search", "id")


def colleagues_who_see(ticket: Ticket) -> QuerySet[Contact]:
    """Every contact who can see the ticket beside its requester, by name."""
    if ticket.is_private or ticket.account is None:
        return Contact.objects.none()
    return people_reached(ticket.account).exclude(pk=ticket.contact_id)


def explain(ticket: Ticket, contacts: Sequence[Contact]) -> list[Viewer]:
    """These contacts, who can see the ticket, with their reasons; the same number of queries for any number of them."""
    shared = ticket.account if not ticket.is_private else None
    reasons = defaultdict[int, list[Right]](list)
    for right in rights_on(shared, contacts=contacts, level=SEE) if shared else ():
        reasons[right.contact.pk].append(right)
    following = Follower.objects.filter(ticket=ticket, contact__in=[contact.pk for contact in contacts])
    followers = set(following.values_list("contact", flat=True))
    return [
        Viewer(
            contact,
            is_requester=contact.pk == ticket.contact_id,
            is_private=ticket.is_private,
            reasons=reasons[contact.pk],
            follows=contact.pk in followers,
        )
        for contact in contacts
    ]


def count_viewers(ticket: Ticket) -> int:
    """How many contacts can see the ticket, the requester among them unless deactivated; not counting far beyond a
    thousand."""
    shared = ticket.account if not ticket.is_private else None
    others = count_reached(shared, besides=ticket.contact_id) if shared else 0
    return int(ticket.contact.is_active) + others


def count_reached(account: Account, *, besides: int) -> int:
    """How many contacts see the tickets of `account`, one of them left out; not counting far beyond a thousand.

    Members and those who act for it are counted apart: to count both as one set, the database would gather all first.
    """
    members = Association.objects.giving_sight().filter(account=account).exclude(contact=besides)
    number = how_many(members)
    if number > MOST:
        return number
    also_member = members.filter(contact=OuterRef("contact"))
    acting = ContactRelationship.objects.giving_sight().filter(~Exists(also_member), account=account)
    others = acting.exclude(contact=besides).order_by().values_list("contact", flat=True)
    return number + len(set(others[:MOST]))


def seen_by(ticket: Ticket) -> str:
    """How many contacts can see the ticket, for the desk."""
    number = count_viewers(ticket)
    return phrase_n(
        "%(n)s person can see this, besides the desk",
        "%(n)s people can see this, besides the desk",
        number,
        n=count_words(number),
    )


def seen_again_by(ticket: Ticket) -> str:
    """How many people would see a private ticket if it were shared again."""
    if not ticket.is_private or ticket.account is None:
        return ""
    number = count_reached(ticket.account, besides=ticket.contact_id)
    return phrase_n(
        "Shared, %(n)s more person would see it",
        "Shared, %(n)s more people would see it",
        number,
        n=count_words(number),
    )


def viewers(ticket: Ticket, limit: int) -> Viewers:
    """The contacts who can see the ticket: the requester, unless deactivated, then at most `limit` others by name."""
    requester = [ticket.contact] if ticket.contact.is_active else []
    people = explain(ticket, [*requester, *colleagues_who_see(ticket)[:limit]])
    return Viewers(people, count_viewers(ticket))


def followers_without_sight(ticket: Ticket) -> list[Contact]:
    """Contacts who follow the ticket and can no longer see it: they hear nothing of it."""
    following = Contact.objects.filter(followings__ticket=ticket).exclude(pk=ticket.contact_id)
    if not ticket.is_private and ticket.account is not None:
        following = following.exclude(pk__in=people_reached(ticket.account).order_by().values("pk"))
    return list(following.order_by("search", "id"))
