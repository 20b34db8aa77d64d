"""Contacts: created and changed, one or many.

One contact is the list of one: a form, an import of thousands and its undo, a bulk update and the help center leave the
same rows and the same history. A handful of statements serves any number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.errors.records import ContactGone
from customers.models import Contact
from customers.services.associations import Entry, give_first_accounts
from customers.services.custom_fields import CONTACT, Changed, Definitions, assign_fields, merged
from customers.services.exposure import Watch, first_sight, recorded_with
from customers.services.freshness import refuse_stale
from customers.services.methods.changes import rewrite_methods
from customers.services.methods.values import (
    NewMethod,
    addresses_in,
    insert_methods,
    refuse_used_addresses,
    rows_of,
)
from customers.values.names import display_name
from helpdesk.core.actors import Actor
from helpdesk.core.database.bulk import insert_rows, new_ids, update_rows
from helpdesk.core.database.locks import locked_many
from helpdesk.core.database.lookups import one_of
from helpdesk.core.models import User
from helpdesk.core.validation import (
    InvalidFields,
    Unique,
    clean_changed,
    clean_values,
    constraint_message,
    refuse_taken,
    refuse_unknown,
    tidied,
)
from helpdesk.events.recording import Happening, record, record_many

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
UNIQUE = (
    Unique("reference", "contact_reference_unique", nobodys=lambda: None),
    Unique("external_id", "contact_external_id_unique"),
)
#: What a new contact has where nothing is given.
_BLANK: dict[str, Any] = dict.fromkeys(FIELDS, "") | {"reference": None, "is_active": True}


@dataclass(frozen=True)
class NewContact:
    """A contact to be created: its own fields, its methods, its accounts (the primary first)."""

    fields: dict[str, Any]
    methods: Sequence[NewMethod] = ()
    accounts: Sequence[Entry] = field(default_factory=tuple)


@dataclass(frozen=True)
class ContactChange:
    """New values of a contact's own fields (of ``custom_fields`` those given), and its whole list of methods when that
    changes; `expected_version` is that of the form (`version_of`), where one was open."""

    contact_id: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    methods: Sequence[NewMethod] | None = None
    expected_version: int | None = None

    @property
    def names(self) -> list[str]:
        """What it changes, for the policy."""
        return [*self.fields, *([] if self.methods is None else ["methods"])]


# --- Created ----------------------------------------------------------------------
def create_contacts(new: Sequence[NewContact], *, actor: Actor, agreed: str | None = None) -> list[Contact]:
    """Create contacts in a handful of statements. Raises `InvalidFields`, `NotAnAddress`, `AddressInUse`, what
    `set_accounts_many` raises, and `WidensSight` unless what their accounts open was `agreed` to; then none is
    created."""
    with transaction.atomic():
        identifiers = insert_contacts(new, actor=actor, agreed=agreed)
        found = Contact.objects.in_bulk(identifiers)
    return [found[identifier] for identifier in identifiers]


def create_contact(
    fields: dict[str, Any],
    *,
    actor: Actor,
    accounts: Sequence[Entry] = (),
    methods: Sequence[NewMethod] = (),
    agreed: str | None = None,
) -> Contact:
    """`create_contacts` for one."""
    (contact,) = create_contacts([NewContact(fields, methods, accounts)], actor=actor, agreed=agreed)
    return contact


def insert_contacts(
    new: Sequence[NewContact], *, actor: Actor, agreed: str | None = None, counted: bool = False
) -> list[int]:
    """`create_contacts` for who needs no more than their ids. Works on plain values: model instances would take longer
    to make than the database takes to store what is in them. `counted`: as for `change_contacts`."""
    policies.require_add_contact(actor)
    with transaction.atomic():
        custom = Definitions(CONTACT)
        contacts = [_own_values(item.fields, custom) for item in new]
        methods = [rows_of(item.methods) for item in new]
        refuse_used_addresses(addresses_in(chain.from_iterable(methods)))
        identifiers = new_ids(Contact, len(new))
        by_id = dict(zip(identifiers, contacts, strict=True))
        for unique in UNIQUE:
            refuse_taken(Contact, unique, {pk: contact[unique.field] for pk, contact in by_id.items()})
        _give_references(by_id)
        _insert(identifiers, contacts)
        insert_methods(dict(zip(identifiers, methods, strict=True)))
        names = {
            pk: display_name(contact["first_name"], contact["last_name"]) for pk, contact in by_id.items()
        }
        _record_created(names, actor=actor)
        lists = {pk: item.accounts for pk, item in zip(identifiers, new, strict=True) if item.accounts}
        give_first_accounts(lists, names, actor=actor)
        if lists and not counted:
            _ask_about_first_sight(list(lists), names, agreed=agreed, actor=actor)
    return identifiers


def _ask_about_first_sight(
    identifiers: Sequence[int], names: Mapping[int, str], *, agreed: str | None, actor: Actor
) -> None:
    """What all of them see is recorded once, with the first."""
    if opened := first_sight(identifiers, agreed=agreed, actor=actor):
        first = identifiers[0]
        subject = ("customers.contact", first)
        record("association.opened", subject=subject, actor=actor, contact=names[first], **opened.told)


Values = dict[str, Any]
"""The own fields of a new contact, by their names."""


def _own_values(fields: Values, custom: Definitions) -> Values:
    refuse_unknown(Contact, fields, allowed=FIELDS)
    given = {name: tidied(Contact, name, value) for name, value in fields.items() if value is not None}
    own_fields = given.pop("custom_fields", None)
    clean_values(Contact, given)
    values = {**_BLANK, **given, "custom_fields": merged({}, own_fields, custom) if own_fields else {}}
    values["reference"] = values["reference"] or None
    _refuse_nameless(values["first_name"], values["last_name"])
    return values


def _refuse_nameless(first_name: str, last_name: str) -> None:
    if not first_name and not last_name:
        raise InvalidFields({"first_name": [constraint_message(Contact, "contact_has_a_name")]})


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
        canonical=True,  # `_own_values` saw to it
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


# --- Changed ----------------------------------------------------------------------
def change_contacts(
    changes: Sequence[ContactChange], *, actor: Actor, agreed: str | None = None, counted: bool = False
) -> None:
    """Change contacts, each in its own way, in a few statements. Raises `ContactGone`, `InvalidFields`,
    `ChangedMeanwhile`, what `rewrite_methods` raises, and `WidensSight` unless what it opens to let somebody in again
    was `agreed` to; then none is changed.

    `counted`: the caller has counted beforehand what all of its work opens, asks about it and records it (an import, a
    bulk update), so it is not looked at here.
    """
    policies.require_change_contacts(actor, {change.contact_id: change.names for change in changes})
    with transaction.atomic():
        contacts = locked_many(Contact, [change.contact_id for change in changes], gone=ContactGone)
        for change in changes:
            refuse_stale(contacts[change.contact_id], change.expected_version)
        changed = _assigned(contacts, changes)
        came_or_went = [contacts[pk] for pk, told in changed.items() if "is_active" in told]
        watch = Watch.of_people([c.pk for c in came_or_went]) if came_or_went and not counted else Watch()
        _write(contacts, changed)
        open_or_close_sign_ins(came_or_went)
        happenings = [
            Happening("contact.changed", contacts[pk], None, told.history) for pk, told in changed.items()
        ]
        opened = watch.gained(agreed=agreed, actor=actor)
        happenings = recorded_with(opened, happenings, _is_let_in)
        lists = {change.contact_id: change.methods for change in changes if change.methods is not None}
        happenings += rewrite_methods(contacts, lists, actor=actor)
        record_many(happenings, actor=actor)


def update_contact(
    contact: Contact,
    fields: dict[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
    agreed: str | None = None,
) -> Contact:
    """`change_contacts` for the own fields of one; returns it as it is now."""
    change = ContactChange(contact.pk, fields, expected_version=expected_version)
    with transaction.atomic():
        change_contacts([change], actor=actor, agreed=agreed)
        return Contact.objects.get(pk=contact.pk)


def _assigned(contacts: Mapping[int, Contact], changes: Sequence[ContactChange]) -> dict[int, Changed]:
    """Set the new values and judge them, each by itself and all beside the desk's; who is not changed is left out.
    Raises `InvalidFields`."""
    custom, changed = Definitions(CONTACT), dict[int, Changed]()
    references = _references_again(changes)
    for change in changes:
        contact, fields = contacts[change.contact_id], change.fields
        if contact.pk in references:
            fields = {**fields, "reference": references[contact.pk]}
        told = assign_fields(contact, fields, allowed=FIELDS, definitions=custom)
        if told:
            clean_changed(contact, told.changes)
            _refuse_nameless(contact.first_name, contact.last_name)
            changed[contact.pk] = told
    for unique in UNIQUE:
        wanted = {
            pk: getattr(contacts[pk], unique.field) for pk, told in changed.items() if unique.field in told
        }
        refuse_taken(Contact, unique, wanted)
    return changed


def _references_again(changes: Sequence[ContactChange]) -> dict[int, str]:
    """Those whose reference is emptied get the usual one."""
    emptied = [
        change.contact_id
        for change in changes
        if "reference" in change.fields and not tidied(Contact, "reference", change.fields["reference"])
    ]
    taken = _taken_references(emptied) if emptied else {}
    return {pk: taken.get(pk) or usual_reference(pk) for pk in emptied}


def _write(contacts: Mapping[int, Contact], changed: Mapping[int, Changed]) -> None:
    if changed:
        names = set[str]().union(*(told.columns for told in changed.values()))
        update_rows([contacts[pk] for pk in changed], names, unique=UNIQUE)


def _is_let_in(happening: Happening) -> bool:
    return "is_active" in happening.data["changes"]


def open_or_close_sign_ins(contacts: Sequence[Contact]) -> None:
    """Somebody deactivated is signed out everywhere at once; an agent who is also a contact keeps the workspace."""
    for is_active in (True, False):
        found = [contact.pk for contact in contacts if contact.is_active == is_active]
        User.objects.filter(contact__in=found, is_staff=False).update(is_active=is_active)
    # It is the desk's decision now, whoever closed the sign-in before.
    if closed := [contact.pk for contact in contacts if contact.closed_by_customers]:
        Contact.objects.filter(pk__in=closed).update(closed_by_customers=False)
