"""Searching contacts: what few match is gathered from indexes, what many match is walked; both find the same."""

from itertools import product

import pytest

from customers import querysets
from customers.models import Contact
from customers.services.methods.changes import add_method
from tests.factories import DESK, AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db
TEXTS = (
    "서연",
    "kim",
    "yeon 서",
    "example.com",
    "0142",
    "010-5555",
    "B-7",
    "nobody",
    "%",
    "_",
    "\x00",
    "k\x00im",
)


@pytest.fixture
def people() -> None:
    account = AccountFactory()
    for number, (first, last) in enumerate(product(("서연", "Kim", "Yeon 서"), ("김", "Okafor", "B-7"))):
        contact = ContactFactory(
            first_name=first,
            last_name=last,
            email=f"p{number}@example.com",
            reference=f"B-{number}",
            accounts=[account] * (number % 2),
        )
        add_method(contact, kind="phone", value=f"010-5555-{1420 + number}", actor=DESK)


def found(text: str) -> list[int]:
    return list(Contact.objects.matching(text).order_by("search", "id").values_list("pk", flat=True))


@pytest.mark.postgres
@pytest.mark.parametrize("text", TEXTS)
def test_a_common_text_finds_what_a_rare_one_would(people: None, monkeypatch, text: str) -> None:
    rare = found(text)
    monkeypatch.setattr(querysets, "MANY", 1)
    assert found(text) == rare
    monkeypatch.setattr(querysets, "MANY", 0)
    assert found(text) == rare


def test_each_way_of_finding_somebody(people: None) -> None:
    assert len(found("서연")) == 3
    assert len(found("김 서연")) == 1
    assert len(found("EXAMPLE.com")) == 9
    assert len(found("5555 1423")) == len(found("b-8")) == 1
    assert found("nobody") == []
