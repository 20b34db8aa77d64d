"""Keys of methods computed anew: what would collide stays as it is, and is listed."""

import pytest
from django.core.management import call_command

from customers.models import ContactMethod
from customers.services.methods.rekeying import rekey
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def old_row(address: str, *, kind: str = "email") -> ContactMethod:
    """A method as an earlier version of the desk had stored it."""
    contact = ContactFactory()
    return ContactMethod.objects.create(
        contact=contact, kind=kind, value=address, value_key=address.casefold()
    )


def test_a_key_that_is_free_is_given() -> None:
    row = old_row("Info@Bücher.example")
    assert rekey(ContactMethod, write=False) == []
    assert rekey(ContactMethod) == []
    row.refresh_from_db()
    assert (row.value, row.value_key) == ("Info@bücher.example", "info@xn--bcher-kva.example")


def test_two_that_are_one_address_are_listed_and_stay() -> None:
    one, other = old_row("info@xn--bcher-kva.example"), old_row("info@bücher.example")
    (collision,) = rekey(ContactMethod)
    assert str(collision) == (
        f"Contact {other.contact_id}: info@bücher.example is also an address of contact {one.contact_id}."
    )
    other.refresh_from_db()
    assert other.value_key == "info@bücher.example"


def test_what_is_no_address_any_more_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    row = old_row("admın@example.com")
    with pytest.raises(SystemExit):
        call_command("check_addresses", mend=True)
    assert f"Contact {row.contact_id}: admın@example.com cannot be used" in capsys.readouterr().out


def test_phones_get_their_extension_back(capsys: pytest.CaptureFixture[str]) -> None:
    row = old_row("02-777-1234 ext. 11", kind="phone")
    call_command("check_addresses", mend=True)
    row.refresh_from_db()
    assert row.value_key == "+8227771234;ext=11"
    assert "No two contacts" in capsys.readouterr().out
