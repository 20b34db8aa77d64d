"""The Django admin in a browser: its pages fit the screen."""

import pytest
from django.urls import reverse

from tests.factories import AccountFactory, ContactFactory, UserFactory


@pytest.fixture
def root(transactional_db):
    return UserFactory(name="Root", role="administrator")


def sideways(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_a_contact_and_an_account_fit_the_screen(root, browse) -> None:
    account = AccountFactory(name="Wolkenkratzer" * 15)
    contact = ContactFactory(
        first_name="Konstantin" * 10, accounts=[account, *(AccountFactory() for _ in range(3))]
    )
    page = browse(root)
    for name, record in (("contact", contact), ("account", account)):
        page.goto(reverse(f"admin:customers_{name}_change", args=[record.pk]))
        assert sideways(page) <= 0, name
