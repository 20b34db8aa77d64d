"""Phones keep number and extension, and lose nothing: what is not one valid number stays as it was written."""

import pytest

from customers.administration.matching import find_or_create_contact, match_contact
from customers.models import Contact
from customers.services.methods.changes import add_method, set_methods
from customers.services.methods.values import NewMethod
from customers.values.phones import key_of, phones_in, shown
from tests.factories import DESK, ContactFactory


@pytest.mark.parametrize(
    ("written", "region", "kept"),
    [
        ("02-777-1234 ext. 11", "KR", ["+8227771234;ext=11"]),
        ("02-777-1234 x34", "KR", ["+8227771234;ext=34"]),
        ("02-777-1234#12", "KR", ["+8227771234;ext=12"]),
        ("02 777 1234 (내선 12)", "KR", ["+8227771234;ext=12"]),
        ("+8227771234;ext=55", "KR", ["+8227771234;ext=55"]),
        ("02-777-1234, ext 12", "KR", ["+8227771234;ext=12"]),
        ("02-555-1000/1", "KR", ["02-555-1000/1"]),
        ("02-555-1001~3", "KR", ["02-555-1001~3"]),
        ("+49 89 1234567-68", "KR", ["+49 89 1234567-68"]),
        ("+49 89 1234567-0", "KR", ["+498912345670"]),
        ("02-555-1000, 02-555-2000", "KR", ["+8225551000", "+8225552000"]),
        ("02-555-1000 / 02-555-2000", "KR", ["+8225551000", "+8225552000"]),
        ("010-1234-5678 또는 02-555-1000", "KR", ["+821012345678", "+8225551000"]),
        ("02-555-1000/2000", "KR", ["02-555-1000/2000"]),
        ("089/1234567", "DE", ["+49891234567"]),
        ("+44 (0)20 7946 0958", "KR", ["+442079460958"]),
        ("0131 496 0123", "KR", ["0131 496 0123"]),
        ("0131 496 0123", "GB", ["+441314960123"]),
        ("1588-1234", "KR", ["+8215881234"]),
        ("1-800-FLOWERS", "US", ["+18003569377"]),
        ("02-777-1234 (Ms Kim)", "KR", ["02-777-1234 (Ms Kim)"]),
        ("call 02-777-1234", "KR", ["call 02-777-1234"]),
        ("02-777-1234 02-777-1235", "KR", ["02-777-1234 02-777-1235"]),
        ("０２－７７７－１２３４", "KR", ["+8227771234"]),
        ("tel:+82-2-777-1234", "US", ["+8227771234"]),
        ("119", "KR", ["119"]),
        ("ask at the desk", "KR", ["ask at the desk"]),
        ("n/a", "KR", []),
        ("-", "KR", []),
        ("없음", "KR", []),
        ("…", "KR", []),
    ],
)
def test_what_is_kept_of_what_is_written(written: str, region: str, kept: list[str]) -> None:
    assert phones_in(written, region) == kept


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+8227771234;ext=11", "02-777-1234 ext. 11"),
        ("+442079460958", "+44 20 7946 0958"),
        ("+49 89 1234567-68", "+49 89 1234567-68"),
        ("0131 496 0123", "0131 496 0123"),
    ],
)
def test_how_it_is_read(stored: str, read: str) -> None:
    assert shown(stored, "KR") == read
    assert phones_in(read, "KR") == [stored]


def test_one_kept_as_written_is_compared_by_its_digits() -> None:
    assert key_of("0131 496 0123") == key_of("0131-496-0123") == "01314960123"
    assert key_of("02-555-1000/1") != key_of("0255510001")


@pytest.mark.django_db
def test_callers_behind_one_switchboard_are_not_one_person() -> None:
    ann = ContactFactory(first_name="Ann", phone="02-777-1234 ext. 11")
    assert match_contact(phone="02-777-1234 x11") == ann
    for other in ("02-777-1234 ext. 12", "02-777-1234"):
        assert match_contact(phone=other) is None
    bob = find_or_create_contact(actor=DESK, name="Bob", phone="02-777-1234 ext. 12")
    assert bob != ann
    assert bob.methods.get().value == "+8227771234;ext=12"


@pytest.mark.django_db
def test_two_numbers_in_one_field_are_two_methods() -> None:
    contact = ContactFactory()
    add_method(contact, "phone", "02-555-1000 / 02-555-2000", actor=DESK)
    kept = list(contact.methods.filter(kind="phone").order_by("pk").values_list("value", "is_default"))
    assert kept == [("+8225551000", True), ("+8225552000", False)]


@pytest.mark.django_db
def test_saving_a_form_does_not_read_a_number_anew(settings) -> None:
    settings.HELPDESK_PHONE_REGION = "GB"
    contact = Contact.objects.get(pk=ContactFactory(phone="02-2222-3333").pk)
    (method,) = contact.methods.filter(kind="phone")
    assert method.value == "02-2222-3333"
    settings.HELPDESK_PHONE_REGION = "KR"
    from_form = [NewMethod(row.kind, row.value, row.label, row.is_default) for row in contact.methods.all()]
    set_methods(contact, from_form, actor=DESK)
    assert contact.methods.get(kind="phone").value == "02-2222-3333"
