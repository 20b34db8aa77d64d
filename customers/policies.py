"""What an actor may do with customers' records. Seeing is decided in `querysets`."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from customers.models import Contact
from helpdesk.core.actors import CONTACT, Actor


def require_change_contact(actor: Actor) -> None:
    """Contacts, their methods and their list of accounts."""
    actor.require("customers.change_contact")


def require_add_contact(actor: Actor) -> None:
    actor.require("customers.add_contact")


def require_delete_contact(actor: Actor) -> None:
    actor.require("customers.delete_contact")


def require_see_off(actor: Actor) -> None:
    """A leaver's sign-in closes, and their responsibilities pass to a colleague: who may give these may do it."""
    require_change_contact(actor)
    require_link_contacts(actor)


def require_erase_contact(actor: Actor) -> None:
    actor.require("customers.erase_contact")


def require_check_pin(actor: Actor) -> None:
    """People of the desk, by name: what is tried is counted for each of them."""
    if actor.user is None:
        raise PermissionDenied("customers.view_contact")
    actor.require("customers.view_contact")


def require_reveal_pin(actor: Actor) -> None:
    actor.require("customers.reveal_support_pin")


def require_own_pin(actor: Actor, contact: Contact) -> None:
    """The contact themself, in the help center."""
    if actor.kind != CONTACT or actor.contact is None or actor.contact.pk != contact.pk:
        raise PermissionDenied("support PIN")


def require_add_account(actor: Actor) -> None:
    actor.require("customers.add_account")


def require_change_account(actor: Actor) -> None:
    actor.require("customers.change_account")


def require_delete_account(actor: Actor) -> None:
    actor.require("customers.delete_account")


def require_link_accounts(actor: Actor) -> None:
    """Create and delete account relationships."""
    actor.require("customers.add_accountrelationship")


def require_link_contacts(actor: Actor) -> None:
    """Create and delete contact relationships."""
    actor.require("customers.add_contactrelationship")


def require_add_custom_field(actor: Actor) -> None:
    """An administrator, or whoever finds in a file a column that has no field yet."""
    if not actor.can("customers.import_contacts"):
        actor.require("customers.add_customfield")


def require_change_custom_field(actor: Actor) -> None:
    actor.require("customers.change_customfield")


def require_delete_custom_field(actor: Actor) -> None:
    actor.require("customers.delete_customfield")


def require_merge_contacts(actor: Actor) -> None:
    actor.require("customers.merge_contact")


def require_merge_accounts(actor: Actor) -> None:
    actor.require("customers.merge_account")


def require_change_tag(actor: Actor) -> None:
    """The tags themselves; whoever may change a contact may put one on it, a new one too."""
    actor.require("customers.change_tag")


def require_delete_tag(actor: Actor) -> None:
    actor.require("customers.delete_tag")
