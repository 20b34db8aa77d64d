"""The Accounts field under a finger, 390 pixels wide."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from customers.services.associations import Entry, set_accounts
from tests.browser.test_accounts_field import names, rows_of
from tests.factories import DESK, AccountFactory
from tests.personas import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    """Carla belongs to three accounts; there are enough others to fill the list of the picker."""
    entries = [Entry(world.harbor.pk), Entry(world.far_away.pk), Entry(world.lighthouse.pk)]
    set_accounts(world.carla.contact, entries, actor=DESK)
    for number in range(10):
        AccountFactory(name=f"Annex {number}")
    return world


def test_accounts_change_places_by_their_arrows(world: World, browse, assert_accessible) -> None:
    page = browse(world.ana.user, size="phone")
    page.goto(reverse("customers:contact_detail", args=[world.carla.contact.pk]))
    expect(page.get_by_role("button", name="Move Harbor Tower up")).to_be_disabled()
    expect(page.get_by_role("button", name="Move Lighthouse Agency down")).to_be_disabled()
    up = page.get_by_role("button", name="Move Lighthouse Agency up")
    box = up.bounding_box()
    assert box["width"] >= 44
    assert box["height"] >= 44
    up.tap()
    assert rows_of(page) == ["Harbor Tower", "Lighthouse Agency", "Far Away Ltd"]
    expect(up).to_be_focused()
    up.tap()
    expect(page.get_by_role("radio", name="Primary: Lighthouse Agency")).to_be_checked()
    expect(page.get_by_role("button", name="Move Lighthouse Agency down")).to_be_focused()
    page.get_by_role("button", name="Move Harbor Tower down").tap()
    assert_accessible(page)
    page.get_by_role("button", name="Save contact").tap()
    expect(page.locator(".toast")).to_contain_text("saved")
    assert names(world.carla.contact) == ["Lighthouse Agency", "Far Away Ltd", "Harbor Tower"]


@pytest.mark.parametrize("size", ["phone", "wide"])
def test_the_list_of_the_picker_leaves_the_save_bar_in_reach(world: World, browse, size: str) -> None:
    page = browse(world.ana.user, size=size)
    page.goto(reverse("customers:contact_detail", args=[world.carla.contact.pk]))
    page.get_by_label("First name").fill("Carlotta")
    box = page.get_by_role("combobox", name="Add an account")
    box.click()
    page.keyboard.type("annex")
    expect(page.get_by_role("listbox", name="Accounts").get_by_role("option")).to_have_count(9)
    bar = page.locator("[data-savebar]").bounding_box()
    options = page.get_by_role("listbox", name="Accounts").bounding_box()
    assert options["y"] + options["height"] <= bar["y"] + 1
