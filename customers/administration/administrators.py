"""Who administers an account, and what somebody who does may do with one of its people: questions, no changes."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from customers import policies
from customers.models import Account, Association, Contact
from customers.querysets import AssociationQuerySet, ContactQuerySet
from customers.sharing import LEVELS
from helpdesk.core.actors import Actor

ADMINISTRATOR, CUSTOMER = Association.Role.ADMINISTRATOR, Association.Role.CUSTOMER
DEACTIVATED = "contact.deactivated"


@dataclass(frozen=True)
class Powers:
    """What somebody may do with a person of an account, beyond job title, level and role there."""

    is_self: bool
    names: bool
    sign_in: bool
    """Whether the sign-in is theirs to close, and to open again if it was one of them who closed it."""
    levels: list[str]
    """The sharing levels that may be given; the present one always."""


def powers(account: Account, place: Association, *, actor: Actor) -> Powers:
    """What the page of a person offers; the verbs below decide."""
    contact = place.contact
    theirs = policies.is_theirs(contact, actor)
    is_self = actor.contact is not None and actor.contact.pk == contact.pk
    highest = LEVELS[policies.highest_level(actor, account)]
    levels = [
        level for level in ("", *LEVELS) if LEVELS[level or "reply"] <= highest or level == place.sharing
    ]
    sign_in = theirs and not is_self and (contact.is_active or contact.closed_by_customers)
    return Powers(is_self, theirs, sign_in, levels)


def administrators_of(account: Account) -> AssociationQuerySet:
    """The members who administer an account and can sign in; who acts for it through a responsibility is none."""
    return account.associations.filter(role=ADMINISTRATOR, contact__is_active=True)


def is_last_administrator(account: Account, contact: Contact) -> bool:
    """Whether the account has no administrator of its own but this one."""
    held = administrators_of(account)
    return bool(held.filter(contact=contact).exists() and not held.exclude(contact=contact).exists())


def colleagues_at(account: Account, contact: Contact, *, actor: Actor) -> ContactQuerySet:
    """Who may take over from somebody at an account: its other active members."""
    people = Contact.objects.manageable_by(actor).filter(associations__account=account, is_active=True)
    return people.exclude(pk=contact.pk).order_by("search", "id")


def version_of_place(place: Association) -> str:
    """A mark that changes with what the page of a person lets edit. (The history's own number would betray that
    something happened at another account.)"""
    contact = place.contact
    return _mark(contact.first_name, contact.last_name, place.job_title, place.sharing)


def version_of_details(account: Account) -> str:
    """The same for what customers edit of their account."""
    return _mark(*(getattr(account, name) for name in sorted(policies.OWN_DETAILS)))


def _mark(*values: str) -> str:
    return f"{crc32(repr(values).encode()):08x}"
