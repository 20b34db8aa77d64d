"""A tab with nothing in it stands where its table would, not at the edge of the screen."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import AccountFactory, UserFactory


@pytest.mark.parametrize("tab", ["tickets:account_tickets", "customers:account_children"])
def test_what_an_empty_tab_says_keeps_the_margin_of_a_phone(transactional_db, browse, tab: str) -> None:
    page = browse(UserFactory(name="Ana", role="agent"), size="phone")
    page.goto(reverse(tab, args=[AccountFactory(name="Empty Tower").pk]))
    words = page.locator(".empty h2")
    expect(words).to_be_visible()
    assert words.bounding_box()["x"] >= 16
