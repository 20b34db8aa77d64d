"""Contacts: create (one or many), change, delete."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db import transaction

from customers import policies
from customers.errors import ContactGone, NotAnHeir, StillNeeded
from customers.models import Contact, ContactMethod
from customers.names import display_name
from customers.registry import contact_dependents
from customers.services.associations import Entry, give_first_accounts
from customers.services.custom_fields import CONTACT, Definitions, assign_fields
from customers.services.freshness import refuse_stale
from customers.services.methods import NewMethod, built, refuse_used_addresses
from helpdesk.core.actors import Actor
from helpdesk.core.audit import Happening, record, record_many
from helpdesk.core.bulk import insert, new_ids
from helpdesk.core.models import User
from helpdesk.core.validation import InvalidFields, check, clean_changed, constraint_message

FIELDS = (
    "first_name",
    "last_name",
    "reference",
    "language",
    "time_zone",
    "notes",
    "custom_fields",
    "external_id",
    "is_active",
)


@dataclass(frozen=True)
class NewContact:
    """A contact to be created: its own fields, its methods, its accounts (the primary first)."""

    fields: dict[str, Any]
    methods: Sequence[NewMethod] = ()
    accounts: Sequence[Entry] = field(default_factory=tuple)


def create_contacts(new: Sequence[NewContact], *, actor: Actor) -> list[Contact]:
    """Create contacts in a handful of statements. Raises `InvalidFields`, `NotAnAddress`, `AddressInUse` and what
    `set_accounts_many` raises; then none is created."""
    with transaction.atomic():
        identifiers = bring_in_contacts(new, actor=actor)
        found = Contact.objects.in_bulk(identifiers)
    return [found[identifier] for identifier in identifiers]


def bring_in_contacts(new: Sequence[NewContact], *, actor: Actor) -> list[int]:
    """`create_contacts` for who needs no more than their ids."""
    policies.require_add_contact(actor)
    with transaction.atomic():
        custom = Definitions(CONTACT)
        contacts = [_built(item.fields, custom) for item in new]
        methods = [built(item.methods) for item in new]
        keys = [row.value_key for rows in methods for row in rows if row.kind == ContactMethod.Kind.EMAIL]
        refuse_used_addresses(keys)
        _refuse_taken(contacts, "reference")
        _refuse_taken(contacts, "external_id")
        _give_ids(contacts)
        insert(contacts)
        _save_methods(contacts, methods)
        names = {contact.pk: display_name(contact.first_name, contact.last_name) for contact in contacts}
        record_many(
            [Happening("contact.created", c, None, {"name": names[c.pk]}) for c in contacts], actor=actor
        )
        lists = {c.pk: list(item.accounts) for c, item in zip(contacts, new, strict=True) if item.accounts}
        give_first_accounts(lists, names, actor=actor)
    return list(names)


def create_contact(
    fields: dict[str, Any], *, actor: Actor, accounts: Sequence[Entry] = (), methods: Sequence[NewMethod] = ()
) -> Contact:
    """`create_contacts` for one."""
    return create_contacts([NewContact(fields, methods, accounts)], actor=actor)[0]


def _built(fields: dict[str, Any], custom: Definitions) -> Contact:
    contact = Contact()
    given = {name: value for name, value in fields.items() if value is not None}
    assign_fields(contact, given, allowed=FIELDS, definitions=custom)
    contact.reference = contact.reference or None
    clean_changed(contact, given)
    if not contact.first_name and not contact.last_name:
        raise InvalidFields({"first_name": [constraint_message(Contact, "contact_has_a_name")]})
    return contact


def _refuse_taken(contacts: list[Contact], name: str) -> None:
    """The unique `name` of all at once: among themselves, and against the desk."""
    values = [value for contact in contacts if (value := getattr(contact, name))]
    if not values:
        return
    if len(set(values)) < len(values) or Contact.objects.filter(**{f"{name}__in": values}).exists():
        raise InvalidFields({name: [constraint_message(Contact, f"contact_{name}_unique")]})


def _give_ids(contacts: list[Contact]) -> None:
    """Ids, and for those that brought no reference ``C-000123`` from the id."""
    for contact, identifier in zip(contacts, new_ids(Contact, len(contacts)), strict=True):
        contact.pk = identifier
    without = [contact for contact in contacts if not contact.reference]
    brought = {contact.reference for contact in contacts if contact.reference}
    taken = _taken_references([contact.pk for contact in without], brought)
    for contact in without:
        contact.reference = taken.get(contact.pk) or usual_reference(contact.pk)


def usual_reference(pk: int) -> str:
    """The reference that a contact gets by itself."""
    return f"C-{pk:06d}"


def _taken_references(identifiers: list[int], brought: Collection[str | None] = ()) -> dict[int, str]:
    """For those whose usual reference somebody brought already (from a file, say): a free one, ``C-000123-2``."""
    usual = {usual_reference(pk): pk for pk in identifiers}
    found = {}
    others = Contact.objects.filter(reference__in=usual).exclude(pk__in=identifiers)
    for reference in {*others.values_list("reference", flat=True), *(usual.keys() & set(brought))}:
        pk = usual[str(reference)]
        similar = Contact.objects.filter(reference__startswith=f"{reference}-")
        used = {*similar.values_list("reference", flat=True), *brought}
        found[pk] = next(f"{reference}-{n}" for n in count(2) if f"{reference}-{n}" not in used)
    return found


def _save_methods(contacts: list[Contact], methods: list[list[ContactMethod]]) -> None:
    rows = []
    for contact, of_contact in zip(contacts, methods, strict=True):
        for row in of_contact:
            row.contact_id = contact.pk
            rows.append(row)
    insert(rows)


def update_contact(
    contact: Contact, fields: dict[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Contact:
    """Change a contact's own fields; of ``custom_fields`` those given. Raises `InvalidFields`, `ContactGone`, and
    `ChangedMeanwhile` when a form was opened on another version than the present one (`freshness.version_of`)."""
    policies.require_change_contact(actor, contact, fields)
    with transaction.atomic():
        contact = _locked(contact)
        refuse_stale(contact, expected_version)
        changed = assign_fields(contact, fields, allowed=FIELDS)
        contact.reference = contact.reference or _own_reference(contact.pk)
        check(contact, exclude=["user"])
        contact.save()
        contact.refresh_from_db(fields=["name", "search"])
        if changed:
            record("contact.changed", subject=contact, actor=actor, **changed.history)
        if "is_active" in changed:
            open_or_close_sign_ins([contact])
    return contact


def _locked(contact: Contact) -> Contact:
    locked = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if locked is None:
        raise ContactGone
    return locked


def _own_reference(pk: int) -> str:
    """The reference of a contact whose own was emptied."""
    return _taken_references([pk]).get(pk, usual_reference(pk))


def open_or_close_sign_ins(contacts: Sequence[Contact]) -> None:
    """Somebody deactivated is signed out everywhere at once; an agent who is also a contact keeps the workspace."""
    for is_active in (True, False):
        found = [contact.pk for contact in contacts if contact.is_active == is_active]
        User.objects.filter(contact__in=found, is_staff=False).update(is_active=is_active)


def depending_on(contact_ids: Collection[int]) -> list[tuple[str, int]]:
    """What keeps these contacts from being deleted: words such as "12 tickets", and how many."""
    counted = [(kind.words, sum(kind.count(contact_ids).values())) for kind in contact_dependents]
    return [(words(number), number) for words, number in counted if number]


def delete_contacts(
    contacts: Iterable[Contact],
    *,
    actor: Actor,
    reassign_to: Contact | None = None,
    delete_dependents: bool = False,
) -> int:
    """Delete contacts and their sign-ins; says how many. What depends on them (their tickets) goes to `reassign_to`,
    or is deleted as well. With neither, raises `StillNeeded` naming who has some; then none is deleted."""
    policies.require_delete_contact(actor)
    with transaction.atomic():
        wanted = {contact.pk for contact in contacts}
        locked = list(Contact.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
        identifiers = [contact.pk for contact in locked]
        if reassign_to is not None:
            _reassign_dependents(identifiers, reassign_to, actor=actor)
        elif delete_dependents:
            for kind in contact_dependents:
                kind.delete(identifiers, actor)
        else:
            _refuse_when_needed(locked)
        gone = [Happening("contact.deleted", contact, None, {"name": contact.name}) for contact in locked]
        record_many([*gone, *_close_sign_ins_of(identifiers)], actor=actor)
        Contact.objects.filter(pk__in=identifiers).delete()
    return len(locked)


def delete_contact(contact: Contact, *, actor: Actor, **choice: Any) -> None:
    """`delete_contacts` for one."""
    delete_contacts([contact], actor=actor, **choice)


def _reassign_dependents(identifiers: list[int], to: Contact, *, actor: Actor) -> None:
    if to.pk in identifiers:
        raise NotAnHeir
    for kind in contact_dependents:
        kind.reassign(identifiers, to, actor)


def _close_sign_ins_of(identifiers: list[int]) -> list[Happening]:
    """Delete the sign-ins that open nothing but the help center; somebody of the desk keeps theirs."""
    users = list(User.objects.filter(contact__in=identifiers, is_staff=False).order_by("pk"))
    told = [Happening("user.deleted", user, None, {"email": user.email}) for user in users]
    User.objects.filter(pk__in=[user.pk for user in users]).delete()
    return told


def _refuse_when_needed(contacts: Sequence[Contact]) -> None:
    for kind in contact_dependents:
        counts = kind.count([contact.pk for contact in contacts])
        if held := [contact for contact in contacts if counts.get(contact.pk)]:
            raise StillNeeded(held[0], kind.words(counts[held[0].pk]), others=len(held) - 1)
