"""The ways to reach contacts: e-mail addresses, phones, handles. Exactly one default per kind while there is any.

All verbs are one idea: lock the contacts, turn each list of methods into a new list, write what differs. So one contact
and many, a form, the Django admin, an import, its undo and a bulk update leave the same rows and the same history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.errors.records import ContactGone, MethodInUse, NotAnAddress, NotAnotherWay, ValueChanged
from customers.models import Contact, ContactMethod
from customers.registry import MethodUses, method_users
from customers.services.methods.sign_in import watch_addresses
from customers.services.methods.values import (
    Kind,
    MethodRow,
    NewMethod,
    addresses_in,
    as_it_stands,
    insert_methods,
    normalised,
    refuse_used_addresses,
    rows_of,
    values_in,
)
from helpdesk.core.actors import Actor
from helpdesk.core.database.bulk import update_each
from helpdesk.core.database.locks import locked
from helpdesk.core.database.lookups import one_of
from helpdesk.core.text.addresses import address_key
from helpdesk.core.words import phrase
from helpdesk.events.recording import Happening, record_many

Transform = Callable[[list[NewMethod]], list[NewMethod]]


def set_methods(contact: Contact, methods: Iterable[NewMethod], *, actor: Actor) -> None:
    """Make a contact's methods exactly these, in order. Raises `NotAnAddress`, `AddressInUse`, `AddressOfDesk`, and
    `MethodInUse` when one that would go is still used."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = locked(Contact, contact.pk, gone=ContactGone)
        wanted = {contact.pk: list(methods)}
        record_many(rewrite_methods({contact.pk: contact}, wanted, actor=actor, in_use=False), actor=actor)


def add_method(
    contact: Contact, kind: str, value: str, *, actor: Actor, label: str = "", default: bool = False
) -> ContactMethod:
    """Add a way to reach a contact, or each of several numbers; the first of a kind is its default. Returns the (first)
    method. Raises `NotAnAddress`, `AddressInUse`, `AddressOfDesk`."""
    found = values_in(kind, value)
    new = [NewMethod(kind, text, label, default and text == found[0][0], key) for text, key in found]

    def more(present: list[NewMethod]) -> list[NewMethod]:
        if default and all((one.kind, one.key) != (kind, found[0][1]) for one in present):
            present = _without_default(present, kind)
        return [*present, *new]

    _rewrite(contact, more, actor=actor)
    return contact.methods.get(kind=kind, value_key=found[0][1])


def change_method(
    method: ContactMethod, value: str, *, actor: Actor, label: str | None = None, expected: str | None = None
) -> ContactMethod:
    """Correct a method's value or label; `expected` is the value that the form was opened on.

    Raises `NotAnAddress`, `AddressInUse`, and `ValueChanged` when it is another one by now.
    """

    def corrected(present: list[NewMethod]) -> list[NewMethod]:
        method.refresh_from_db()
        if expected is not None and expected != method.value:
            raise ValueChanged(method.value)
        text, key = normalised(method.kind, value)
        if any(one.kind == method.kind and one.key == key != method.value_key for one in present):
            raise NotAnAddress(text, phrase("This %(term_contact)s already has this."))
        changes: dict[str, Any] = {"value": text, "key": key, "corrects": method.value}
        if label is not None:
            changes["label"] = label[:40]
        return [replace(one, **changes) if _is(one, method) else one for one in present]

    with transaction.atomic():
        _rewrite(method.contact, corrected, actor=actor)
        method.refresh_from_db()
    return method


def remove_method(
    method: ContactMethod, *, actor: Actor, move_to: ContactMethod | Contact | None = None
) -> None:
    """Remove a method; if it was the default, the oldest of its kind becomes it.

    What still uses it is moved to `move_to`, another method of the same contact or another contact, in the same step.
    Raises `MethodInUse` when there is such and nowhere to move it to.
    """

    def without(present: list[NewMethod]) -> list[NewMethod]:
        _free(method, move_to, actor)
        return [one for one in present if not _is(one, method)]

    _rewrite(method.contact, without, actor=actor)


def make_default(method: ContactMethod, *, actor: Actor) -> None:
    """Make a method the one that is used first among its kind."""

    def first(present: list[NewMethod]) -> list[NewMethod]:
        if not any(_is(one, method) for one in present):
            return present
        others = _without_default(present, method.kind)
        return [replace(one, is_default=True) if _is(one, method) else one for one in others]

    _rewrite(method.contact, first, actor=actor)


def _is(one: NewMethod, method: ContactMethod) -> bool:
    return (one.kind, one.key) == (method.kind, method.value_key)


def _without_default(methods: Iterable[NewMethod], kind: str) -> list[NewMethod]:
    return [replace(one, is_default=False) if one.kind == kind else one for one in methods]


def _rewrite(contact: Contact, transform: Transform, *, actor: Actor) -> None:
    """Turn the list of one contact into another, which is about those alone that `transform` has to do with."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = locked(Contact, contact.pk, gone=ContactGone)
        present = [as_it_stands(row) for row in contact.methods.order_by("pk")]
        wanted = {contact.pk: transform(present)}
        record_many(rewrite_methods({contact.pk: contact}, wanted, actor=actor), actor=actor)


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
    if not lists:
        return []
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
        self.keys: dict[int, str] = {}
        self.addresses: dict[str, int | None] = {}
        self.happenings: list[Happening] = []

    def add(self, contact: Contact, present: list[ContactMethod], methods: Sequence[NewMethod]) -> None:
        """What it takes to get from the one list to the other."""
        # What stands there already is not read anew: a file with a country of its own may have brought it.
        keys = {(row.kind, row.value): row.value_key for row in present}
        given = [replace(one, key=keys.get((one.kind, one.value), one.key)) for one in methods]
        old = {(row.kind, row.value_key): row for row in present}
        new = {(row.kind, row.value_key): row for row in rows_of(given)}
        kept = {key: old[key] for key in new.keys() & old.keys()} | _corrected(old, new)
        staying, had_default = {row.pk for row in kept.values()}, {row.kind for row in present}
        for _key, row in sorted(old.items()):
            if row.pk not in staying:
                self.removed.append(row)
                self._tell("method.removed", contact, row)
        for key, wanted in new.items():
            if key in kept:
                self._keep(contact, kept[key], wanted)
            else:
                self.added.setdefault(contact.pk, []).append(wanted)
                self._tell("method.added", contact, wanted)
                if wanted.is_default and wanted.kind in had_default:
                    self._tell("method.made_default", contact, wanted)

    def _keep(self, contact: Contact, before: ContactMethod, row: MethodRow) -> None:
        if before.value != row.value:
            self.values[before.pk] = row.value
            if before.value_key != row.value_key:
                self.keys[before.pk] = row.value_key
                if row.kind == Kind.EMAIL:
                    self.addresses[row.value_key] = contact.pk
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
        refuse_used_addresses({key: pk for each in owners for key, pk in each.items()} | self.addresses)
        if self.no_longer_default:
            ContactMethod.objects.filter(one_of("id", self.no_longer_default)).update(is_default=False)
        if self.default:
            ContactMethod.objects.filter(one_of("id", self.default)).update(is_default=True)
        update_each(ContactMethod, "label", self.labels)
        update_each(ContactMethod, "value", self.values)
        update_each(ContactMethod, "value_key", self.keys)
        if self.values:  # what was said of the old value is not true of the new one
            bouncing = ContactMethod.objects.filter(one_of("id", self.values), bouncing_since__isnull=False)
            bouncing.update(bouncing_since=None, bounce_reason="")
        insert_methods(self.added)


def _corrected(
    old: Mapping[tuple[str, str], ContactMethod], new: Mapping[tuple[str, str], MethodRow]
) -> dict[tuple[str, str], ContactMethod]:
    """The rows whose value is corrected, by the keys that they are to have; of values that are there, none is."""
    by_value = {(row.kind, row.value): row for key, row in old.items() if key not in new}
    return {
        key: by_value[row.kind, row.corrects]
        for key, row in new.items()
        if key not in old and (row.kind, row.corrects) in by_value
    }


# --- What uses a method ---------------------------------------------------------------
def method_with(address: str) -> ContactMethod | None:
    """The method that an e-mail address is, with its contact."""
    key = address_key(address)
    rows = ContactMethod.objects.filter(kind=Kind.EMAIL, value_key=key).select_related("contact__user")
    method = rows.first() if key else None
    return method if method and address_key(method.value) == key else None


def uses_of(method: ContactMethod, actor: Actor | None = None) -> list[MethodUses]:
    """What of the floors above uses the method; without a reader none of it is named."""
    return [found for user in method_users if (found := user.uses(method, actor)).number]


def refuse_while_used(method: ContactMethod, actor: Actor | None = None) -> None:
    """Raise `MethodInUse` when anything of the floors above still uses the method."""
    if in_use := [uses for uses in uses_of(method, actor) if uses.number]:
        raise MethodInUse(method, in_use)


def _free(method: ContactMethod, move_to: ContactMethod | Contact | None, actor: Actor) -> None:
    """Move away what uses the method."""
    if move_to is None:
        return refuse_while_used(method, actor)
    in_use = [user for user in method_users if user.uses(method, None).number]
    if not in_use:
        return
    same_contact = move_to.contact_id if isinstance(move_to, ContactMethod) else move_to.pk
    if (same_contact == method.contact_id) != isinstance(move_to, ContactMethod) or move_to == method:
        raise NotAnotherWay
    for user in in_use:
        user.move(method, move_to, actor)
