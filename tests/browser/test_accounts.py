"""The list of accounts, an account's pages and its dialogs in a real browser."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.looks import picture
from tests.browser.scenes import accounts_of_every_kind
from tests.factories import ContactFactory
from tests.personas import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    accounts_of_every_kind(world)
    return world


def people(world: World) -> str:
    return reverse("customers:account_contacts", args=[world.harbor.pk])


def test_the_dialogs_are_accessible(world: World, browse, assert_accessible_in_both_themes) -> None:
    page = browse(world.max.user, size="phone", language="ko")
    page.goto(people(world))
    page.locator("a.btn--primary[hx-get*=associate]").click()
    dialog = page.locator("dialog#dialog")
    dialog.get_by_role("button", name="K", exact=True).click()
    expect(dialog.get_by_role("button", name="K", exact=True)).to_have_attribute("aria-current", "true")
    dialog.get_by_role("checkbox", name=re.compile("Falk1")).check()
    expect(dialog.locator(".picked .chip")).to_have_count(1)
    picture(page, "associate")
    assert_accessible_in_both_themes(page)
    page.keyboard.press("Escape")
    page.locator(".rowacts a[hx-get]").first.click()
    expect(dialog.locator("h2")).to_be_visible()
    picture(page, "disassociate")
    assert_accessible_in_both_themes(page)


def test_ticked_people_stay_ticked_over_letters_pages_and_searches(
    world: World, browse, no_request_under_way
) -> None:
    page = browse(world.ana.user)
    page.goto(people(world))
    page.get_by_role("link", name="Associate contacts").click()
    dialog = page.get_by_role("dialog")
    picked = dialog.get_by_role("group", name="Selected")
    dialog.get_by_role("button", name="K", exact=True).click()
    dialog.get_by_role("checkbox", name=re.compile("Falk3")).check()
    expect(picked).to_contain_text("Katrin Falk3")
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_role("checkbox", name=re.compile("Joo-won")).check()
    expect(picked).to_contain_text("Joo-won")
    dialog.get_by_role("searchbox").fill("zoe")
    dialog.get_by_role("checkbox", name=re.compile("Zoe")).check()
    expect(dialog.get_by_role("button", name="Associate 3 contacts")).to_be_visible()
    dialog.get_by_role("button", name=re.compile("Deselect Zoe")).click()
    expect(dialog.get_by_role("button", name="Associate 2 contacts")).to_be_visible()
    no_request_under_way(page)
    dialog.get_by_role("button", name="Associate 2 contacts").click()
    expect(page.locator(".toast", has_text="2 contacts associated")).to_be_visible()
    names = set(world.harbor.contacts.values_list("last_name", flat=True))
    assert {"Falk3", "Joo-won"} <= names
    assert "Farrell" not in names


def test_who_cannot_be_ticked_says_why(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(people(world))
    page.get_by_role("link", name="Associate contacts").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("knox")
    full = dialog.get_by_role("checkbox", name=re.compile("Knox"))
    expect(full).to_be_disabled()
    expect(dialog.locator("li", has_text="Knox")).to_contain_text("25 of 25 accounts")
    dialog.get_by_role("searchbox").fill("moreno")
    expect(dialog.locator("li", has_text="Carla")).to_contain_text("Already associated")
    dialog.get_by_role("searchbox").fill("")
    dialog.get_by_role("button", name="No account").click()
    expect(dialog.get_by_role("checkbox")).to_have_count(1)


def test_removing_somebody_lets_one_choose_the_next_primary(world: World, browse) -> None:
    dual = ContactFactory(
        first_name="Dual", last_name="Member", accounts=[world.harbor, world.lighthouse, world.far_away]
    )
    page = browse(world.ana.user)
    page.goto(people(world))
    page.get_by_role("link", name="Remove Dual Member from Harbor Tower").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Lighthouse Agency becomes the primary account")
    dialog.get_by_role("radio", name="Far Away Ltd").check()
    dialog.get_by_role("button", name="Remove Dual Member").click()
    expect(page.locator(".toast", has_text="no longer belongs to Harbor Tower")).to_be_visible()
    names = dual.associations.order_by("position").values_list("account__name", flat=True)
    assert list(names) == ["Far Away Ltd", "Lighthouse Agency"]


def test_a_parent_is_found_while_typing(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("customers:account_edit", args=[world.far_away.pk]))
    page.get_by_role("combobox", name="Parent").fill("Harb")
    page.get_by_role("option", name="Harbor Tower", exact=True).click()
    page.get_by_role("button", name="Save account").click()
    expect(page.locator(".toast", has_text="saved")).to_be_visible()
    world.far_away.refresh_from_db()
    assert world.far_away.parent == world.harbor
