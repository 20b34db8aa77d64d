"""The Accounts field: order, primary, removal with undo, adding by a combobox; and the picker of one account."""

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def page(parts) -> Page:
    return parts("accounts")


def names(page: Page) -> list[str]:
    return page.locator("[data-account-row]:not([data-removed]) .name").all_inner_texts()


def adder(page: Page):
    return page.get_by_role("combobox", name="Add an account")


def test_choosing_a_primary_moves_it_first(page):
    page.get_by_label("Primary: Dongbaek Residences").check()
    assert names(page) == ["Dongbaek Residences", "Hanbit Tower", "Hanbit Square"]
    expect(page.locator("[data-account-row]").first.locator(".acct--primary")).to_be_visible()
    expect(page.locator("[data-live]")).to_have_text("Dongbaek Residences is now primary")


def test_removing_the_primary_promotes_the_next_before_saving(page):
    page.get_by_role("button", name="Remove Hanbit Tower").click()
    assert names(page) == ["Hanbit Square", "Dongbaek Residences"]
    expect(page.get_by_label("Primary: Hanbit Square")).to_be_checked()
    expect(page.locator("[data-accounts-count]")).to_have_text("2 of 5")


def test_a_removal_can_be_undone_in_its_place(page):
    page.get_by_role("button", name="Remove Hanbit Tower").click()
    expect(page.get_by_role("button", name="Undo removing Hanbit Tower")).to_be_focused()
    page.keyboard.press("Enter")
    assert names(page) == ["Hanbit Tower", "Hanbit Square", "Dongbaek Residences"]
    expect(page.locator("[data-savebar]")).to_be_hidden()


def test_the_order_changes_by_arrow_keys(page):
    page.locator(".grip").nth(1).focus()
    page.keyboard.press("ArrowUp")
    assert names(page)[:2] == ["Hanbit Square", "Hanbit Tower"]
    expect(page.locator(".grip").first).to_be_focused()


def test_the_order_changes_by_dragging(page):
    page.locator(".grip").nth(2).drag_to(
        page.locator("[data-account-row]").first, target_position={"x": 20, "y": 4}
    )
    assert names(page)[0] == "Dongbaek Residences"


def test_an_account_is_added_by_typing(page):
    adder(page).fill("meri")
    expect(page.get_by_role("option", name="Meridian Busan")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    assert names(page)[-1] == "Meridian Busan"
    expect(page.get_by_label("Job title at Meridian Busan")).to_be_focused()


def test_one_that_is_there_cannot_be_added_again(page):
    adder(page).fill("hanbit")
    expect(page.get_by_role("option", name="Hanbit Tower Already added")).to_have_attribute(
        "aria-disabled", "true"
    )


def test_enter_in_the_empty_box_does_not_send_the_form(page):
    adder(page).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#posted")).to_be_empty()


def test_the_list_is_posted_in_order_with_new_names_and_without_removed_ones(page):
    page.get_by_role("button", name="Remove Hanbit Square").click()
    adder(page).fill("New Place")
    expect(page.get_by_role("option", name="Create account “New Place”")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.get_by_label("Primary: Dongbaek Residences").check()
    page.get_by_role("button", name="Save contact").click()
    expect(page.locator("#posted")).to_have_text("3|1|new:New Place")


def test_at_the_limit_the_box_gives_way_to_the_reason(page):
    for name in ("Meridian Busan", "한빛타워"):
        adder(page).fill(name)
        page.get_by_role("option", name=name, exact=True).click()
    expect(adder(page)).to_be_hidden()
    expect(page.get_by_text("can belong to 5 accounts")).to_be_visible()


def test_the_save_bar_appears_with_the_first_change_and_counts_it(page):
    expect(page.locator("[data-savebar]")).to_be_hidden()
    page.get_by_label("Job title at Hanbit Tower").fill("Director")
    expect(page.locator("[data-savebar-text]")).to_have_text("1 unsaved change")


def test_the_picker_of_one_fills_its_field_and_forgets_it_when_the_text_changes(page):
    picker = page.get_by_role("combobox", name="Parent")
    picker.fill("square")
    page.get_by_role("option", name="Hanbit Square").click()
    expect(page.locator("[name=parent]")).to_have_value("2")
    expect(picker).to_have_value("Hanbit Square")
    picker.fill("Hanbit Squ")
    expect(page.locator("[name=parent]")).to_have_value("")


def test_escape_closes_the_list_and_keeps_the_text(page):
    picker = page.get_by_role("combobox", name="Parent")
    picker.fill("hanbit")
    expect(picker).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(picker).to_have_attribute("aria-expanded", "false")
    expect(picker).to_have_value("hanbit")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_field_is_accessible(parts, assert_accessible_in_both_themes, size):
    page = parts("accounts", size=size)
    page.get_by_role("button", name="Remove Hanbit Tower").click()
    adder(page).fill("meri")
    expect(page.get_by_role("option", name="Meridian Busan")).to_be_visible()
    assert_accessible_in_both_themes(page)
