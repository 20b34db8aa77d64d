"""Contacts: create (one or many), change, delete."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.errors.records import ContactGone, NotAnHeir, StillNeeded
from customers.models import Contact
from customers.names import display_name
from customers.registry import contact_dependents
from customers.services.associations import Entry, give_first_accounts
from customers.services.custom_fields import CONTACT, Definitions, assign_fields, merged
from customers.services.exposure import Watch, first_sight
from customers.services.freshness import refuse_stale
from customers.services.letters_to import forget_letters_to
from customers.services.methods import (
    NewMethod,
    addresses_in,
    insert_methods,
    refuse_used_addresses,
    rows_of,
)
from helpdesk.core.actors import Actor
from helpdesk.core.audit import Happening, record, record_many
from helpdesk.core.bulk import insert_rows, new_ids
from helpdesk.core.lookups import one_of
from helpdesk.core.models import User
from helpdesk.core.validation import (
    InvalidFields,
    check,
    clean_values,
    constraint_message,
    refuse_unknown,
    tidied,
)

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
#: What a new contact has where nothing is given.
_BLANK: dict[str, Any] = dict.fromkeys(FIELDS, "") | {"reference": None, "is_active": True}


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
    """`create_contacts` for who needs no more than their ids. Works on plain values: model instances would take longer
    to make than the database takes to store what is in them."""
    policies.require_add_contact(actor)
    with transaction.atomic():
        custom = Definitions(CONTACT)
        contacts = [_own_values(item.fields, custom) for item in new]
        methods = [rows_of(item.methods) for item in new]
        refuse_used_addresses(addresses_in(chain.from_iterable(methods)))
        _refuse_taken(contacts, "reference")
        _refuse_taken(contacts, "external_id")
        identifiers = new_ids(Contact, len(new))
        _give_references(dict(zip(identifiers, contacts, strict=True)))
        _insert(identifiers, contacts)
        insert_methods(dict(zip(identifiers, methods, strict=True)))
        names = {
            pk: display_name(contact["first_name"], contact["last_name"])
            for pk, contact in zip(identifiers, contacts, strict=True)
        }
        _record_created(names, actor=actor)
        lists = {pk: item.accounts for pk, item in zip(identifiers, new, strict=True) if item.accounts}
        give_first_accounts(lists, names, actor=actor)
    return identifiers


def create_contact(
    fields: dict[str, Any],
    *,
    actor: Actor,
    accounts: Sequence[Entry] = (),
    methods: Sequence[NewMethod] = (),
    agreed: str | None = None,
) -> Contact:
    """`create_contacts` for one. Raises `WidensSight` too, unless what its accounts open was `agreed` to."""
    with transaction.atomic():
        (contact,) = create_contacts([NewContact(fields, methods, accounts)], actor=actor)
        if opened := first_sight([contact.pk], agreed=agreed, actor=actor):
            record("association.opened", subject=contact, actor=actor, contact=contact.name, **opened.told)
    return contact


Values = dict[str, Any]
"""The own fields of a new contact, by their names."""


def _own_values(fields: Values, custom: Definitions) -> Values:
    refuse_unknown(Contact, fields, allowed=FIELDS)
    given = {name: tidied(Contact, name, value) for name, value in fields.items() if value is not None}
    own_fields = given.pop("custom_fields", None)
    clean_values(Contact, given)
    values = {**_BLANK, **given, "custom_fields": merged({}, own_fields, custom) if own_fields else {}}
    values["reference"] = values["reference"] or None
    if not values["first_name"] and not values["last_name"]:
        raise InvalidFields({"first_name": [constraint_message(Contact, "contact_has_a_name")]})
    return values


def _refuse_taken(contacts: Sequence[Values], name: str) -> None:
    """The unique `name` of all at once: among themselves, and against the desk."""
    values = [value for contact in contacts if (value := contact[name])]
    if not values:
        return
    if len(set(values)) < len(values) or Contact.objects.filter(one_of(name, values)).exists():
        raise InvalidFields({name: [constraint_message(Contact, f"contact_{name}_unique")]})


def _give_references(contacts: Mapping[int, Values]) -> None:
    """Those that brought no reference get ``C-000123`` from the id."""
    without = [pk for pk, contact in contacts.items() if not contact["reference"]]
    brought = {contact["reference"] for contact in contacts.values() if contact["reference"]}
    taken = _taken_references(without, brought)
    for pk in without:
        contacts[pk]["reference"] = taken.get(pk) or usual_reference(pk)


def _insert(identifiers: Sequence[int], contacts: Sequence[Values]) -> None:
    now, own = timezone.now(), itemgetter(*FIELDS)
    insert_rows(
        Contact,
        ("id", *FIELDS, "created_at", "updated_at"),
        ((pk, *own(contact), now, now) for pk, contact in zip(identifiers, contacts, strict=True)),
    )


def _record_created(names: Mapping[int, str], *, actor: Actor) -> None:
    happenings = (
        Happening("contact.created", ("customers.contact", pk), None, {"name": name})
        for pk, name in names.items()
    )
    record_many(happenings, actor=actor)


def usual_reference(pk: int) -> str:
    """The reference that a contact gets by itself."""
    return f"C-{pk:06d}"


def _taken_references(identifiers: Sequence[int], brought: Collection[str] = ()) -> dict[int, str]:
    """For those whose usual reference somebody brought already (from a file, say): a free one, ``C-000123-2``."""
    usual = {usual_reference(pk): pk for pk in identifiers}
    found = {}
    holders = Contact.objects.filter(one_of("reference", usual)).values_list("reference", "pk")
    others = {reference for reference, pk in holders if pk not in usual.values()}
    for reference in others | (usual.keys() & set(brought)):
        pk = usual[str(reference)]
        similar = Contact.objects.filter(reference__startswith=f"{reference}-")
        used = {*similar.values_list("reference", flat=True), *brought}
        found[pk] = next(f"{reference}-{n}" for n in count(2) if f"{reference}-{n}" not in used)
    return found


def update_contact(
    contact: Contact,
    fields: dict[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
    agreed: str | None = None,
) -> Contact:
    """Change a contact's own fields; of ``custom_fields`` those given. Raises `InvalidFields`, `ContactGone`,
    `ChangedMeanwhile` when a form was opened on another version than the present one (`freshness.version_of`), and
    `WidensSight` unless what it opens to let somebody in again was `agreed` to."""
    policies.require_change_contact(actor, contact, fields)
    with transaction.atomic():
        contact = _locked(contact)
        refuse_stale(contact, expected_version)
        changed = assign_fields(contact, fields, allowed=FIELDS)
        contact.reference = contact.reference or _own_reference(contact.pk)
        check(contact, exclude=["user"])
        watch = Watch.of_people([contact.pk]) if "is_active" in changed else Watch()
        contact.save()
        contact.refresh_from_db(fields=["name", "search"])
        opened = watch.gained(agreed=agreed, actor=actor)
        if changed:
            record("contact.changed", subject=contact, actor=actor, **changed.history, **opened.told)
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
        forget_letters_to(identifiers)
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
