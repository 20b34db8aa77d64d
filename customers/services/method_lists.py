"""The whole list of ways to reach a contact, made as it is given: of one contact by a form or the Django admin, of
thousands by an import, its undo or a bulk update. However many they are, the same rows and the same history come of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.models import Contact, ContactMethod
from customers.services.methods import (
    MethodRow,
    NewMethod,
    addresses_in,
    insert_methods,
    locked,
    refuse_used_addresses,
    refuse_while_used,
    rows_of,
)
from customers.services.sign_in_addresses import watch_addresses
from helpdesk.core.actors import Actor
from helpdesk.core.bulk import update_each
from helpdesk.core.lookups import one_of
from helpdesk.events.recording import Happening, record_many


def set_methods(contact: Contact, methods: Iterable[NewMethod], *, actor: Actor) -> None:
    """Make a contact's methods exactly these, in order. Raises `NotAnAddress`, `AddressInUse`, `AddressOfDesk`, and
    `MethodInUse` when one that would go is still used."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = locked(contact)
        wanted = {contact.pk: list(methods)}
        record_many(rewrite_methods({contact.pk: contact}, wanted, actor=actor, in_use=False), actor=actor)


def rewrite_methods(
    contacts: Mapping[int, Contact],
    lists: Mapping[int, Sequence[NewMethod]],
    *,
    actor: Actor,
    in_use: bool = True,
) -> list[Happening]:
    """Make the methods of each of these contacts, who are locked, exactly those given (``{contact id: methods}``), in
    the caller's transaction. Returns what is to be recorded.

    `in_use`: those that are still used may go all the same. Raises `NotAnAddress`, `AddressInUse`, `AddressOfDesk`, and
    without `in_use` `MethodInUse`.
    """
    present: dict[int, list[ContactMethod]] = {pk: [] for pk in lists}
    for row in ContactMethod.objects.filter(one_of("contact_id", present)).order_by("pk"):
        present[row.contact_id].append(row)
    plan = _Plan()
    for pk, methods in lists.items():
        plan.add(contacts[pk], present[pk], methods)
    if not in_use:
        for method in plan.removed:
            refuse_while_used(method)
    with watch_addresses(list(lists), actor=actor):
        plan.write()
    Contact.objects.filter(one_of("id", present)).update(updated_at=timezone.now())
    return plan.happenings


class _Plan:
    """Rows to add, to remove and to mark, over all contacts."""

    def __init__(self) -> None:
        self.added: dict[int, list[MethodRow]] = {}
        self.removed: list[ContactMethod] = []
        self.no_longer_default: list[int] = []
        self.default: list[int] = []
        self.labels: dict[int, str] = {}
        self.values: dict[int, str] = {}
        self.happenings: list[Happening] = []

    def add(self, contact: Contact, present: list[ContactMethod], methods: Sequence[NewMethod]) -> None:
        """What it takes to get from the one list to the other."""
        # What stands there already is not read anew: a file with a country of its own may have brought it.
        keys = {(row.kind, row.value): row.value_key for row in present}
        given = [replace(one, key=keys.get((one.kind, one.value), one.key)) for one in methods]
        old = {(row.kind, row.value_key): row for row in present}
        new = {(row.kind, row.value_key): row for row in rows_of(given)}
        for key in sorted(old.keys() - new.keys()):
            self.removed.append(old[key])
            self._tell("method.removed", contact, old[key])
        for key, row in new.items():
            if key in old:
                self._keep(contact, old[key], row)
            else:
                self.added.setdefault(contact.pk, []).append(row)
                self._tell("method.added", contact, row)

    def _keep(self, contact: Contact, before: ContactMethod, row: MethodRow) -> None:
        if before.value != row.value:
            self.values[before.pk] = row.value
            told = {"kind": row.kind, "changes": {"value": [before.value, row.value]}}
            self.happenings.append(Happening("method.changed", contact, None, told))
        if before.label != row.label:
            self.labels[before.pk] = row.label
            self._tell("method.relabelled", contact, row, label=[before.label, row.label])
        if before.is_default and not row.is_default:
            self.no_longer_default.append(before.pk)
        elif row.is_default and not before.is_default:
            self.default.append(before.pk)
            self._tell("method.made_default", contact, row)

    def _tell(self, code: str, contact: Contact, row: ContactMethod | MethodRow, **more: Any) -> None:
        told = {"kind": row.kind, "value": row.value, **more}
        self.happenings.append(Happening(code, contact, None, told))

    def write(self) -> None:
        """Old defaults go before new ones come: the database allows one a kind at any moment."""
        if self.removed:
            ContactMethod.objects.filter(one_of("id", [row.pk for row in self.removed])).delete()
        owners = [addresses_in(rows, pk) for pk, rows in self.added.items()]
        refuse_used_addresses({key: pk for each in owners for key, pk in each.items()})
        if self.no_longer_default:
            ContactMethod.objects.filter(one_of("id", self.no_longer_default)).update(is_default=False)
        if self.default:
            ContactMethod.objects.filter(one_of("id", self.default)).update(is_default=True)
        update_each(ContactMethod, "label", self.labels)
        update_each(ContactMethod, "value", self.values)
        insert_methods(self.added)
