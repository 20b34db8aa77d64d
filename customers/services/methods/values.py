"""The values of contact methods: what a text holds, the rows that are stored for it, and whose addresses they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from customers.errors.records import AddressInUse, AddressOfDesk, NoPhone, NotAnAddress
from customers.models import ContactMethod
from customers.values.phones import key_of, phones_in
from helpdesk.core.database.bulk import insert_rows
from helpdesk.core.database.lookups import one_of
from helpdesk.core.models import User
from helpdesk.core.text import line
from helpdesk.core.text.addresses import AddressRefused, read_address
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
    corrects: str = ""
    """The stored value that it takes the place of, as a form corrects it: its row stays."""


def as_it_stands(row: ContactMethod) -> NewMethod:
    """A stored method, for a list in which it stays."""
    return NewMethod(row.kind, row.value, row.label, row.is_default, row.value_key)


@dataclass(slots=True)
class MethodRow:
    """A method as it is stored. No model instance: an import makes one of these for each value of each row."""

    kind: str
    value: str
    value_key: str
    label: str
    is_default: bool
    corrects: str = ""


def values_in(kind: str, text: str, *, region: str = "") -> list[tuple[str, str]]:
    """What a text holds, as ``(value to keep, key to compare by)``: one value, or of phones each number that is there
    (`customers.values.phones`), those without a country code as numbers of `region` (else of the desk's own). Raises
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
            row = MethodRow(method.kind, value, key, method.label[:40], method.is_default, method.corrects)
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
