"""Contact methods: e-mail addresses, phones, handles. Exactly one default per kind while there is any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.errors import (
    AddressInUse,
    ContactGone,
    MethodInUse,
    NotAnAddress,
    NotAnotherWay,
    ValueChanged,
)
from customers.models import Contact, ContactMethod
from customers.registry import MethodUses, method_users
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record
from helpdesk.core.bulk import insert_rows
from helpdesk.core.lookups import one_of
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


@dataclass(slots=True)
class MethodRow:
    """A method as it is stored. No model instance: an import makes one of these for each value of each row."""

    kind: str
    value: str
    value_key: str
    label: str
    is_default: bool


def normalised(kind: str, value: str, *, region: str = "") -> tuple[str, str]:
    """``(value to keep, key to compare by)``. Phones become E.164 where they parse, those without a country code as
    numbers of `region` (else of the desk's own). Raises `NotAnAddress`."""
    value = " ".join(value.replace("\x00", "").split())
    if not value:
        raise NotAnAddress(value, phrase("Enter a value."))
    if len(value) > 254:
        raise NotAnAddress(value[:40] + "…", phrase("This is longer than 254 characters."))
    if kind == Kind.EMAIL:
        return _email(value)
    if kind in PHONES:
        return _phone(value, region or settings.HELPDESK_PHONE_REGION)
    return value, value.lstrip("@").casefold()


# An import asks twice for each value of a batch: when it reads the row, and when the row is written.
@lru_cache(maxsize=8192)
def _email(value: str) -> tuple[str, str]:
    try:
        validate_email(value)
    except ValidationError as error:
        raise NotAnAddress(value, phrase("This is not a complete email address.")) from error
    return value, value.casefold()


@lru_cache(maxsize=8192)
def _phone(value: str, region: str) -> tuple[str, str]:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return value, value.casefold()
    if not phonenumbers.is_possible_number(number):
        return value, value.casefold()
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164, e164


def rows_of(methods: Iterable[NewMethod]) -> list[MethodRow]:
    """A contact's whole list: duplicates dropped, one default per kind. Raises `NotAnAddress`."""
    rows: dict[tuple[str, str], MethodRow] = {}
    for method in methods:
        value, key = normalised(method.kind, method.value)
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


def addresses_in(lists: Iterable[Sequence[MethodRow]]) -> list[str]:
    """The keys of the e-mail addresses among new methods."""
    return [row.value_key for rows in lists for row in rows if row.kind == Kind.EMAIL]


def refuse_used_addresses(keys: Iterable[str], *, except_contact: int | None = None) -> None:
    """Raise `AddressInUse` when another contact has one of these e-mail keys."""
    used = (
        ContactMethod.objects.filter(one_of("value_key", keys), kind=Kind.EMAIL)
        .exclude(contact=except_contact)
        .select_related("contact")
        .first()
    )
    if used:
        raise AddressInUse(used.value, used.contact)


def _locked(contact: Contact) -> Contact:
    locked = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if locked is None:
        raise ContactGone
    locked.save(update_fields=["updated_at"])
    return locked


def add_method(
    contact: Contact, kind: str, value: str, *, actor: Actor, label: str = "", default: bool = False
) -> ContactMethod:
    """Add a way to reach a contact; the first of a kind is its default. Raises `NotAnAddress`, `AddressInUse`."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = _locked(contact)
        value, key = normalised(kind, value)
        if kind == Kind.EMAIL:
            refuse_used_addresses([key], except_contact=contact.pk)
        existing = contact.methods.filter(kind=kind, value_key=key).first()
        if existing:
            return existing
        is_default = default or not contact.methods.filter(kind=kind).exists()
        if is_default:
            contact.methods.filter(kind=kind, is_default=True).update(is_default=False)
        method = contact.methods.create(
            kind=kind, value=value, value_key=key, label=label[:40], is_default=is_default
        )
        record("method.added", subject=contact, actor=actor, kind=kind, value=value)
    return method


def change_method(
    method: ContactMethod, value: str, *, actor: Actor, label: str | None = None, expected: str | None = None
) -> ContactMethod:
    """Correct a method's value or label; `expected` is the value that the form was opened on.

    Raises `NotAnAddress`, `AddressInUse`, and `ValueChanged` when it is another one by now.
    """
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = _locked(method.contact)
        method.refresh_from_db()
        old = method.value
        if expected is not None and expected != old:
            raise ValueChanged(old)
        method.value, method.value_key = normalised(method.kind, value)
        if method.kind == Kind.EMAIL:
            refuse_used_addresses([method.value_key], except_contact=contact.pk)
        twin = (
            contact.methods.filter(kind=method.kind, value_key=method.value_key)
            .exclude(pk=method.pk)
            .exists()
        )
        if twin:
            raise NotAnAddress(method.value, phrase("This %(term_contact)s already has this."))
        method.label = method.label if label is None else label[:40]
        if method.value != old:
            method.bouncing_since, method.bounce_reason = None, ""
        method.save()
        record(
            "method.changed",
            subject=contact,
            actor=actor,
            kind=method.kind,
            changes={"value": [old, method.value]},
        )
    return method


def remove_method(
    method: ContactMethod, *, actor: Actor, move_to: ContactMethod | Contact | None = None
) -> None:
    """Remove a method; if it was the default, the oldest of its kind becomes it.

    What still uses it is moved to `move_to`, another method of the same contact or another contact, in the same step.
    Raises `MethodInUse` when there is such and nowhere to move it to.
    """
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = _locked(method.contact)
        _free(method, move_to, actor)
        method.delete()
        rest = contact.methods.filter(kind=method.kind).order_by("pk")
        if not rest.filter(is_default=True).exists() and (heir := rest.first()):
            rest.filter(pk=heir.pk).update(is_default=True)
        record("method.removed", subject=contact, actor=actor, kind=method.kind, value=method.value)


def uses_of(method: ContactMethod) -> list[MethodUses]:
    """What of the floors above uses the method."""
    return [found for user in method_users if (found := user.uses(method)).number]


def _free(method: ContactMethod, move_to: ContactMethod | Contact | None, actor: Actor) -> None:
    """Move away what uses the method."""
    uses = [(user, user.uses(method)) for user in method_users]
    in_use = [(user, found) for user, found in uses if found.number]
    if not in_use:
        return
    if move_to is None:
        raise MethodInUse(method, [found for _user, found in in_use])
    same_contact = move_to.contact_id if isinstance(move_to, ContactMethod) else move_to.pk
    if (same_contact == method.contact_id) != isinstance(move_to, ContactMethod) or move_to == method:
        raise NotAnotherWay
    for user, _found in in_use:
        user.move(method, move_to, actor)


def make_default(method: ContactMethod, *, actor: Actor) -> None:
    """Make a method the one that is used first among its kind."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = _locked(method.contact)
        same_kind = contact.methods.filter(kind=method.kind)
        same_kind.filter(is_default=True).update(is_default=False)
        same_kind.filter(pk=method.pk).update(is_default=True)
        record("method.made_default", subject=contact, actor=actor, kind=method.kind, value=method.value)


def set_methods(contact: Contact, methods: Iterable[NewMethod], *, actor: Actor) -> None:
    """Make a contact's methods exactly these: a form's whole list, in order. Raises `NotAnAddress`, `AddressInUse`."""
    policies.require_change_contact(actor)
    with transaction.atomic():
        contact = _locked(contact)
        wanted = {(row.kind, row.value_key): row for row in rows_of(methods)}
        refuse_used_addresses([k for kind, k in wanted if kind == Kind.EMAIL], except_contact=contact.pk)
        present = {(row.kind, row.value_key): row for row in contact.methods.all()}
        for key in present.keys() - wanted.keys():
            remove_method(present[key], actor=actor)
        contact.methods.filter(is_default=True).update(is_default=False)
        for key, row in wanted.items():
            _keep_or_add(contact, present.get(key), row, actor=actor)


def _keep_or_add(contact: Contact, kept: ContactMethod | None, row: MethodRow, *, actor: Actor) -> None:
    if kept:
        contact.methods.filter(pk=kept.pk).update(is_default=row.is_default, label=row.label, value=row.value)
        return
    contact.methods.create(**asdict(row))
    record("method.added", subject=contact, actor=actor, kind=row.kind, value=row.value)
