"""What floats: menus, dialogs, confirmations, the expired sign-in, and failures that keep what was typed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.parts_urls import signed_out

# The browser tells of the opening in a task of its own, after what was done in the same breath.
GO_ON = """async (summary, label) => {
  const told = new Promise((done) => summary.parentElement.addEventListener("toggle", done, { once: true }));
  summary.click();
  document.querySelector(`[aria-label=${label}]`).focus();
  await told;
}"""


@pytest.fixture
def page(parts) -> Iterator[Page]:
    yield parts("overlays")
    signed_out["now"] = False


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page):
    page.get_by_text("Menu", exact=True).click()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="One")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="One")).to_be_hidden()
    expect(page.locator("summary", has_text="Menu").last).to_be_focused()


def test_a_menu_closes_on_a_click_elsewhere(page):
    page.get_by_text("Menu", exact=True).click()
    page.locator("h1").click()
    expect(page.get_by_role("link", name="One")).to_be_hidden()


@pytest.mark.parametrize(
    ("summary", "first", "second"), [("Filter", "Words", "Account"), ("Correct", "First", "Last")]
)
def test_what_opens_focuses_its_first_field_unless_somebody_has_gone_on(page, summary, first, second):
    page.get_by_text(summary, exact=True).click()
    expect(page.get_by_label(first)).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_text(summary, exact=True).evaluate(GO_ON, second)
    expect(page.get_by_label(second)).to_be_focused()


def test_a_dialog_from_the_server_opens_on_the_safe_control_and_gives_the_focus_back(page):
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("dialog", name="Delete Hanbit Tower?")).to_be_visible()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Open")).to_be_focused()


def test_a_destructive_button_rests_until_the_name_is_typed(page):
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("button", name="Delete")).to_be_disabled()
    page.get_by_label("Type Hanbit Tower").fill("Hanbit Tower")
    expect(page.get_by_role("button", name="Delete")).to_be_enabled()


def test_keys_of_the_page_rest_while_a_dialog_is_open(page):
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("c")
    assert page.url.endswith("/parts/overlays/")


def test_what_was_done_is_confirmed_in_a_toast_and_in_the_live_region(page):
    page.get_by_role("button", name="Act").click()
    expect(page.locator(".toast")).to_contain_text("3 rows changed")
    expect(page.locator("[data-live]")).to_have_text("3 rows changed")
    page.locator(".toast").get_by_role("button", name="Close").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_a_toast_stays_while_it_is_hovered(parts):
    page = parts("overlays", clock=True)
    page.clock.install()
    page.get_by_role("button", name="Act").click()
    page.locator(".toast").hover()
    page.clock.fast_forward(20_000)
    expect(page.locator(".toast")).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(9_000)
    expect(page.locator(".toast")).to_have_count(0)


def test_a_message_of_the_server_is_a_toast(page):
    page.goto("/parts/overlays/?confirmed=1")
    expect(page.locator(".toast")).to_contain_text("Row saved")


def test_an_expired_sign_in_keeps_the_page_and_tries_again(page, problems):
    problems.allow("401")
    signed_out["now"] = True
    page.get_by_role("button", name="Act").click()
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog).to_be_visible()
    link = dialog.get_by_role("link", name="Sign in in a new tab")
    expect(link).to_have_attribute("href", "/auth/login/?next=/parts/overlays/")
    signed_out["now"] = False
    dialog.get_by_role("button", name="Try again").click()
    expect(page.locator("#answer")).to_have_text("done")
    expect(dialog).to_be_hidden()


def test_still_signed_out_is_said(page, problems):
    problems.allow("401")
    signed_out["now"] = True
    page.get_by_role("button", name="Act").click()
    page.get_by_role("dialog").get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Still signed out.")).to_be_visible()


def test_a_failure_is_said_and_can_be_tried_again(page, problems):
    problems.allow("409")
    page.get_by_role("button", name="Fail").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work.")
    expect(page.locator("#answer")).to_have_text("nothing yet")


def test_a_server_out_of_reach_is_said(page, problems):
    problems.allow("parts/act")
    problems.allow("htmx:")
    page.context.set_offline(True)
    page.get_by_role("button", name="Act").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    page.context.set_offline(False)
    page.get_by_role("alert").get_by_role("button", name="Try again").click()
    expect(page.locator("#answer")).to_have_text("done")


def test_overlays_are_accessible(page, assert_accessible_in_both_themes):
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible_in_both_themes(page)
