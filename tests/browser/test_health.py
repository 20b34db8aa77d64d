"""Data health and possible duplicates in a real browser: both languages, a phone, the keyboard alone, no scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from customers.models import Contact, DuplicatePair
from tests.browser.hands import Finger, Keyboard, Mouse
from tests.browser.scenes import findings
from tests.personas import World

LIST = "/agent/health/duplicates/"


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    findings(world)
    return world


def counted(page: Page) -> None:
    expect(page.locator(".finding__n[aria-busy]")).to_have_count(0)


@pytest.mark.parametrize("hand", [Mouse, Keyboard, Finger])
def test_telling_apart_and_taking_it_back(world: World, browse, assert_accessible, hand) -> None:
    page = browse(world.max.user, size=hand.size)
    walk = hand(page, assert_accessible)
    page.goto(LIST)
    pairs = page.locator(".dupe__pair")
    expect(pairs).to_have_count(2)
    walk.press(page.get_by_role("button", name="Not the same person Kim Ha-eun, 김하은"))
    back = page.get_by_role("button", name="Take back Kim Ha-eun, 김하은")
    expect(back).to_be_focused()
    expect(page.locator("[data-toast]")).to_contain_text("are two people")
    assert DuplicatePair.objects.open().count() == 2
    walk.press(back)
    expect(page.get_by_role("link", name="Merge… Kim Ha-eun, 김하은")).to_be_focused()
    assert DuplicatePair.objects.open().count() == 3


def test_three_are_merged_from_their_pairs_by_the_keyboard_alone(
    world: World, browse, assert_accessible
) -> None:
    page = browse(world.max.user)
    walk = Keyboard(page, assert_accessible)
    page.goto(LIST)
    walk.press(page.get_by_role("link", name="Merge all 3 into Kim Ha-eun…"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge 3 contacts")
    walk.press(page.get_by_role("button", name="Merge into Kim Ha-eun"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Kim Ha-eun")
    assert Contact.objects.filter(methods__value_key="+8225550101").count() == 1
    page.goto(LIST)
    expect(page.get_by_role("heading", name="Nobody stands here twice")).to_be_visible()


@pytest.mark.parametrize("hand", [Mouse, Keyboard, Finger])
def test_a_remedy_and_the_way_back(world: World, browse, assert_accessible, hand) -> None:
    page = browse(world.max.user, size=hand.size)
    walk = hand(page, assert_accessible)
    page.goto("/agent/health/")
    counted(page)
    line = page.locator(".finding", has=page.get_by_role("heading", name="Contacts without account"))
    expect(line.locator(".finding__n")).to_have_text("1")
    walk.press(line.get_by_role("link", name="Associate by domain…"))
    walk.press(page.get_by_role("button", name="Associate 1 contact"))
    expect(page.locator("input[name=agreed]")).to_be_attached()  # it says what they will see
    walk.press(page.get_by_role("button", name="Associate 1 contact"))
    expect(page.locator("[data-toast]")).to_contain_text("1 contact associated")
    lost = Contact.objects.get(last_name="Lost")
    assert lost.associations.get().account == world.harbor
    page.locator("[data-toast]").get_by_role("link", name="Undo…").click()
    walk.press(page.get_by_role("button", name="Undo", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Data health")
    assert not lost.associations.exists()


def test_all_of_it_works_without_scripts(world: World, browse) -> None:
    page = browse(world.max.user, scripts=False)
    page.goto("/agent/health/")
    page.get_by_role("main").get_by_role("link", name="Count").first.click()
    line = page.locator(".finding", has=page.get_by_role("heading", name="Possible duplicates"))
    expect(line.locator(".finding__n")).to_have_text("2")
    line.get_by_role("link", name=re.compile("Show")).click()
    page.get_by_role("button", name=re.compile("Not the same person")).first.click()
    expect(page).to_have_url(re.compile("duplicates/$"))
    page.get_by_role("link", name="Told apart").click()
    page.get_by_role("button", name=re.compile("Take back")).click()
    assert DuplicatePair.objects.open().count() == 3


def test_a_bouncing_address_says_so_where_it_stands(world: World, browse, assert_accessible) -> None:
    page = browse(world.ana.user)
    page.goto(world.carla.contact.get_absolute_url())
    expect(page.locator("#methods")).to_contain_text("550 5.1.1 No such user")
    assert_accessible(page)
    page.get_by_label("Actions for carla@people.example").click()
    page.get_by_role("button", name="Send to it again").click()
    expect(page.locator("#methods")).not_to_contain_text("Bouncing")
