"""The Accounts field on a contact's page: the keyboard alone, the primary, Undo, and a new contact."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.models import Contact
from customers.services.associations import Entry, set_accounts
from tests.factories import DESK
from tests.personas import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    """Carla belongs to two accounts."""
    entries = [Entry(world.harbor.pk, job_title="Facilities Director"), Entry(world.far_away.pk)]
    set_accounts(world.carla.contact, entries, actor=DESK)
    return world


def address(world: World) -> str:
    return reverse("customers:contact_detail", args=[world.carla.contact.pk])


def names(contact: Contact) -> list[str]:
    return list(contact.associations.order_by("position").values_list("account__name", flat=True))


def rows_of(page: Page) -> list[str]:
    return page.locator("[data-account-row]").evaluate_all("rows => rows.map(row => row.dataset.name)")


def test_accounts_are_edited_by_keyboard_alone(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(address(world))
    page.get_by_role("combobox", name="Add an account").focus()
    page.keyboard.type("light")
    expect(page.get_by_role("option", name="Lighthouse Agency")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Job title at Lighthouse Agency")).to_be_focused()
    page.keyboard.type("Broker")

    grip = page.locator("[data-name='Lighthouse Agency'] .grip")
    grip.focus()
    page.keyboard.press("ArrowUp")
    expect(grip).to_be_focused()
    page.keyboard.press("ArrowUp")
    assert rows_of(page) == ["Lighthouse Agency", "Harbor Tower", "Far Away Ltd"]
    expect(page.get_by_role("radio", name="Primary: Lighthouse Agency")).to_be_checked()

    page.get_by_role("button", name="Save contact").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("saved")
    assert names(world.carla.contact) == ["Lighthouse Agency", "Harbor Tower", "Far Away Ltd"]
    assert world.carla.contact.associations.get(position=1).job_title == "Broker"


def test_the_radio_makes_primary_and_a_removal_can_be_undone(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(address(world))
    page.get_by_role("radio", name="Primary: Far Away Ltd").check()
    assert rows_of(page) == ["Far Away Ltd", "Harbor Tower"]
    page.get_by_role("button", name="Remove Far Away Ltd").click()
    expect(page.get_by_role("radio", name="Primary: Harbor Tower")).to_be_checked()
    expect(page.get_by_text("1 of 25")).to_be_visible()
    page.get_by_role("button", name="Undo removing Far Away Ltd").click()
    assert rows_of(page) == ["Far Away Ltd", "Harbor Tower"]
    page.get_by_role("button", name="Remove Harbor Tower").click()
    page.get_by_role("button", name="Save contact").click()
    expect(page.locator(".toast")).to_contain_text("saved")
    assert names(world.carla.contact) == ["Far Away Ltd"]


def test_a_contact_is_created_with_two_accounts(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("customers:contact_create"))
    page.get_by_label("First name").fill("Nia")
    page.get_by_label("Last name").fill("Park")
    page.get_by_label("Email").fill("nia@people.example")
    box = page.get_by_role("combobox", name="Add an account")
    for typed, name in (("far", "Far Away Ltd"), ("harbor", "Harbor Tower")):
        box.fill(typed)
        page.get_by_role("option", name=name).click()
    page.get_by_role("radio", name="Primary: Harbor Tower").check()
    page.get_by_role("button", name="Create contact").click()
    page.get_by_role("button", name="Confirm and save").click()  # it says what Nia will see
    expect(page.get_by_role("heading", level=1)).to_have_text("Nia Park")
    assert names(Contact.objects.get(name="Nia Park")) == ["Harbor Tower", "Far Away Ltd"]


def test_an_address_in_use_names_its_owner_and_keeps_what_was_typed(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("customers:contact_create"))
    page.get_by_label("First name").fill("Nia")
    page.get_by_label("Email").fill("zoe@people.example")
    page.get_by_role("button", name="Create contact").click()
    expect(page.get_by_role("alert")).to_contain_text("Zoe Farrell")
    expect(page.get_by_label("First name")).to_have_value("Nia")
    page.get_by_role("link", name="Open that contact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoe Farrell")


def test_a_filter_on_accounts_finds_every_position(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("customers:contact_list"))
    page.locator("summary", has_text="Filter").click()
    page.get_by_role("combobox", name="Account").fill("far")
    page.get_by_role("option", name="Far Away Ltd").click()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Remove filter Accounts").click()
    expect(page.locator("tbody tr")).to_have_count(5)
