"""From an e-mail address to a sign-in: a verified address of a contact *is* that contact."""

from __future__ import annotations

from django.db import transaction

from customers.models import Contact, ContactMethod
from customers.services.invitations import bring_in_invited
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record
from helpdesk.core.models import User


def user_for_address(email: str) -> User | None:
    """The user who signs in with this address. For a contact's address without one, the user is made and linked.

    Called before a sign-in code is sent: the code proves the address. For an invited address that nobody has yet, the
    contact is made, too. Deactivated contacts get none, and an address
    taken from a contact no longer finds them, whatever their user was made with.
    """
    method = (
        ContactMethod.objects.filter(kind=ContactMethod.Kind.EMAIL, value_key=email.strip().casefold())
        .select_related("contact__user")
        .first()
    )
    user = User.objects.filter(email__iexact=email.strip()).select_related("contact").first()
    if method is None and user is None:
        method = bring_in_invited(email)
    if method is None:
        return user if user and (user.is_staff or not hasattr(user, "contact")) else None
    if not method.contact.is_active:
        return None
    return method.contact.user or _open_sign_in(method, user)


def _open_sign_in(method: ContactMethod, user: User | None) -> User:
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=method.contact_id)
        if contact.user:
            return contact.user
        if user and hasattr(user, "contact"):
            _give_up_address(user)
            user = None
        user = user or User.objects.create_user(
            method.value, name=contact.name, language=contact.language, time_zone=contact.time_zone
        )
        link_user(contact, user, actor=Actor.system("sign-in"))
        return user


def _give_up_address(user: User) -> None:
    """The address is another contact's now: its former owner signs in with one they still have, or with none."""
    methods = user.contact.methods.filter(kind=ContactMethod.Kind.EMAIL).order_by("-is_default", "id")
    own = [method.value.lower() for method in methods]
    taken = set(User.objects.filter(email__in=own).values_list("email", flat=True))
    user.email = next(
        (address for address in own if address not in taken), f"contact-{user.contact.pk}@no-address.invalid"
    )
    user.save(update_fields=["email"])


def link_user(contact: Contact, user: User, *, actor: Actor) -> None:
    """Let `user` sign in as `contact`."""
    contact.user = user
    contact.save(update_fields=["user", "updated_at"])
    record("contact.sign_in_opened", subject=contact, actor=actor, email=user.email)
