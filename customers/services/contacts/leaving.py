"""Somebody has gone: their sign-in closes at once, and what they did passes to a colleague, or ends."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from customers import policies
from customers.errors.records import ContactErased, ContactGone, HasLeft, NotAColleague
from customers.models import Account, Association, Contact, ContactRelationship
from customers.querysets import ContactQuerySet
from customers.registry import contact_duties
from customers.services.exposure import Watch
from customers.services.relationships.links import (
    Period,
    create_contact_relationship,
    delete_contact_relationships,
    may_act_for,
)
from helpdesk.core.actors import CONTACT, Actor
from helpdesk.core.database.locks import locked, locked_many
from helpdesk.core.models import User
from helpdesk.core.words import phrase_n
from helpdesk.events.recording import record

PASSED_ON = (ContactRelationship.State.STANDING, ContactRelationship.State.UPCOMING)


@dataclass(frozen=True)
class Passing:
    """One kind of thing that passes to a colleague: in words, and what becomes of it without one."""

    words: str
    without_colleague: str


@dataclass(frozen=True)
class Leaving:
    """What `see_off` would do."""

    sign_in: bool
    passing: list[Passing]


def colleagues_of(contact: Contact, actor: Actor) -> ContactQuerySet:
    """Who may take over from `contact`: active people of the same accounts, at any position."""
    shared = Association.objects.filter(
        contact=OuterRef("pk"), account__in=contact.associations.order_by().values("account")
    )
    people = Contact.objects.visible_to(actor).filter(Exists(shared), is_active=True)
    return people.exclude(pk=contact.pk)


def leaving_consequences(contact: Contact) -> Leaving:
    """What `see_off` would do, in numbers."""
    passing = []
    if number := contact.contact_relationships.count():
        passing.append(Passing(_responsibilities(number), _responsibilities_end(number)))
    for duty in contact_duties:
        if number := duty.count(contact):
            passing.append(Passing(duty.words(number), duty.without_colleague(number)))
    sign_in = bool(contact.user_id and contact.user and contact.user.is_active and not contact.user.is_staff)
    return Leaving(sign_in, passing)


def _responsibilities(number: int) -> str:
    return phrase_n("%(n)s responsibility", "%(n)s responsibilities", number)


def _responsibilities_end(number: int) -> str:
    return phrase_n("%(n)s responsibility ends.", "%(n)s responsibilities end.", number)


def see_off(
    contact: Contact, *, actor: Actor, colleague: Contact | None = None, agreed: str | None = None
) -> Contact:
    """Deactivate who has gone, and hand over to `colleague`. Raises `HasLeft`, `NotAColleague`, `ContactGone`, and
    `WidensSight` unless what the responsibilities open to the colleague was `agreed` to.

    The sign-in is closed for good (a later one needs a new password or a code), so that no session lives on.
    """
    policies.require_see_off(actor)
    with transaction.atomic():
        wanted = [contact.pk, *([colleague.pk] if colleague else [])]
        found = locked_many(Contact, wanted)
        if contact.pk not in found:
            raise ContactGone
        contact = found[contact.pk]
        if not contact.is_active:
            raise HasLeft(contact)
        if colleague and not colleagues_of(contact, actor).filter(pk=colleague.pk).exists():
            raise NotAColleague(colleague)
        watch = Watch.of_people([colleague.pk] if colleague else [])
        handed = {"relationships": _hand_over_relationships(contact, colleague, actor=actor)}
        handed |= {duty.key: duty.hand_over(contact, colleague, actor) for duty in contact_duties}
        contact.is_active, contact.closed_by_customers = False, actor.kind == CONTACT
        contact.left_at, contact.left_to = timezone.now(), colleague
        contact.save(update_fields=["is_active", "closed_by_customers", "left_at", "left_to", "updated_at"])
        closed = close_sign_in(contact)
        opened = watch.gained(agreed=agreed, actor=actor)
        told = {
            "name": contact.name,
            "to": colleague.name if colleague else "",
            "handed": handed,
            **opened.told,
        }
        record("contact.left", subject=contact, related=colleague, actor=actor, sign_in=closed, **told)
    return contact


def _hand_over_relationships(contact: Contact, colleague: Contact | None, *, actor: Actor) -> int:
    """The colleague gets those they may have and lack; the leaver's end."""
    rows = list(
        contact.contact_relationships.with_state().select_related("contact", "account", "responsibility")
    )
    delete_contact_relationships(rows, actor=actor)
    if colleague is not None:
        has = set(colleague.contact_relationships.values_list("account", "responsibility"))
        passed_on = [row for row in rows if row.state in PASSED_ON]
        for row in passed_on:
            if (row.account_id, row.responsibility_id) not in has and may_act_for(colleague, row.account):
                period = Period(row.starts_on, row.ends_on)
                create_contact_relationship(
                    row.account, colleague, row.responsibility, actor=actor, period=period
                )
    return len(rows)


def close_sign_in(contact: Contact) -> bool:
    """An agent who is also a contact keeps the workspace. Another password ends every session, for good."""
    user = User.objects.select_for_update().filter(contact=contact, is_staff=False).first()
    if user is None:
        return False
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    return True


def bring_back(contact: Contact, *, actor: Actor, agreed: str | None = None) -> Contact:
    """Let somebody in again who was seen off. What was handed over stays where it is. Raises `ContactErased`, and
    `WidensSight` unless what it opens was `agreed` to."""
    policies.require_see_off(actor)
    with transaction.atomic():
        contact = locked(Contact, contact.pk, gone=ContactGone)
        let_in_again(contact, actor=actor, agreed=agreed)
    return contact


def let_in_again(
    contact: Contact, *, actor: Actor, account: Account | None = None, agreed: str | None = None
) -> bool:
    """Activate a locked contact, for a service that has authorised it; says whether it was not. `account`: where the
    history shows it, too. Raises `ContactErased`, `WidensSight`."""
    if contact.erased_at:
        raise ContactErased
    if contact.is_active:
        return False
    watch = Watch.of_people([contact.pk])
    contact.is_active = True
    contact.save(update_fields=["is_active", "updated_at"])
    User.objects.filter(contact=contact, is_staff=False).update(is_active=True)
    opened = watch.gained(agreed=agreed, actor=actor)
    record(
        "contact.returned", subject=contact, related=account, actor=actor, name=contact.name, **opened.told
    )
    return True
