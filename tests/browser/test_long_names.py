"""A name may be one endless word, as long as its field: no page is pushed sideways by it."""

import pytest
from django.urls import reverse

from tests.browser.looks import find_overflow
from tests.factories import AccountFactory, ContactFactory, TicketFactory, UserFactory


@pytest.fixture
def endless(transactional_db):
    """Somebody with two endless names, who signs in, at an account with another, and a ticket of theirs."""
    account = AccountFactory(name="Wolkenkratzer" * 15)
    contact = ContactFactory(first_name="Konstantin" * 10, last_name="Dudelsack" * 11, accounts=[account])
    contact.user = UserFactory(email="endless@people.example", name="x" * 100)
    contact.save()
    return TicketFactory(contact=contact, subject="Donaudampfschiff" * 10)


@pytest.mark.parametrize("size", ["wide", "phone", "narrowest"])
def test_no_page_of_the_desk_is_pushed_sideways(endless, browse, size: str) -> None:
    page = browse(UserFactory(name="Ana", role="agent"), size=size)
    account, contact = endless.account, endless.contact
    for address in (
        contact.get_absolute_url(),
        account.get_absolute_url(),
        reverse("customers:account_contacts", args=[account.pk]),
        reverse("customers:contact_list"),
        reverse("customers:account_list"),
    ):
        page.goto(address)
        assert find_overflow(page) == []


@pytest.mark.parametrize("size", ["wide", "phone", "narrowest"])
def test_no_page_of_the_help_center_is_pushed_sideways(endless, browse, size: str) -> None:
    page = browse(endless.contact.user, size=size)
    for address in (
        reverse("portal:home"),
        reverse("portal:ticket_detail", args=[endless.pk]),
        reverse("portal:profile"),
    ):
        page.goto(address)
        assert find_overflow(page) == []
