"""Contact methods: e-mail addresses, phones, handles. Exactly one default per kind while there is any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.errors.records import (
    AddressInUse,
    AddressOfDesk,
    ContactGone,
    MethodInUse,
    NoPhone,
    NotAnAddress,
    NotAnotherWay,
    ValueChanged,
)
from customers.models import Contact, ContactMethod
from customers.phones import key_of, phones_in
from customers.registry import MethodUses, method_users
from customers.services.sign_in_addresses import watch_addresses
from helpdesk.core.actors import Actor
from helpdesk.core.addresses import AddressRefused, address_key, read_address
from helpdesk.core.audit import Happening, record, record_many
from helpdesk.core.bulk import insert_rows
from helpdesk.core.lookups import one_of
from helpdesk.core.models import User
from helpdesk.core.text import line
from helpdesk.core.words import phrase

Kind = ContactMethod.Kind
PHONES = (Kind.PHONE, Kind.MOBILE)


@dataclass(frozen=True)
class NewMethod:
    """A method to be added; `kind` as `ContactMethod.Kind`."""

    kind: str
    value: str
    label: str = ""
    is_default: bool = False
    key: str = ""
    """Of a value that was read already, as of a file with a country of its own: then it is stored as it is."""


@dataclass(slots=True)
class MethodRow:
    """A method as it is stored. No model instance: an import makes one of these for each value of each row."""

    kind: str
    value: str
    value_key: str
    label: str
    is_default: bool


def values_in(kind: str, text: str, *, region: str = "") -> list[tuple[str, str]]:
    """What a text holds, as ``(value to keep, key to compare by)``: one value, or of phones each number that is there
    (`customers.phones`), those without a country code as numbers of `region` (else of the desk's own). Raises
    `NotAnAddress`."""
    written, text = text, line(text)
    if not text:
        raise NotAnAddress(text, phrase("Enter a value."))
    if len(text) > 254:
        raise NotAnAddress(text[:40] + "…", phrase("This is longer than 254 characters."))
    if kind == Kind.EMAIL:
        return [_email(written)]
    if kind in PHONES:
        return [(value, key_of(value)) for value in _phones(text, region)]
    return [(text, text.lstrip("@").casefold())]


def normalised(kind: str, text: str, *, region: str = "") -> tuple[str, str]:
    """`values_in` where there is room for one value. Raises `NotAnAddress`, also for two phone numbers."""
    found = values_in(kind, text, region=region)
    if len(found) > 1:
        raise NotAnAddress(text, phrase("These are %(n)s numbers. Add each by itself.", n=len(found)))
    return found[0]


def _email(text: str) -> tuple[str, str]:
    try:
        address = read_address(text)
    except AddressRefused as error:
        raise NotAnAddress(text, error.message) from error
    return address.shown, address.key


def _phones(text: str, region: str) -> list[str]:
    found = phones_in(text, region or settings.HELPDESK_PHONE_REGION)
    if not found:
        raise NoPhone(text)
    return found


def rows_of(methods: Iterable[NewMethod]) -> list[MethodRow]:
    """A contact's whole list: duplicates dropped, one default per kind. Raises `NotAnAddress`."""
    rows: dict[tuple[str, str], MethodRow] = {}
    for method in methods:
        read = [(method.value, method.key)] if method.key else values_in(method.kind, method.value)
        for value, key in read:
            row = MethodRow(method.kind, value, key, method.label[:40], method.is_default)
            rows.setdefault((method.kind, key), row)
    chosen: dict[str, MethodRow] = {}
    for row in rows.values():
        if row.kind not in chosen or (row.is_default and not chosen[row.kind].is_default):
            chosen[row.kind] = row
    for row in rows.values():
        row.is_default = row is chosen[row.kind]
    return list(rows.values())


def insert_methods(lists: Mapping[int, Sequence[MethodRow]]) -> None:
    """Store new methods of many contacts (``{contact id: rows}``) in one statement."""
    now = timezone.now()
    insert_rows(
        ContactMethod,
        ("contact_id", "kind", "value", "value_key", "label", "is_default", "bounce_reason", "created_at"),
        (
            (pk, row.kind, row.value, row.value_key, row.label, row.is_default, "", now)
            for pk, rows in lists.items()
            for row in rows
        ),
    )


def addresses_in(rows: Iterable[MethodRow], owner: int | None = None) -> dict[str, int | None]:
    """The keys of the e-mail addresses among new methods, with the contact (None: a new one) who is to have them."""
    return {row.value_key: owner for row in rows if row.kind == Kind.EMAIL}


def refuse_used_addresses(owners: Mapping[str, int | None]) -> None:
    """Raise `AddressInUse` when another contact than the one it is to belong to (None: a new one) has one of these
    e-mail keys, `AddressOfDesk` when somebody of the desk has it who is not linked to that contact."""
    if not owners:
        return
    rows = ContactMethod.objects.filter(one_of("value_key", owners), kind=Kind.EMAIL).select_related(
        "contact"
    )
    for used in rows.order_by("pk"):
        if used.contact_id != owners[used.value_key]:
            raise AddressInUse(used.value, used.contact)
    staff = User.objects.filter(one_of("email_key", owners), is_staff=True)
    for key, address, contact in staff.values_list("email_key", "email", "contact"):
        if contact is None or contact != owners[str(key)]:
            raise AddressOfDesk(str(address))


def locked(contact: Contact) -> Contact:
    """The contact's row, until the transaction ends; what its methods become counts as a change of it. Raises
    `ContactGone`."""
    found = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if found is None:
        raise ContactGone
    found.save(update_fields=["updated_at"])
    return found


def add_method(
    contact: Contact, kind: str, value: str, *, actor: Actor, label: str = "", default: bool = False
) -> ContactMethod:
    """Add a way to reach a contact, or each of several numbers; the first of a kind is its default. Returns the (first)
    method. Raises `NotAnAddress`, `AddressInUse`, `AddressOfDesk`."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = locked(contact)
        found = values_in(kind, value)
        if kind == Kind.EMAIL:
            refuse_used_addresses({key: contact.pk for _value, key in found})
        rows = [
            MethodRow(kind, value, key, label[:40], default and index == 0)
            for index, (value, key) in enumerate(found)
        ]
        with watch_addresses([contact.pk], actor=actor):
            return [_added(contact, row, actor=actor) for row in rows][0]


def _added(contact: Contact, row: MethodRow, *, actor: Actor) -> ContactMethod:
    same_kind = contact.methods.filter(kind=row.kind)
    if existing := same_kind.filter(value_key=row.value_key).first():
        return existing
    row.is_default = row.is_default or not same_kind.exists()
    if row.is_default:
        same_kind.filter(is_default=True).update(is_default=False)
    method = contact.methods.create(**asdict(row))
    record("method.added", subject=contact, actor=actor, kind=row.kind, value=row.value)
    return method


def change_method(
    method: ContactMethod, value: str, *, actor: Actor, label: str | None = None, expected: str | None = None
) -> ContactMethod:
    """Correct a method's value or label; `expected` is the value that the form was opened on.

    Raises `NotAnAddress`, `AddressInUse`, and `ValueChanged` when it is another one by now.
    """
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = locked(method.contact)
        method.refresh_from_db()
        old = method.value
        if expected is not None and expected != old:
            raise ValueChanged(old)
        method.value, method.value_key = normalised(method.kind, value)
        if method.kind == Kind.EMAIL:
            refuse_used_addresses({method.value_key: contact.pk})
        twin = (
            contact.methods.filter(kind=method.kind, value_key=method.value_key)
            .exclude(pk=method.pk)
            .exists()
        )
        if twin:
            raise NotAnAddress(method.value, phrase("This %(term_contact)s already has this."))
        old_label, method.label = method.label, method.label if label is None else label[:40]
        if method.value != old:
            method.bouncing_since, method.bounce_reason = None, ""
        with watch_addresses([contact.pk], actor=actor):
            method.save()
        record_many(_changes_of(method, old, old_label), actor=actor)
    return method


def _changes_of(method: ContactMethod, old: str, old_label: str) -> Iterator[Happening]:
    if method.value != old:
        told = {"kind": method.kind, "changes": {"value": [old, method.value]}}
        yield Happening("method.changed", method.contact, None, told)
    if method.label != old_label:
        told = {"kind": method.kind, "value": method.value, "label": [old_label, method.label]}
        yield Happening("method.relabelled", method.contact, None, told)


def remove_method(
    method: ContactMethod, *, actor: Actor, move_to: ContactMethod | Contact | None = None
) -> None:
    """Remove a method; if it was the default, the oldest of its kind becomes it.

    What still uses it is moved to `move_to`, another method of the same contact or another contact, in the same step.
    Raises `MethodInUse` when there is such and nowhere to move it to.
    """
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = locked(method.contact)
        _free(method, move_to, actor)
        with watch_addresses([contact.pk], actor=actor):
            method.delete()
        rest = contact.methods.filter(kind=method.kind).order_by("pk")
        if not rest.filter(is_default=True).exists() and (heir := rest.first()):
            rest.filter(pk=heir.pk).update(is_default=True)
        record("method.removed", subject=contact, actor=actor, kind=method.kind, value=method.value)


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


def make_default(method: ContactMethod, *, actor: Actor) -> None:
    """Make a method the one that is used first among its kind."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = locked(method.contact)
        same_kind = contact.methods.filter(kind=method.kind)
        if same_kind.filter(pk=method.pk, is_default=True).exists():
            return
        same_kind.filter(is_default=True).update(is_default=False)
        same_kind.filter(pk=method.pk).update(is_default=True)
        record("method.made_default", subject=contact, actor=actor, kind=method.kind, value=method.value)
