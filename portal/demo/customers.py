"""Accounts, contacts, who belongs to whom and who acts for whom: all through the services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from customers.administration.access import link_user
from customers.models import (
    Account,
    AccountRelationshipType,
    Association,
    Contact,
    ContactMethod,
    Responsibility,
)
from customers.services.accounts.changes import create_account
from customers.services.associations import Entry
from customers.services.contacts.changes import NewContact, create_contacts
from customers.services.methods.values import NewMethod
from customers.services.relationships.links import create_contact_relationship, link_accounts
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.events.models import AuditEntry
from portal.demo.fixtures import moment, read
from portal.demo.staff import PASSWORD

METHODS = {
    "emails": ContactMethod.Kind.EMAIL,
    "phones": ContactMethod.Kind.PHONE,
    "mobiles": ContactMethod.Kind.MOBILE,
}
OF_CONTACT = ("first_name", "last_name", "language", "time_zone", "notes")

Accounts = dict[str, Account]
Contacts = dict[str, Contact]


def load_accounts(now: datetime, *, actor: Actor) -> Accounts:
    """The accounts, by name; a parent stands before its children in the file."""
    accounts: Accounts = {}
    for row in read("accounts.yaml"):
        since = moment(row.pop("since"), now)
        domains = row.pop("domains", ())
        row["parent"] = accounts[row["parent"]] if "parent" in row else None
        account = create_account(row, actor=actor, domains=domains)
        account.created_at = since
        accounts[account.name] = account
    Account.objects.bulk_update(accounts.values(), ["created_at"])
    return accounts


def load_contacts(accounts: Accounts, now: datetime, *, actor: Actor) -> Contacts:
    """The contacts, by each of their addresses; `sign_in` opens the help center."""
    rows = read("contacts.yaml")
    contacts = create_contacts([_new_contact(row, accounts) for row in rows], actor=actor)
    by_address: Contacts = {}
    for row, contact in zip(rows, contacts, strict=True):
        contact.created_at = moment(row["since"], now)
        by_address |= dict.fromkeys(row["emails"], contact)
    Contact.objects.bulk_update(contacts, ["created_at"])
    for row, contact in zip(rows, contacts, strict=True):
        if "sign_in" in row:
            _open_sign_in(contact, row["sign_in"], actor=actor)
    return by_address


def _new_contact(row: dict[str, Any], accounts: Accounts) -> NewContact:
    return NewContact(
        fields={name: row[name] for name in OF_CONTACT if name in row},
        methods=[NewMethod(kind, value) for name, kind in METHODS.items() for value in row.get(name, ())],
        accounts=[_entry(place, accounts) for place in row.get("accounts", ())],
    )


def _entry(place: dict[str, Any], accounts: Accounts) -> Entry:
    others = {name: value for name, value in place.items() if name != "account"}
    return Entry(accounts[place["account"]].pk, **others)


def _open_sign_in(contact: Contact, address: str, *, actor: Actor) -> None:
    user = User.objects.create_user(
        address, PASSWORD, name=contact.name, language=contact.language, time_zone=contact.time_zone
    )
    link_user(contact, user, actor=actor)


def load_relationships(accounts: Accounts, contacts: Contacts, *, actor: Actor) -> None:
    """Links between accounts, then the contacts that may act because of them."""
    rows = read("relationships.yaml")
    kinds = {kind.name: kind for kind in AccountRelationshipType.objects.all()}
    for from_name, kind, to_name in rows["accounts"]:
        link_accounts(accounts[from_name], accounts[to_name], kinds[kind], actor=actor)
    responsibilities = {
        responsibility.name: responsibility for responsibility in Responsibility.objects.all()
    }
    for name, address, responsibility in rows["contacts"]:
        create_contact_relationship(
            accounts[name], contacts[address], responsibilities[responsibility], actor=actor
        )


def backdate(contacts: Contacts) -> None:
    """Let places in lists, and the history so far, begin when the people were first heard of."""
    since = {contact.pk: contact.created_at for contact in contacts.values()}
    places = list(Association.objects.all())
    for place in places:
        place.created_at = since[place.contact_id]
    Association.objects.bulk_update(places, ["created_at"], batch_size=200)
    begun = dict(Account.objects.values_list("pk", "created_at"))
    entries = list(AuditEntry.objects.filter(subject_type__in=["customers.contact", "customers.account"]))
    for entry in entries:
        of_subject = since if entry.subject_type == "customers.contact" else begun
        entry.created_at = of_subject[entry.subject_id]
    AuditEntry.objects.bulk_update(entries, ["created_at"], batch_size=200)
