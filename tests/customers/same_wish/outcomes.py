"""What a door leaves behind: the rows of a record, and its history; and in what two such outcomes differ.

Left out are moments, the keys of rows that come anew, and of an entry who, when and in which batch.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import transaction

from customers.models import Account, Association, Contact, ContactMethod
from customers.services.accounts import changes as accounts
from customers.services.contacts import changes as contacts
from helpdesk.events.models import AuditEntry

Outcome = dict[str, Any]


def of_contact(contact: Contact, since: int) -> Outcome:
    """A contact's rows, and what was recorded about it after that entry."""
    places = ("account__name", "position", "job_title", "role", "sharing")
    methods = ("kind", "value", "value_key", "label", "is_default", "unconfirmed_since", "bouncing_since")
    own = (*contacts.FIELDS, "name", "search", "user")
    return {
        "fields": Contact.objects.filter(pk=contact.pk).values(*own).get(),
        "accounts": list(
            Association.objects.filter(contact=contact).values_list(*places).order_by("position")
        ),
        "methods": list(
            ContactMethod.objects.filter(contact=contact).values_list(*methods).order_by("kind", "value")
        ),
        "tags": sorted(contact.tags.values_list("name", flat=True)),
        "history": _history("customers.contact", contact.pk, since),
    }


def of_account(account: Account, since: int) -> Outcome:
    """An account's rows, and what was recorded about it after that entry."""
    own = (*accounts.FIELDS, "name_key", "search")
    return {
        "fields": Account.objects.filter(pk=account.pk).values(*own).get(),
        "hierarchy": list(Account.objects.order_by("pk").values_list("name", "parent__name", "tree")),
        "domains": sorted(account.domains.values_list("domain", flat=True)),
        "history": _history("customers.account", account.pk, since),
    }


def _history(subject: str, pk: int, since: int) -> list[str]:
    entries = AuditEntry.objects.filter(pk__gt=since, subject_type=subject, subject_id=pk)
    return sorted(
        f"{entry.code} {entry.related_type} {entry.related_id} {json.dumps(entry.data, sort_keys=True)}"
        for entry in entries
    )


def by_each_door(doors: str, take: Callable[[str], Outcome]) -> Outcome:
    """Take a wish to each of these doors, from the same beginning. Fails where they leave something else behind;
    returns what they leave."""
    found: dict[str, Outcome] = {}
    for door in doors.split():
        with transaction.atomic():
            found[door] = take(door)
            transaction.set_rollback(True)
    first = next(iter(found.values()))
    differing = {door: _differences(first, other) for door, other in found.items()}
    assert differing == dict.fromkeys(found, {})
    return first


def _differences(one: Outcome, other: Outcome) -> dict[str, tuple[Any, Any]]:
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}
