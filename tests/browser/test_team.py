"""A customer administrator at work: with the mouse, with the keyboard alone, on a phone, without scripts, in Korean."""

import re

import pytest
from playwright.sync_api import Page, expect

from customers.models import Association, Contact, Invitation
from tests.browser.hands import Finger, Keyboard, Mouse
from tests.factories import InvitationFactory
from tests.personas import World

HANDS = {"mouse": Mouse, "keyboard": Keyboard, "phone": Finger}


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    InvitationFactory(account=world.harbor, email="tom.veldkamp@harbor.example", invited_by=world.ada.user)
    return world


def choose(hand: Mouse, page: Page, name: str, action: str, role: str) -> None:
    """Something from a person's menu."""
    hand.press(page.get_by_label(f"Actions for {name}"))
    hand.press(page.locator(".dropdown[open]").get_by_role(role, name=re.compile(f"^{action}")))


@pytest.mark.parametrize("way", HANDS)
def test_she_invites_promotes_deactivates_and_hands_over(
    world: World, browse, assert_accessible, way: str
) -> None:
    page = browse(world.ada.user, size=HANDS[way].size)
    hand = HANDS[way](page, assert_accessible)
    team = f"/team/{world.harbor.pk}/"
    page.goto(team)
    hand.write(page.get_by_label("Invite someone by email"), "hana@new.example")
    hand.press(page.get_by_role("button", name="Send invitation"))
    expect(page.get_by_text("hana@new.example invited").last).to_be_visible()
    assert Invitation.objects.filter(email_key="hana@new.example").exists()

    hand.press(page.get_by_role("link", name="Team at Harbor Tower"))
    expect(page.get_by_role("heading", level=1, name="Harbor Tower")).to_be_visible()
    choose(hand, page, "Kim Seo-yeon", "Make administrator", "button")
    expect(page.get_by_text("Kim Seo-yeon is an administrator now").last).to_be_visible()

    page.goto(team)  # without the word that would lie over the list on a phone
    choose(hand, page, "Carla Moreno", "Deactivate", "link")
    expect(page.get_by_role("heading", level=1, name="Deactivate Carla Moreno?")).to_be_visible()
    hand.look()
    hand.press(page.get_by_role("button", name="Deactivate Carla Moreno"))
    expect(page.get_by_text("Carla Moreno is deactivated").last).to_be_visible()
    assert not Contact.objects.get(pk=world.carla.contact.pk).is_active

    page.goto(team)
    choose(hand, page, "Ada Novak", "Take the administrator role", "link")
    hand.press(page.get_by_role("button", name="Take the role"))
    expect(page.get_by_text("Ada Novak is no longer an administrator").last).to_be_visible()
    expect(page.get_by_role("link", name="Team", exact=True)).to_have_count(0)
    administrators = Association.objects.filter(account=world.harbor, role="administrator")
    assert [place.contact for place in administrators] == [world.kim.contact]


def test_without_scripts_the_last_administrator_names_a_successor(world: World, browse) -> None:
    page = browse(world.ada.user, size="phone", scripts=False)
    page.goto(f"/team/{world.harbor.pk}/people/{world.ada.contact.pk}/remove/")
    page.get_by_role("button", name="Remove Ada Novak").click()
    expect(page.get_by_text("Choose who becomes administrator.")).to_be_visible()
    page.get_by_label("Who becomes administrator").select_option("Carla Moreno")
    page.get_by_role("button", name="Remove Ada Novak").click()
    expect(page.get_by_role("heading", level=1, name="Tickets")).to_be_visible()
    assert Association.objects.get(contact=world.carla.contact).role == "administrator"


def test_the_search_follows_what_is_typed(world: World, browse) -> None:
    page = browse(world.ada.user)
    page.goto(f"/team/{world.harbor.pk}/")
    page.get_by_role("searchbox").press_sequentially("kim", delay=20)
    expect(page.get_by_role("link", name="Carla Moreno")).to_have_count(0)
    expect(page.get_by_role("link", name="Kim Seo-yeon")).to_be_visible()
    expect(page).to_have_url(re.compile("q=kim"))


def test_the_menu_of_a_person_is_accessible(world: World, browse, assert_accessible_in_both_themes) -> None:
    page = browse(world.ada.user, size="phone", language="ko")
    page.goto(f"/team/{world.harbor.pk}/")
    page.locator(".c-act summary").first.click()
    expect(page.locator(".dropdown[open]")).to_be_visible()
    assert_accessible_in_both_themes(page)
