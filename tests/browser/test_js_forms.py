"""Forms: drafts, unsaved changes, files, filters that apply by themselves, and single keys."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import find_overflow
from tests.browser.parts_server import PartsServer
from tests.browser.parts_urls import writing


@pytest.fixture
def page(parts) -> Page:
    writing.clear()
    return parts("forms")


def write(page: Page, text: str) -> None:
    page.get_by_label("Message").press_sequentially(text)
    expect(page.get_by_text("Draft from")).to_be_visible()


def copies(page: Page) -> list[str]:
    """What this browser keeps by itself."""
    return page.evaluate("Object.keys(localStorage)")


def leave(page: Page, address: str) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(address)


def test_a_draft_is_there_again(page):
    write(page, "Panels are back")
    leave(page, "/parts/rows/")
    page.goto("/parts/forms/")
    expect(page.get_by_label("Message")).to_have_value("Panels are back")


def test_a_draft_that_was_sent_is_forgotten(page):
    write(page, "Panels are back")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#posted")).to_have_text("Panels are back")
    expect(page.get_by_label("Message")).to_have_value("")
    page.goto("/parts/forms/")
    expect(page.get_by_label("Message")).to_have_value("")
    assert copies(page) == []


def test_what_the_server_keeps_the_browser_does_not(page):
    write(page, "Panels are back")
    assert copies(page) == []


def test_what_the_server_does_not_get_the_browser_keeps_for_one_person(page):
    page.route("**/parts/draft/", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.get_by_label("Message").fill("For Ana only")
    assert copies(page) == [f"draft:{PartsServer.agent.pk}:reply-1"]
    page.unroute("**/parts/draft/")
    leave(page, "/parts/rows/")
    page.goto("/parts/forms/")
    expect(page.get_by_label("Message")).to_have_value("For Ana only")
    expect(page.get_by_text("Draft from")).to_be_visible()
    assert copies(page) == []


def test_a_send_that_failed_keeps_the_text(page, problems):
    problems.allow("502")
    page.route("**/parts/forms/", lambda route: route.fulfill(status=502, body="<p>Bad gateway</p>"))
    page.get_by_label("Message").fill("Panels are back")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("body")).to_have_text("Bad gateway")
    page.unroute("**/parts/forms/")
    writing.clear()  # and the server never got it
    page.goto("/parts/forms/")
    expect(page.get_by_label("Message")).to_have_value("Panels are back")


def test_words_written_just_before_leaving_are_kept(page):
    page.get_by_label("Message").fill("Panels are back")
    leave(page, "/parts/rows/")
    page.goto("/parts/forms/")
    expect(page.get_by_label("Message")).to_have_value("Panels are back")


def test_a_draft_is_thrown_away(page):
    write(page, "Panels are back")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_label("Message")).to_have_value("")
    expect(page.get_by_text("Draft from")).to_be_hidden()
    page.goto("/parts/forms/")
    expect(page.get_by_label("Message")).to_have_value("")


def test_back_after_sending_shows_an_empty_form(page):
    write(page, "Panels are back")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#posted")).to_have_text("Panels are back")
    page.goto("/parts/rows/")
    page.go_back()
    page.go_back()
    expect(page.get_by_label("Message")).to_have_value("")


def test_leaving_with_changes_is_asked_about(page):
    asked = []
    page.get_by_label("Message").fill("half a sentence")
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/parts/rows/")
    assert asked == ["beforeunload"]


def test_sending_is_not_asked_about(page):
    page.on("dialog", lambda dialog: pytest.fail("asked before sending"))
    page.get_by_label("Message").fill("a sentence")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#posted")).to_have_text("a sentence")


def test_control_enter_sends(page):
    page.get_by_label("Message").fill("a sentence")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#posted")).to_have_text("a sentence")


def test_files_are_listed_added_to_and_taken_out(page):
    chooser = page.locator("#files")
    chooser.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"x" * 300})
    chooser.set_input_files({"name": "b.txt", "mimeType": "text/plain", "buffer": b"x" * 300})
    expect(page.locator(".files li")).to_have_count(2)
    page.get_by_role("button", name="Remove a.txt").click()
    expect(page.locator(".files li")).to_have_text(["b.txt300 B×"])
    assert chooser.evaluate("input => [...input.files].map(file => file.name)") == ["b.txt"]


def test_a_file_too_large_is_refused_before_it_is_sent(page):
    page.locator("#files").set_input_files(
        {"name": "big.pdf", "mimeType": "application/pdf", "buffer": b"x" * 3000}
    )
    expect(page.locator(".files")).to_contain_text("big.pdf is larger than 2 KB")
    page.get_by_label("Message").fill("with a file")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#posted")).to_be_empty()


def test_filters_apply_by_themselves(page):
    page.get_by_label("All").check()
    page.wait_for_url("**who=all*")
    page.get_by_label("Find a row").press_sequentially("lift")
    page.wait_for_url("**q=lift*")


def test_slash_reaches_the_search_of_the_page(page):
    page.keyboard.press("/")
    expect(page.get_by_label("Find a row")).to_be_focused()
    page.keyboard.press("g")
    expect(page.get_by_label("Find a row")).to_have_value("g")


def test_r_reaches_the_reply(page):
    page.keyboard.press("r")
    expect(page.get_by_label("Message")).to_be_focused()


def test_keys_go_by_position_so_a_korean_layout_works(page):
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㄱ', code: 'KeyR', bubbles: true}))"
    )
    expect(page.get_by_label("Message")).to_be_focused()


def test_keys_rest_while_a_syllable_is_being_made(page):
    page.evaluate(
        "document.body.dispatchEvent("
        "new KeyboardEvent('keydown', {code: 'KeyR', isComposing: true, bubbles: true}))"
    )
    expect(page.get_by_label("Message")).not_to_be_focused()


def test_keys_can_be_turned_off(page):
    PartsServer.agent.shortcuts = False
    page.reload()
    page.keyboard.press("r")
    expect(page.get_by_label("Message")).not_to_be_focused()


def test_question_mark_lists_the_keys(page, assert_accessible):
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_forms_are_accessible(parts, assert_accessible_in_both_themes, size):
    assert_accessible_in_both_themes(parts("forms", size=size))


def test_forms_fit_the_narrowest_screen(parts):
    assert find_overflow(parts("forms", size="narrowest")) == []
