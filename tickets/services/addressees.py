"""Who gets a letter about a ticket, by which address, and why somebody gets none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from customers.models import Contact, ContactMethod
from customers.services.methods.reaching import (
    BOUNCING,
    DEACTIVATED,
    NO_EMAIL,
    OWN_WORDS,
    mail_address,
    why_no_mail,
)
from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.core.text.addresses import address_key
from helpdesk.core.words import phrase
from tickets.models import Message, Ticket
from tickets.services.access import people_reached

Key = tuple[str, int]


@dataclass(frozen=True)
class Addressee:
    """Somebody who gets a letter, once, by one address."""

    person: Contact | User
    address: str
    language: str

    @property
    def is_staff(self) -> bool:
        return isinstance(self.person, User)

    @property
    def name(self) -> str:
        return str(self.person)


def key_of(person: Contact | User) -> Key:
    """What makes a user and a contact one person."""
    if isinstance(person, User):
        return ("user", person.pk)
    return ("user", person.user_id) if person.user_id else ("contact", person.pk)


def authors_of(message: Message) -> set[Key]:
    """Whose words these are, and who wrote them down for somebody: they know them."""
    people = (message.author_user, message.author_contact, message.entered_by)
    return {key_of(person) for person in people if person}


def addressees_of(message: Message) -> list[Addressee]:
    """Requester and followers; on a customer's message also the assignee. Never the author, nobody twice: one person
    gets one letter, and one address too. The queries do not grow with the followers."""
    ticket = message.ticket
    contacts, users = _followers(ticket)
    contacts = _with_sight(ticket, [ticket.contact, *contacts])
    if message.is_from_customer and ticket.assignee:
        users = [ticket.assignee, *users]
    return _each_once([*contacts, *users], known=authors_of(message))


def requester_alone(ticket: Ticket) -> list[Addressee]:
    """The requester, when a letter can reach them."""
    return _each_once(_with_methods([ticket.contact]), known=set())


def _followers(ticket: Ticket) -> tuple[list[Contact], list[User]]:
    rows = list(ticket.followers.select_related("user", "contact__user"))
    return [row.contact for row in rows if row.contact], [row.user for row in rows if row.user]


def _with_sight(ticket: Ticket, contacts: list[Contact]) -> list[Contact]:
    """Those who see the ticket: its requester, and unless it is private the people of its account."""
    shared = ticket.account if not ticket.is_private else None
    others = [contact.pk for contact in contacts if contact.pk != ticket.contact_id]
    reached = people_reached(shared).filter(pk__in=others).order_by() if shared and others else None
    seeing = {ticket.contact_id, *(reached.values_list("pk", flat=True) if reached is not None else ())}
    return _with_methods([contact for contact in contacts if contact.pk in seeing])


def _with_methods(contacts: list[Contact]) -> list[Contact]:
    found = (
        Contact.objects.with_methods().select_related("user").in_bulk([contact.pk for contact in contacts])
    )
    return [found[contact.pk] for contact in contacts if contact.pk in found]


def _each_once(people: Iterable[Contact | User], *, known: set[Key]) -> list[Addressee]:
    found: dict[str, Addressee] = {}
    for person in people:
        addressee = addressee_for(person)
        if addressee and key_of(person) not in known:
            known = known | {key_of(person)}
            found.setdefault(address_key(addressee.address), addressee)
    return list(found.values())


def addressee_for(person: Contact | User) -> Addressee | None:
    """How somebody is written to; None when they are not. Contacts with methods (`with_methods`)."""
    if isinstance(person, User):
        reads = person.is_active and person.is_staff
        return (
            Addressee(person, person.email or "", person.language or settings.LANGUAGE_CODE)
            if reads
            else None
        )
    address = "" if why_no_mail(person) else mail_address(person)
    own = person.language or (person.user.language if person.user else "")
    return Addressee(person, address, own or settings.LANGUAGE_CODE) if address else None


def may_still_read(ticket: Ticket, person: Contact | User) -> bool:
    """The rule of sight itself, asked at the moment of sending."""
    actor = Actor.for_user(person) if isinstance(person, User) else Actor(kind=actors.CONTACT, contact=person)
    return Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists()


# --- Why the requester gets none ----------------------------------------------------------
def requester_unreached(ticket: Ticket, requester: Contact, *, actor: Actor) -> str:
    """Why no letter goes to the requester when `actor` replies, and what to do; nothing when one goes.

    `requester` with methods (`with_methods`).
    """
    is_own = actor.user is not None and requester.user_id == actor.user.pk
    reason = OWN_WORDS if is_own else why_no_mail(requester)
    return _sentence(reason, requester) if reason else ""


def _sentence(reason: str, requester: Contact) -> str:
    name, phone = requester.name, requester.default_phone
    sentences = {
        NO_EMAIL: lambda: phrase(
            "%(name)s has no email address and can only read this in the help center.", name=name
        ),
        BOUNCING: lambda: phrase(
            "%(address)s permanently refuses email, so %(name)s can only read this in the help center. "
            "Correct the address.",
            address=_bouncing_address(requester),
            name=name,
        ),
        DEACTIVATED: lambda: phrase(
            "%(name)s is deactivated and cannot read this. Choose another requester.", name=name
        ),
        OWN_WORDS: lambda: phrase("You are the requester."),
    }
    said = sentences[reason]()
    if phone and reason in (NO_EMAIL, BOUNCING):
        said = f"{said} " + phrase("Or call %(phone)s.", phone=phone)
    return said


def _bouncing_address(requester: Contact) -> str:
    method = requester.default_method(ContactMethod.Kind.EMAIL)
    return method.value if method else ""
