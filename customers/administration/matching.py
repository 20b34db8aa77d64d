"""Whose address is this? Matching is by contact method, never by name alone."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from customers.administration.join_requests import suggest
from customers.errors.records import NotAnAddress
from customers.models import Account, Contact, ContactMethod
from customers.services.associations import Entry
from customers.services.contacts.changes import create_contact
from customers.services.methods.changes import method_with
from customers.services.methods.values import PHONES, NewMethod, values_in
from customers.values.domains import domain_of, is_public
from customers.values.names import split_name
from helpdesk.core.actors import Actor
from helpdesk.core.text import line


def match_contact(*, email: str = "", phone: str = "") -> Contact | None:
    """The contact with this address, else the only one with this phone number; else None."""
    if email and (contact := _by_email(email)):
        return contact
    return _by_phone(phone) if phone else None


def _by_email(email: str) -> Contact | None:
    method = method_with(email)
    return method.contact if method else None


def _by_phone(phone: str) -> Contact | None:
    """By number and extension: whoever shares a switchboard with somebody is not that person."""
    try:
        keys = [key for _value, key in values_in(ContactMethod.Kind.PHONE, phone)]
    except NotAnAddress:
        return None
    found = Contact.objects.filter(methods__kind__in=PHONES, methods__value_key__in=keys).distinct()[:2]
    return found[0] if len(found) == 1 else None


def account_for_domain(email: str) -> Account | None:
    """The account that an address's domain belongs to; public mail domains belong to none."""
    domain = domain_of(email)
    if not domain or is_public(domain):
        return None
    return Account.objects.filter(domains__domain=domain).first()


def find_or_create_contact(*, actor: Actor, name: str = "", email: str = "", phone: str = "") -> Contact:
    """The matching contact, else a new one that joins its domain's account, or asks to join it. Raises `NotAnAddress`,
    `InvalidFields`."""
    with transaction.atomic():
        found = match_contact(email=email, phone=phone)
        if found:
            return found
        account, joins = account_for_domain(email), settings.HELPDESK_DOMAIN_SENDERS_JOIN
        methods = [NewMethod(ContactMethod.Kind.EMAIL, email)] if email else []
        methods += [NewMethod(ContactMethod.Kind.PHONE, phone)] if phone else []
        contact = create_contact(
            _names(name or email.partition("@")[0] or phone),
            actor=actor,
            methods=methods,
            accounts=[Entry(account.pk)] if account and joins else [],
        )
        if account and not joins:
            suggest(contact, account, actor=actor)
        return contact


def _names(name: str) -> dict[str, str]:
    """The two names of somebody who gave one text, as long as the columns take."""
    first, last = split_name(line(name)[:200])
    return {"first_name": first[:100], "last_name": last[:100]}
