"""The list of accounts, an account's pages and its dialogs in a real browser."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.services.associations import Entry
from tests.factories import AccountFactory, ContactFactory
from tests.personas import World

LOOKS = [
    ("wide", "light", "en"),
    ("wide", "dark", "ko"),
    ("phone", "light", "en"),
    ("phone", "dark", "ko"),
    ("narrowest", "light", "en"),
]
TABS = [
    "account_detail",
    "account_contacts",
    "account_children",
    "account_activity",
    "account_edit",
    "account_delete",
]


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    """With children, somebody who is full and somebody who belongs nowhere."""
    AccountFactory(name="Harbor Podium Retail", parent=world.harbor)
    many = [AccountFactory(name=f"Building {n:02}") for n in range(25)]
    ContactFactory(first_name="Knox", last_name="Lindgren", accounts=[Entry(account.pk) for account in many])
    ContactFactory(first_name="Kim", last_name="Joo-won")
    for n in range(10):
        ContactFactory(first_name="Katrin", last_name=f"Falk{n}", accounts=[world.far_away])
    return world


def picture(page: Page, name: str) -> None:
    """Kept only when somebody asks for pictures to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


def people(world: World) -> str:
    return reverse("customers:account_contacts", args=[world.harbor.pk])


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_every_screen_is_accessible(world: World, browse, assert_accessible, size, theme, language) -> None:
    page = browse(world.max.user, size=size, theme=theme, language=language)
    screens = {name: reverse(f"customers:{name}", args=[world.harbor.pk]) for name in TABS}
    screens |= {name: reverse(f"customers:{name}") for name in ("account_list", "account_create")}
    for name, where in screens.items():
        page.goto(where)
        picture(page, f"{name}-{size}-{theme}-{language}")
        assert_accessible(page)


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_the_dialogs_are_accessible(world: World, browse, assert_accessible, size, theme, language) -> None:
    page = browse(world.max.user, size=size, theme=theme, language=language)
    page.goto(people(world))
    page.locator("a.btn--primary[hx-get*=associate]").click()
    dialog = page.locator("dialog#dialog")
    dialog.get_by_role("button", name="K", exact=True).click()
    expect(dialog.get_by_role("button", name="K", exact=True)).to_have_attribute("aria-current", "true")
    dialog.get_by_role("checkbox", name=re.compile("Falk1")).check()
    expect(dialog.locator(".picked .chip")).to_have_count(1)
    picture(page, f"associate-{size}-{theme}-{language}")
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.locator(".rowacts a[hx-get]").first.click()
    expect(dialog.locator("h2")).to_be_visible()
    picture(page, f"disassociate-{size}-{theme}-{language}")
    assert_accessible(page)


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
