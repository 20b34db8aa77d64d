"""Views and columns of the lists of customers, by hand and by keyboard, in a real browser."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.models import DefaultView, SavedView
from tests.browser.looks import picture
from tests.browser.scenes import saved_views
from tests.personas import World

LIST = reverse("customers:contact_list")


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    saved_views(world)
    return world


def headings(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("thead th:not(.c-sel)").all_inner_texts()]


def box(page: Page, name: str):
    return page.locator("#dialog").get_by_role("checkbox", name=name, exact=True)


def test_a_list_is_saved_changed_and_reset(world: World, browse, assert_accessible) -> None:
    page = browse(world.ana.user)
    page.goto(f"{LIST}?role=administrator")
    page.get_by_role("link", name="Save view").click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    assert_accessible(page)
    dialog.get_by_label("Name").fill("Korean Speakers")
    dialog.get_by_role("button", name="Save view").click()
    expect(dialog).to_contain_text("another view with this name")
    dialog.get_by_label("Name").fill("Heads")
    dialog.get_by_role("checkbox", name="Make it my default view").check()
    dialog.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Heads")
    expect(page.get_by_role("link", name="Reset")).to_be_hidden()
    page.get_by_role("searchbox").fill("nobody at all")
    expect(page.get_by_role("link", name="Reset")).to_be_visible()
    page.get_by_role("link", name="Reset").click()
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Created").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast", has_text="Heads saved")).to_be_visible()
    assert SavedView.objects.get(name="Heads").query == "role=administrator&sort=created"
    assert DefaultView.objects.get().view.name == "Heads"
    page.goto(LIST)
    expect(page.get_by_role("heading", level=1)).to_have_text("Heads")
    page.locator("#nav-body").get_by_role("link", name="All contacts").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contacts")


def test_numbers_come_after_the_page(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(LIST)
    views = page.locator(".nav__views")
    expect(views.get_by_role("link", name="Administrators").locator(".count")).to_have_text("1")
    expect(views.get_by_role("link", name="시설 담당").locator(".count")).to_have_text("1")
    expect(views.locator("[aria-current=page]")).to_contain_text("All contacts")


def test_columns_are_chosen_and_ordered_with_the_keyboard(world: World, browse, assert_accessible) -> None:
    page = browse(world.ana.user)
    page.goto(LIST)
    page.get_by_role("link", name="Columns").press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    assert_accessible(page)
    for name in ("Accounts", "Job title", "Phone", "Open", "Created"):
        box(page, name).press("Space")
    box(page, "Reference number").press("Space")
    expect(box(page, "Reference number")).to_be_focused()
    up = page.get_by_role("button", name="Move Reference number up")
    up.press("Enter")
    expect(page.get_by_role("button", name="Move Reference number down")).to_be_focused()
    page.get_by_role("button", name="Show columns").press("Enter")
    expect(page.locator("thead th:not(.c-sel)")).to_have_count(3)
    assert headings(page) == ["Name", "Reference number", "Email"]
    expect(page).to_have_url(re.compile("columns=name&columns=reference&columns=email"))
    expect(page.get_by_role("link", name="Save view")).to_be_visible()
    page.get_by_role("link", name="Edit the email of Carla Moreno").press("Enter")
    page.get_by_role("textbox", name="Email").fill("carla.moreno@people.example")
    page.get_by_role("textbox", name="Email").press("Enter")
    expect(page.locator("tr", has_text="carla.moreno@people.example")).to_be_visible()


def test_without_scripts_columns_are_moved_and_a_view_is_saved(world: World, browse) -> None:
    page = browse(world.ana.user, scripts=False)
    page.goto(LIST)
    page.get_by_role("link", name="Columns").click()
    page.get_by_role("checkbox", name="Accounts").uncheck()
    page.get_by_role("button", name="Move Email up").click()
    page.get_by_role("button", name="Show columns").last.click()
    expect(page.locator("thead th:not(.c-sel)").nth(1)).to_have_text("Email")
    assert headings(page)[:3] == ["Name", "Email", "Job title"]
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name", exact=True).fill("By address")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("By address")


def test_a_view_is_shared_and_a_colleague_finds_it_and_cannot_change_it(world: World, browse) -> None:
    page = browse(world.max.user)
    page.goto(f"{LIST}?membership=none")
    page.get_by_role("link", name="Save view").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Lost")
    dialog.get_by_role("radio", name="Agents").check()
    dialog.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lost")
    colleague = browse(world.ana.user)
    colleague.goto(LIST)
    colleague.locator(".nav__views").get_by_role("link", name="Lost").click()
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Lost")
    colleague.locator(".nav__views").get_by_role("link", name="All views").click()
    expect(colleague.get_by_role("link", name="Change Korean speakers")).to_be_visible()
    expect(colleague.get_by_role("link", name="Change Lost")).to_be_hidden()
    colleague.get_by_role("link", name="Delete Korean speakers").click()
    colleague.get_by_role("button", name="Delete view").click()
    expect(colleague.get_by_role("link", name="Korean speakers")).to_have_count(0)


def test_on_a_phone_the_picker_changes_views(world: World, browse, assert_accessible) -> None:
    page = browse(world.ana.user, size="phone")
    page.goto(LIST)
    picker = page.locator(".viewpick")
    picker.locator("summary").click()
    expect(picker.get_by_role("link", name="Administrators").locator(".count")).to_have_text("1")
    picture(page, "views-picker-phone")
    assert_accessible(page)
    picker.get_by_role("link", name="시설 담당").click()
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(picker.locator("summary")).to_contain_text("시설 담당")
