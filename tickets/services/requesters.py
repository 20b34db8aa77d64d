"""Whose ticket it is: the contact who asks, and the account it is asked for."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from customers.models import Account, Contact, ContactMethod
from helpdesk.core.actors import Actor
from tickets.errors import AccountNotOfContact, ContactInactive, ContactMissing
from tickets.models import Ticket
from tickets.policies import require_worker
from tickets.services.changing import Change, apply_change, lock_tickets, name_of, show_on


def accounts_of(contact: Contact) -> list[Account]:
    """What a ticket of this contact may be for: their accounts in order, the primary first, then those they act for."""
    own = [
        association.account
        for association in contact.associations.select_related("account").order_by("position")
    ]
    seen = {account.pk for account in own}
    return own + [account for account in Account.objects.acted_for_by(contact) if account.pk not in seen]


def requester_for(contact: Contact | None, actor: Actor) -> Contact:
    """The contact a new ticket is of: a customer's own, for the desk the chosen one."""
    if not actor.is_staff:
        if actor.contact is None or (contact is not None and contact.pk != actor.contact.pk):
            raise PermissionDenied("tickets.add_ticket")
        contact = actor.contact
    if contact is None:
        raise ContactMissing
    if not contact.is_active:
        raise ContactInactive
    return contact


def account_for(contact: Contact, fields: dict[str, Any]) -> Account | None:
    """The account of a new ticket: the primary one unless another of the contact's (or none) was chosen."""
    possible = accounts_of(contact)
    if "account" not in fields:
        primary = contact.associations.select_related("account").order_by("position").first()
        return primary.account if primary else None
    return _checked(fields["account"], possible)


def _checked(account: Account | None, possible: list[Account]) -> Account | None:
    if account is not None and account not in possible:
        raise AccountNotOfContact
    return account


METHOD_KINDS = {
    Ticket.Channel.EMAIL: (ContactMethod.Kind.EMAIL,),
    Ticket.Channel.WEB: (ContactMethod.Kind.EMAIL,),
    Ticket.Channel.PHONE: (ContactMethod.Kind.PHONE, ContactMethod.Kind.MOBILE),
}
"""What a ticket of a channel is answered on; those of the help center and the API use no method."""


def usual_method(contact: Contact, channel: str) -> ContactMethod | None:
    """The contact's default method for tickets of a channel."""
    kinds = METHOD_KINDS.get(Ticket.Channel(channel), ())
    if not kinds:
        return None
    defaults = {method.kind: method for method in contact.methods.filter(is_default=True, kind__in=kinds)}
    return next((defaults[kind] for kind in kinds if kind in defaults), None)


@transaction.atomic
def change_account(ticket: Ticket, account: Account | None, *, actor: Actor) -> Ticket:
    """Put a ticket under another account of its contact, or under none."""
    require_worker(actor, [ticket])
    (locked,) = lock_tickets([ticket])
    _checked(account, accounts_of(locked.contact))
    _set_account(locked, account, actor)
    show_on([ticket], [locked])
    return ticket


@transaction.atomic
def change_contact(
    ticket: Ticket, contact: Contact, *, actor: Actor, account: Account | None = None
) -> Ticket:
    """Make someone else the requester. The account stays when it is theirs too, else it becomes their primary one."""
    require_worker(actor, [ticket])
    (locked,) = lock_tickets([ticket])
    requester_for(contact, actor)
    possible = accounts_of(contact)
    if account is not None:
        _checked(account, possible)
    names = name_of(Contact.objects.in_bulk({locked.contact_id, contact.pk}))
    method = usual_method(contact, locked.channel)
    reached = {"contact_method_id": method.pk if method else None}
    change = Change(
        "contact_id", contact.pk, "ticket.contact_changed", name="contact", word=names, also=reached
    )
    apply_change([locked], change, actor=actor)
    if account is None:
        kept = next((known for known in possible if known.pk == locked.account_id), None)
        account = kept or account_for(contact, {})
    _set_account(locked, account, actor)
    show_on([ticket], [locked])
    return ticket


def _set_account(locked: Ticket, account: Account | None, actor: Actor) -> None:
    value = account.pk if account else None
    names = name_of(Account.objects.in_bulk({pk for pk in (locked.account_id, value) if pk}))
    change = Change("account_id", value, "ticket.account_changed", name="account", word=names)
    apply_change([locked], change, actor=actor)
