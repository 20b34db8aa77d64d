"""Support PINs: six digits that tell the desk on the phone who is speaking.

The contact sees theirs in the help center and renews it; people of the desk type what they are told. What was typed is
never kept: the history has who tried, and what came of it. Who guesses is stopped: the tries that did not match are
counted for each agent, with the agent's row locked, so that trying at once does not help.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from customers import policies
from customers.errors.records import ContactGone, NoPinLeft, NotAPin, TooManyWrongPins
from customers.models import Contact, IdentityConfirmation, WrongPin
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked
from helpdesk.core.models import User
from helpdesk.events.recording import record

DIGITS = 6
TRIES = 20
WITHIN = timedelta(hours=1)
NOT_FOUND, REFUSED, CONFIRMED = "pin.not_found", "pin.refused", "pin.confirmed"
NOBODY = "-" * DIGITS
"""Compared with when the contact has none: nobody can type it."""


# --- The contact's own -------------------------------------------------------
def give_pin(contact: Contact, *, actor: Actor) -> str:
    """The contact's PIN; the first time it is asked for, one is given."""
    policies.require_own_pin(actor, contact)
    with transaction.atomic():
        contact = locked(Contact, contact.pk, gone=ContactGone)
        if contact.support_pin is None:
            _set_new(contact)
            record("pin.given", subject=contact, actor=actor)
    return str(contact.support_pin)


def renew_pin(contact: Contact, *, actor: Actor) -> str:
    """Another PIN in place of the present one, which nobody else will get before it is free again by chance."""
    policies.require_own_pin(actor, contact)
    with transaction.atomic():
        contact = locked(Contact, contact.pk, gone=ContactGone)
        _set_new(contact)
        record("pin.renewed", subject=contact, actor=actor)
    return str(contact.support_pin)


def _set_new(contact: Contact) -> None:
    """Draw until nobody has it; the database has the last word when two draw the same at once."""
    for _attempt in range(TRIES):
        drawn = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if drawn == contact.support_pin:
            continue
        try:
            with transaction.atomic():
                Contact.objects.filter(pk=contact.pk).update(support_pin=drawn)
        except IntegrityError:
            continue
        contact.support_pin = drawn
        return
    raise NoPinLeft


# --- What the desk does with one ------------------------------------------------
def as_pin(text: str) -> str:
    """The six digits of what was typed, spaces and hyphens left out. Raises `NotAPin`."""
    folded = unicodedata.normalize("NFKC", text[:40])
    pin = "".join(character for character in folded if not character.isspace() and character != "-")
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        raise NotAPin
    return pin


def may_be_pin(text: str) -> bool:
    """Whether this looks like a support PIN; nothing is looked up."""
    try:
        as_pin(text)
    except NotAPin:
        return False
    return True


def find_by_pin(text: str, *, actor: Actor) -> Contact | None:
    """Whose PIN this is; None when it is nobody's. Raises `NotAPin`, `TooManyWrongPins`."""
    policies.require_check_pin(actor)
    pin = as_pin(text)
    with transaction.atomic():
        agent = _admitted(actor)
        contact = Contact.objects.visible_to(actor).filter(support_pin=pin).first()
        if contact is None:
            record(NOT_FOUND, subject=agent, actor=actor)
            WrongPin.objects.create(user=agent)
        else:
            record("pin.found", subject=contact, actor=actor)
    return contact


def check_pin(contact: Contact, text: str, *, actor: Actor, about: models.Model | None = None) -> bool:
    """Whether this is the contact's PIN; somebody else's is as wrong as nobody's.

    The history of `about`, the record that is being worked on (the contact itself when None), keeps the outcome.
    Raises `NotAPin`, `TooManyWrongPins`.
    """
    policies.require_check_pin(actor)
    pin = as_pin(text)
    with transaction.atomic():
        agent = _admitted(actor)
        stored = Contact.objects.filter(pk=contact.pk).values_list("support_pin", flat=True).first()
        matches = constant_time_compare(pin, stored or NOBODY)
        told = {"contact": contact.name}
        if matches:
            record(CONFIRMED, subject=about or contact, related=about and contact, actor=actor, **told)
            if about:
                _confirm(about, contact, agent)
        else:
            record(REFUSED, subject=about or contact, related=agent, actor=actor, **told)
            WrongPin.objects.create(user=agent)
    return matches


def reveal_pin(contact: Contact, *, actor: Actor) -> str:
    """The contact's PIN for a manager who has a reason to see it; empty when there is none yet."""
    policies.require_reveal_pin(actor)
    with transaction.atomic():
        contact = locked(Contact, contact.pk, gone=ContactGone)
        if contact.support_pin:
            record("pin.revealed", subject=contact, actor=actor)
    return contact.support_pin or ""


def _confirm(about: models.Model, contact: Contact, agent: User) -> None:
    IdentityConfirmation.objects.create(
        subject_type=about._meta.label_lower,
        subject_id=about.pk,
        contact=contact,
        user=agent,
        label=agent.get_full_name()[:200],
    )


def confirmation(about: models.Model, contact: Contact) -> IdentityConfirmation | None:
    """When and by whom the contact was last confirmed while the record `about` was worked on."""
    rows = IdentityConfirmation.objects.filter(
        subject_type=about._meta.label_lower, subject_id=about.pk, contact=contact
    )
    return rows.select_related("user").order_by("-id").first()


def _admitted(actor: Actor) -> User:
    """The agent, locked until the try is recorded. Raises `TooManyWrongPins`."""
    agent = User.objects.select_for_update().get(pk=actor.user.pk if actor.user else 0)
    wrong, since = WrongPin.objects.filter(user=agent), timezone.now() - WITHIN
    wrong.filter(at__lt=since).delete()
    if wrong.count() >= settings.HELPDESK_WRONG_PINS_PER_HOUR:
        raise TooManyWrongPins(settings.HELPDESK_WRONG_PINS_PER_HOUR)
    return agent
