"""What an actor may do with customers' records. Seeing is decided in `querysets`."""

from __future__ import annotations

from helpdesk.core.actors import Actor


def require_change_contact(actor: Actor) -> None:
    """Contacts, their methods and their list of accounts."""
    actor.require("customers.change_contact")


def require_add_contact(actor: Actor) -> None:
    actor.require("customers.add_contact")


def require_delete_contact(actor: Actor) -> None:
    actor.require("customers.delete_contact")


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
