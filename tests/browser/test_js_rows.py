"""Lists by keyboard and mouse: the cursor, what is chosen, and the bulk bar."""

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def page(parts) -> Page:
    return parts("rows")


def count(page: Page):
    return page.locator("[data-bulk-count]")


def test_the_bulk_bar_appears_with_the_first_choice(page):
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.get_by_label("Select Row 2").check()
    expect(page.locator("[data-bulk]")).to_be_visible()
    expect(count(page)).to_have_text("1 selected")
    expect(page.locator("[data-live]")).to_have_text("1 selected")


def test_rows_are_reached_chosen_and_opened_by_keys(page):
    for key in ("j", "j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(count(page)).to_have_text("3 selected")
    expect(page.locator("tr[data-cursor]")).to_contain_text("Row 4")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/parts/forms/?row=3")


def test_escape_clears_the_selection(page):
    page.get_by_label("Select all on this page").check()
    expect(count(page)).to_have_text("4 selected")
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    expect(page.get_by_label("Select Row 1")).not_to_be_checked()


def test_shift_click_takes_the_rows_between(page):
    page.get_by_label("Select Row 1").check()
    page.get_by_label("Select Row 4").click(modifiers=["Shift"])
    expect(count(page)).to_have_text("4 selected")


def test_a_choice_lasts_over_pages_and_is_sent_with_the_form(page):
    page.get_by_label("Select Row 2").check()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_label("Select Row 7")).to_be_visible()
    expect(page.locator("[data-bulk]")).to_be_visible()
    page.get_by_label("Select Row 7").check()
    expect(count(page)).to_have_text("2 selected")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("#posted")).to_have_text("2,7")


def test_a_part_chosen_page_shows_so(page):
    page.get_by_label("Select Row 1").check()
    assert page.get_by_label("Select all on this page").evaluate("box => box.indeterminate")


def test_the_list_is_accessible(page, assert_accessible_in_both_themes):
    page.get_by_label("Select Row 1").check()
    assert_accessible_in_both_themes(page)
