"""The checks of single values, without an instance."""

import pytest

from customers.models import Account, Contact
from helpdesk.core.validation import InvalidFields, clean_changed, clean_values


def test_values_that_fit_pass() -> None:
    clean_values(
        Contact, {"first_name": "A" * 100, "notes": "", "is_active": False, "custom:floor": object()}
    )
    clean_values(Account, {"website": "https://harbor.example", "type": "customer", "parent_id": object()})


@pytest.mark.parametrize(
    ("model", "name", "value"),
    [
        (Contact, "first_name", "A" * 101),
        (Contact, "is_active", "perhaps"),
        (Account, "name", ""),
        (Account, "website", "harbor"),
        (Account, "type", "enemy"),
    ],
)
def test_a_value_that_does_not_is_refused_by_its_name(model: type, name: str, value: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        clean_values(model, {name: value})
    assert list(refused.value.errors) == [name]


def test_of_an_instance_only_the_named_fields_are_judged() -> None:
    contact = Contact(first_name="A" * 101, language="L" * 13)
    clean_changed(contact, ["last_name"])
    with pytest.raises(InvalidFields) as refused:
        clean_changed(contact, ["language", "custom:floor"])
    assert list(refused.value.errors) == ["language"]
