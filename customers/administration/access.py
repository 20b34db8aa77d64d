"""Contacts who sign in: with the e-mail addresses among their methods, and with nothing else.

What becomes of a sign-in when the addresses change says `customers.services.methods.sign_in`.
"""

from __future__ import annotations

from django.db import transaction

from customers import policies
from customers.administration.invitations import bring_in, open_invitation
from customers.errors.records import AlreadyLinked, NotOfTheDesk
from customers.models import Contact, ContactMethod
from customers.services.methods.changes import method_with
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.core.words import phrase
from helpdesk.events.recording import record
from helpdesk.sign_in.identity import Owner

EMAIL = ContactMethod.Kind.EMAIL


# --- Whose an address is -----------------------------------------------------------------
def owner_of(key: str, user: User | None) -> Owner | None:
    """The contact's user who signs in with the address of this key. For a contact without one, the user is made and
    linked: called before a code is sent, and the code proves the address. For an invited address that nobody has yet,
    the contact is made, too. `user` has this address as their own; contacts' users have none.
    """
    known, invited = method_with(key), open_invitation(key)
    if user and user.is_staff:
        return None
    method = known or (bring_in(invited) if invited and user is None else None)
    if method is None:
        return Owner(user, user.email or "") if user and not hasattr(user, "contact") else None
    contact = method.contact
    if not contact.is_active or (contact.user and contact.user.is_staff):
        return None
    opened = contact.user or _open_sign_in(method, user)
    return Owner(opened, method.value, is_confirmed=method.unconfirmed_since is None)


def addresses_of(user: User) -> list[str]:
    """The addresses that somebody signs in with as a contact, the default first."""
    rows = ContactMethod.objects.filter(kind=EMAIL, contact__user=user, unconfirmed_since=None)
    return list(rows.order_by("-is_default", "pk").values_list("value", flat=True))


def _open_sign_in(method: ContactMethod, user: User | None) -> User:
    with transaction.atomic():
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=method.contact_id)
        if contact.user:
            return contact.user
        user = user or User.objects.create_user(
            None, name=contact.name, language=contact.language, time_zone=contact.time_zone
        )
        link_user(contact, user, actor=Actor.system("sign-in"))
        return user


def link_user(contact: Contact, user: User, *, actor: Actor) -> None:
    """Let `user` sign in as `contact`. Who is not of the desk has no address of their own from now on."""
    contact.user = user
    contact.save(update_fields=["user", "updated_at"])
    if not user.is_staff and user.email is not None:
        user.email = None
        user.save(update_fields=["email", "email_key"])
    record("contact.sign_in_opened", subject=contact, actor=actor, email=contact.default_email)


# --- One person at the desk and in the help center ----------------------------------------
def link_to_desk(contact: Contact, user: User, *, actor: Actor) -> None:
    """Say that a contact and somebody of the desk are one person; they read of it by letter. From then on the person
    signs in at the desk, and may have its address among the contact's methods too. Raises `AlreadyLinked`,
    `NotOfTheDesk`."""
    policies.require_link_to_desk(actor)
    with transaction.atomic():
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        user = User.objects.select_for_update().get(pk=user.pk)
        if not (user.is_staff and user.is_active):
            raise NotOfTheDesk
        if contact.user_id or hasattr(user, "contact"):
            raise AlreadyLinked
        contact.user = user
        contact.save(update_fields=["user", "updated_at"])
        record(
            "contact.linked_to_desk", subject=contact, related=user, actor=actor, name=user.get_full_name()
        )


def unlink_from_desk(contact: Contact, *, actor: Actor) -> None:
    """Take the link back: two people again."""
    policies.require_link_to_desk(actor)
    with transaction.atomic():
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        if contact.user is None or not contact.user.is_staff:
            raise NotOfTheDesk
        record(
            "contact.unlinked_from_desk",
            subject=contact,
            related=contact.user,
            actor=actor,
            name=contact.user.get_full_name(),
        )
        contact.user = None
        contact.save(update_fields=["user", "updated_at"])


def claimed_by_contact(key: str, user: User | None) -> str:
    """Why somebody of the desk cannot have this address: a contact has it who is somebody else."""
    method = method_with(key)
    if method is None or (user and user.pk and method.contact.user_id == user.pk):
        return ""
    return phrase(
        "The %(term_contact)s %(name)s has this address. Remove it there first; then link the two on the "
        "%(term_contact)s’s page in the administration.",
        name=method.contact.name,
    )
