"""The pages on which a contact goes, in a real browser: by keyboard, on a phone, without scripts, in both languages."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.models import Contact
from tests.personas import World
from tickets.models import Ticket

Browse = Callable[..., Page]


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    return world


def address(world: World, verb: str) -> str:
    return reverse(f"customers:contact_{verb}", args=[world.carla.contact.pk])


def test_the_pages_are_accessible_when_somebody_takes_over(
    world: World, browse: Browse, assert_accessible_in_both_themes: Callable[[Page], None]
) -> None:
    page = browse(world.max.user, size="phone", language="ko")
    for verb, choice in (("delete", "reassign"), ("leave", "colleague")):
        page.goto(address(world, verb))
        expect(page.locator("#heir")).to_be_hidden()
        page.check(f"input[value={choice}]")
        expect(page.locator("#heir")).to_be_visible()
        assert_accessible_in_both_themes(page)


def test_a_contact_is_deleted_by_keyboard(world: World, browse: Browse) -> None:
    page = browse(world.max.user)
    page.goto(world.carla.contact.get_absolute_url())
    page.locator(".rec__acts summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Delete contact").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Move them to another contact").focus()
    page.keyboard.press("Space")
    page.get_by_role("combobox", name="Who gets them").focus()
    page.keyboard.type("kim")
    expect(page.get_by_role("option", name="Kim Seo-yeon")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("input[name=to]")).to_have_value(str(world.kim.contact.pk))
    page.get_by_role("button", name="Delete contact").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Carla Moreno deleted").last).to_be_visible()
    assert Ticket.objects.filter(contact=world.kim.contact).count() == 2


def test_somebody_is_seen_off_without_scripts(world: World, browse: Browse) -> None:
    page = browse(world.max.user, size="phone", scripts=False)
    page.goto(address(world, "leave"))
    page.check("input[value=colleague]")
    page.fill("#heir", "kim@people.example")
    page.get_by_role("button", name="Deactivate Carla Moreno").click()
    expect(page.get_by_role("main").get_by_text("Deactivated").first).to_be_visible()
    world.shared.refresh_from_db()
    assert world.shared.contact == world.kim.contact


def test_the_reference_opens_the_button_that_erases(world: World, browse: Browse) -> None:
    page = browse(world.max.user, size="phone")
    page.goto(address(world, "erase"))
    button = page.get_by_role("button", name="Erase the personal data")
    expect(button).to_be_disabled()
    page.fill("[name=name]", world.carla.contact.reference)
    button.click()
    expect(page.get_by_text("the personal data is erased").last).to_be_visible()
    assert not Contact.objects.filter(last_name="Moreno").exists()


def test_one_account_a_contact_is_exchanged(world: World, browse: Browse, settings) -> None:
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    page = browse(world.max.user)
    page.goto(world.carla.contact.get_absolute_url())
    page.get_by_role("combobox", name="Move to another account").fill("far")
    page.get_by_role("option", name="Far Away Ltd").click()
    page.get_by_role("button", name="Save contact").click()
    page.get_by_role("button", name="Confirm and save").click()
    expect(page.get_by_text("Carla Moreno saved").last).to_be_visible()
    assert [place.account for place in world.carla.contact.associations.all()] == [world.far_away]
