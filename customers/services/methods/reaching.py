"""Whether a letter can reach a contact, and why not. Contacts with methods (`with_methods`)."""

from __future__ import annotations

from customers.models import Contact, ContactMethod
from helpdesk.core.text.addresses import address_key

NO_EMAIL, BOUNCING, DEACTIVATED, OWN_WORDS = "no_email", "bouncing", "deactivated", "own_words"


def why_no_mail(contact: Contact) -> str:
    """The reason why no letter can reach this contact; empty when one can."""
    method = contact.default_method(ContactMethod.Kind.EMAIL)
    if not contact.is_active:
        return DEACTIVATED
    if method is None:
        return NO_EMAIL
    return BOUNCING if method.bouncing_since else ""


def mail_address(contact: Contact) -> str:
    """The address that letters go to: the default one, unless it bounces."""
    method = contact.default_method(ContactMethod.Kind.EMAIL)
    return method.value if method and method.bouncing_since is None else ""


def present_address(contact: Contact, written_to: str) -> str:
    """Where a letter that waited goes: the address it was written to while that is still theirs and takes mail, else
    the one that letters go to now."""
    own = [method for method in contact.methods.all() if method.kind == ContactMethod.Kind.EMAIL]
    still = any(
        method.value_key == address_key(written_to) and method.bouncing_since is None for method in own
    )
    return written_to if still else mail_address(contact)
