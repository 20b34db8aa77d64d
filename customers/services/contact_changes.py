"""Many contacts changed at once, each in its own way: imports, their undo, bulk updates.

A handful of statements for any number of contacts; a form's single change is `contacts.update_contact`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from customers import policies
from customers.errors import ContactGone
from customers.models import Contact, ContactMethod
from customers.services.contacts import FIELDS, open_or_close_sign_ins
from customers.services.custom_fields import CONTACT, Definitions, assign_fields
from customers.services.methods import (
    MethodRow,
    NewMethod,
    addresses_in,
    insert_methods,
    refuse_used_addresses,
    rows_of,
)
from customers.services.sign_in_addresses import watch_addresses
from helpdesk.core.actors import Actor
from helpdesk.core.audit import Happening, record_many
from helpdesk.core.bulk import delete_rows
from helpdesk.core.lookups import one_of
from helpdesk.core.text import unique_form
from helpdesk.core.validation import clean_changed

BATCH = 500


@dataclass(frozen=True)
class ContactChange:
    """New values of a contact's own fields, and its whole list of methods when that changes."""

    contact_id: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    methods: Sequence[NewMethod] | None = None


def change_contacts(changes: Sequence[ContactChange], *, actor: Actor) -> None:
    """Change contacts in a few statements. Raises `ContactGone`, `InvalidFields`, `AddressInUse`; then none is changed.

    A value that another contact has for a unique field raises the database's `IntegrityError`: whoever sends many
    looks first.
    """
    policies.require_change_contact(actor)
    with transaction.atomic():
        contacts = _locked([change.contact_id for change in changes])
        happenings = _change_fields(contacts, changes)
        with_methods = [change for change in changes if change.methods is not None]
        with watch_addresses([change.contact_id for change in with_methods], actor=actor):
            happenings += _change_methods(contacts, with_methods)
        record_many(happenings, actor=actor)


def _locked(identifiers: Iterable[int]) -> dict[int, Contact]:
    wanted = set(identifiers)
    rows = Contact.objects.select_for_update(of=("self",)).filter(one_of("id", wanted)).order_by("pk")
    found = {contact.pk: contact for contact in rows}
    if len(found) != len(wanted):
        raise ContactGone
    return found


def _change_fields(contacts: Mapping[int, Contact], changes: Sequence[ContactChange]) -> list[Happening]:
    custom, changed, names, happenings = Definitions(CONTACT), [], set[str](), []
    came_or_went = []
    for change in changes:
        contact = contacts[change.contact_id]
        told = assign_fields(contact, change.fields, allowed=FIELDS, definitions=custom)
        if told:
            clean_changed(contact, told.changes)
            contact.reference = contact.reference or None
            names |= {name if ":" not in name else "custom_fields" for name in told.changes}
            changed.append(contact)
            happenings.append(Happening("contact.changed", contact, None, told.history))
            came_or_went += [contact] if "is_active" in told else []
    if changed:
        write_rows(changed, names)
    if came_or_went:
        open_or_close_sign_ins(came_or_went)
    return happenings


def write_rows(rows: Sequence[Model], names: Collection[str]) -> None:
    """Write these columns of rows that exist, and when: an upsert, many times faster than `bulk_update`'s CASE."""
    for name in UNIQUE.keys() & set(names):
        _give_way(rows, name)
    type(rows[0])._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*sorted(names), "updated_at"],
        batch_size=BATCH,
    )


#: Columns that no two rows share, and what a row has there while it gives way to another.
UNIQUE: dict[str, Callable[[], str | None]] = {
    "name": lambda: f"… {uuid4()}",
    "number": str,
    "external_id": str,
    "reference": lambda: None,
}


def _give_way(rows: Sequence[Model], name: str) -> None:
    """Two rows that swap a value: the database looks at one row at a time, so one of them lets go of it first."""
    wanted = {unique_form(value): row.pk for row in rows if (value := getattr(row, name))}
    table = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
    for pk, value in table.exclude(**{name: None}).values_list("pk", name):
        if wanted.get(unique_form(value), pk) != pk:
            table.filter(pk=pk).update(**{name: UNIQUE[name]()})


# --- Methods -----------------------------------------------------------------
def _change_methods(contacts: Mapping[int, Contact], changes: Sequence[ContactChange]) -> list[Happening]:
    """Make the methods of each contact exactly those given."""
    present: dict[int, list[ContactMethod]] = {change.contact_id: [] for change in changes}
    for row in ContactMethod.objects.filter(one_of("contact_id", present)).order_by("pk"):
        present[row.contact_id].append(row)
    plan = _MethodPlan()
    for change in changes:
        plan.add(contacts[change.contact_id], present[change.contact_id], rows_of(change.methods or ()))
    plan.write()
    Contact.objects.filter(one_of("id", present)).update(updated_at=timezone.now())
    return plan.happenings


class _MethodPlan:
    """Rows to add, to remove and to mark, over all contacts."""

    def __init__(self) -> None:
        self.added: dict[int, list[MethodRow]] = {}
        self.removed: list[int] = []
        self.no_longer_default: list[int] = []
        self.default: list[int] = []
        self.relabelled: dict[str, list[int]] = {}
        self.happenings: list[Happening] = []

    def add(self, contact: Contact, present: list[ContactMethod], wanted: list[MethodRow]) -> None:
        """What it takes to get from the one list to the other."""
        old = {(row.kind, row.value_key): row for row in present}
        new = {(row.kind, row.value_key): row for row in wanted}
        for key in old.keys() - new.keys():
            self.removed.append(old[key].pk)
            self._tell("method.removed", contact, old[key])
        for key, row in new.items():
            before = old.get(key)
            if before is None:
                self.added.setdefault(contact.pk, []).append(row)
                self._tell("method.added", contact, row)
                continue
            if before.label != row.label:
                self.relabelled.setdefault(row.label, []).append(before.pk)
                self._tell("method.relabelled", contact, before, label=[before.label, row.label])
            if before.is_default and not row.is_default:
                self.no_longer_default.append(before.pk)
            elif row.is_default and not before.is_default:
                self.default.append(before.pk)
                self._tell("method.made_default", contact, before)

    def _tell(self, code: str, contact: Contact, row: ContactMethod | MethodRow, **more: Any) -> None:
        told = {"kind": row.kind, "value": row.value, **more}
        self.happenings.append(Happening(code, contact, None, told))

    def write(self) -> None:
        """Old defaults go before new ones come: the database allows one a kind at any moment."""
        if self.removed:
            ContactMethod.objects.filter(pk__in=self.removed).delete()
        refuse_used_addresses(addresses_in(self.added.values()))
        if self.no_longer_default:
            ContactMethod.objects.filter(one_of("id", self.no_longer_default)).update(is_default=False)
        if self.default:
            ContactMethod.objects.filter(one_of("id", self.default)).update(is_default=True)
        for label, methods in self.relabelled.items():
            ContactMethod.objects.filter(one_of("id", methods)).update(label=label)
        insert_methods(self.added)


# --- Removing what was brought in by mistake --------------------------------------
OWN_ROWS = frozenset(
    {
        "ContactMethod",
        "Association",
        "ContactTag",
        "DuplicatePair",
        "ImportedContact",
        "BulkUpdatedContact",
        "BulkUpdateLeftOut",
    }
)


def delete_unused_contacts(identifiers: Collection[int], *, actor: Actor) -> set[int]:
    """Delete those of these contacts that nothing of the desk refers to; returns the ids of the others."""
    policies.require_delete_contact(actor)
    with transaction.atomic():
        rows = (
            Contact.objects.select_for_update(of=("self",)).filter(one_of("pk", identifiers)).order_by("pk")
        )
        contacts = {contact.pk: contact for contact in rows.only("name", "user_id")}
        kept = referred_to(Contact, contacts, except_from=OWN_ROWS)
        kept |= {pk for pk, contact in contacts.items() if contact.user_id}
        gone = [contact for pk, contact in contacts.items() if pk not in kept]
        record_many([Happening("contact.deleted", c, None, {"name": c.name}) for c in gone], actor=actor)
        delete_rows(Contact, [contact.pk for contact in gone])
    return kept


def referred_to(
    model: type[Model], identifiers: Collection[int], *, except_from: Collection[str]
) -> set[int]:
    """Which of these rows anything points at, whatever app it belongs to: one query a relation."""
    found: set[int] = set()
    relation: Any
    for relation in model._meta.get_fields(include_hidden=True):
        points_here = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if not points_here or relation.related_model.__name__ in except_from:
            continue
        name = relation.field.attname
        rows: QuerySet[Any] = relation.related_model._base_manager.filter(one_of(name, identifiers))
        found |= set(rows.order_by().values_list(name, flat=True).distinct())
    return found
