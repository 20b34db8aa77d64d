"""What an actor may do with customers' records. Seeing is decided in `querysets`."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from customers.models import Contact, SavedView
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


def require_view_as_contact(actor: Actor) -> None:
    """Looking at the help center as somebody sees it: people of the desk, by name."""
    if actor.user is None:
        raise PermissionDenied("customers.view_as_contact")
    actor.require("customers.view_as_contact")


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


def require_tell_apart(actor: Actor) -> None:
    """Say that two contacts are not one person: it hides nothing for good, and merging remains a manager's."""
    require_change_contact(actor)


def require_merge_contacts(actor: Actor) -> None:
    actor.require("customers.merge_contact")


def require_merge_accounts(actor: Actor) -> None:
    actor.require("customers.merge_account")


def require_save_views(actor: Actor, module: str) -> None:
    """People of the desk keep lists that they may see."""
    if actor.user is None:
        raise PermissionDenied(f"customers.view_{module}")
    actor.require(f"customers.view_{module}")


def may_share_views(actor: Actor) -> bool:
    """Whether views may be offered to others: their lists grow with each."""
    return actor.can("customers.share_savedview")


def require_share_views(actor: Actor) -> None:
    actor.require("customers.share_savedview")


def may_change_view(actor: Actor, view: SavedView) -> bool:
    """One's own; those of others that are shared, or nobody's, for administrators."""
    if actor.user is not None and view.owner_id == actor.user.pk:
        return True
    return actor.can("customers.change_savedview") and (view.is_shared or view.owner_id is None)


def require_change_view(actor: Actor, view: SavedView) -> None:
    if not may_change_view(actor, view):
        raise PermissionDenied("customers.change_savedview")


def require_change_tag(actor: Actor) -> None:
    """The tags themselves; whoever may change a contact may put one on it, a new one too."""
    actor.require("customers.change_tag")


def require_delete_tag(actor: Actor) -> None:
    actor.require("customers.delete_tag")
