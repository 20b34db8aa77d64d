"""On a phone: tabs on the first screen, targets as large as a fingertip, words clear of the edge."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect

from tests.factories import AccountFactory, ContactFactory, TicketFactory, UserFactory

FINGER = 44
REACH = """link => {
  link.scrollIntoView({ block: "center" });
  const box = link.getBoundingClientRect();
  const x = box.left + Math.min(box.width, 40) / 2, y = box.top + box.height / 2;
  const hits = (at) => { const found = document.elementFromPoint(x, at); return found && link.contains(found); };
  let top = y, bottom = y;
  while (hits(top - 1)) top--;
  while (hits(bottom + 1)) bottom++;
  return bottom - top + 1;
}"""


def height(target: Locator) -> float:
    """How much of the screen answers as `target`, from top to bottom, at its beginning."""
    return target.evaluate(REACH)


@pytest.fixture
def agent(transactional_db):
    return UserFactory(name="Ana", role="agent")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripted", "plain"])
def test_the_tabs_of_a_contact_with_many_accounts_are_on_the_first_screen(
    agent, browse, scripts: bool
) -> None:
    accounts = [AccountFactory(name=f"Tower {number:02}") for number in range(25)]
    contact = ContactFactory(first_name="Harriet", accounts=accounts)
    page = browse(agent, size="phone", scripts=scripts)
    page.goto(reverse("customers:contact_data", args=[contact.pk]))
    tabs = page.locator("nav.tabs")
    assert tabs.bounding_box()["y"] < 844 - FINGER
    shown = page.locator(".rec__accts .ref")
    expect(shown.first).to_contain_text("Tower 00 Primary")
    expect(shown.last).to_be_hidden()
    page.locator("summary", has_text="25 accounts").tap()
    expect(shown).to_have_count(25)
    expect(shown.last).to_be_visible()


def test_on_a_wide_screen_all_accounts_are_shown_at_once(agent, browse) -> None:
    contact = ContactFactory(accounts=[AccountFactory(name=f"Tower {number:02}") for number in range(25)])
    page = browse(agent)
    page.goto(contact.get_absolute_url())
    expect(page.locator(".rec__accts .ref").last).to_be_visible()
    expect(page.locator(".rec__accts summary")).to_be_hidden()


def test_links_that_stand_alone_are_as_large_as_a_fingertip(agent, browse) -> None:
    account = AccountFactory(name="Harbor Tower", website="https://harbor.example")
    ticket = TicketFactory(contact=ContactFactory(accounts=[account]), account=account, subject="Lift")
    page = browse(agent, size="phone")
    page.goto(account.get_absolute_url())
    expect(page.locator(".recent a")).to_be_visible()
    assert height(page.locator(".recent a")) >= FINGER
    assert height(page.get_by_role("link", name="harbor.example")) >= FINGER
    page.goto(reverse("tickets:account_tickets", args=[account.pk]))
    assert height(page.get_by_role("link", name=ticket.subject)) >= FINGER
    page.goto(reverse("account_reauthenticate"))
    assert height(page.get_by_role("link", name="Forgot your password?")) >= FINGER


def test_the_way_back_from_a_ticket_of_the_help_center_is_as_large_as_a_fingertip(
    transactional_db, browse
) -> None:
    ticket = TicketFactory(contact=ContactFactory(accounts=[AccountFactory()]))
    ticket.contact.user = UserFactory()
    ticket.contact.save()
    page = browse(ticket.contact.user, size="phone")
    page.goto(reverse("portal:ticket_detail", args=[ticket.pk]))
    assert height(page.get_by_role("main").get_by_role("link", name="Tickets")) >= FINGER


def test_a_long_address_in_the_list_keeps_clear_of_the_edge(agent, browse) -> None:
    ContactFactory(first_name="Konstantin", email="k" * 50 + "@" + "domain" * 6 + ".example")
    page = browse(agent, size="phone")
    page.goto(reverse("customers:contact_list"))
    box = page.locator("td.c-email").bounding_box()
    assert box["x"] + box["width"] <= 390 - 16
