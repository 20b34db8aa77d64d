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

from customers import policies
from customers.errors.records import ContactGone
from customers.models import Contact
from customers.services.contacts import FIELDS, open_or_close_sign_ins
from customers.services.custom_fields import CONTACT, Definitions, assign_fields
from customers.services.method_lists import rewrite_methods
from customers.services.methods import NewMethod
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
        lists = {change.contact_id: change.methods for change in changes if change.methods is not None}
        happenings += rewrite_methods(contacts, lists, actor=actor)
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
