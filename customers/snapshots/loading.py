"""Contacts and accounts of the database as snapshots: a constant number of queries for any number of records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from customers.models import Account, AccountDomain, Association, Contact, ContactMethod
from customers.services.tags import tags_of
from customers.snapshots.states import (
    COMPANY_FIELDS,
    CUSTOM,
    PERSON_FIELDS,
    AccountRef,
    Company,
    Method,
    Person,
    Place,
)
from helpdesk.core.database.lookups import one_of


def person_states(identifiers: Sequence[int], *, lock: bool = False) -> dict[int, Person]:
    """Contacts by id as they are: four queries. With ``lock``, until the transaction ends."""
    if not identifiers:
        return {}
    own = _own_rows(identifiers, lock=lock)
    methods: dict[int, list[Method]] = {}
    rows: Any = ContactMethod.objects.filter(one_of("contact_id", identifiers)).order_by("pk")
    for pk, *method in rows.values_list("contact", "kind", "value", "value_key", "label", "is_default"):
        methods.setdefault(pk, []).append(Method(*method))
    places: dict[int, list[Place]] = {}
    rows = Association.objects.filter(one_of("contact_id", identifiers)).order_by("contact", "position")
    for pk, *place in rows.values_list("contact", "account", "job_title", "role", "sharing"):
        places.setdefault(pk, []).append(Place(*place))
    tags = tags_of(identifiers)
    return {
        pk: Person(
            _fields(row),
            tuple(methods.get(pk, ())),
            tuple(places.get(pk, ())),
            row["updated_at"].isoformat(),
            tags.get(pk, ()),
        )
        for pk, row in own.items()
    }


def own_states(identifiers: Sequence[int], *, lock: bool = False) -> dict[int, Person]:
    """`person_states` without methods, accounts and tags: one query."""
    rows = _own_rows(identifiers, lock=lock) if identifiers else {}
    return {pk: Person(_fields(row), updated_at=row["updated_at"].isoformat()) for pk, row in rows.items()}


def company_states(identifiers: Iterable[int], *, lock: bool = False) -> dict[AccountRef, Company]:
    """Accounts by id as they are: two queries."""
    wanted = list(identifiers)
    rows = Account.objects.filter(one_of("id", wanted)).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    domains: dict[int, list[str]] = {}
    of_them = AccountDomain.objects.filter(one_of("account_id", wanted))
    for account, domain in of_them.values_list("account", "domain"):
        domains.setdefault(account, []).append(domain)
    states: dict[AccountRef, Company] = {}
    for row in rows.values("pk", "parent", "custom_fields", "updated_at", *COMPANY_FIELDS):
        fields = {name: row[name] for name in COMPANY_FIELDS}
        fields |= {f"{CUSTOM}{key}": value for key, value in row["custom_fields"].items()}
        fields |= {"parent": row["parent"]}
        states[row["pk"]] = Company(
            fields, tuple(sorted(domains.get(row["pk"], []))), row["updated_at"].isoformat()
        )
    return states


def _own_rows(identifiers: Sequence[int], *, lock: bool) -> dict[int, dict[str, Any]]:
    rows = Contact.objects.filter(one_of("id", identifiers)).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    columns = rows.values("pk", "custom_fields", "updated_at", "is_active", *PERSON_FIELDS)
    return {row["pk"]: row for row in columns}


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    fields = {name: row[name] or "" for name in PERSON_FIELDS}
    fields["is_active"] = row["is_active"]
    for key, value in row["custom_fields"].items():
        fields[f"{CUSTOM}{key}"] = value
    return fields
