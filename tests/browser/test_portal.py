"""The help center in a real browser: what scripts add, and that everybody can use it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import a_help_center_in_use
from tests.personas import World
from tickets.models import Follower, Message, Ticket


@pytest.fixture
def lived_in(transactional_db, world: World) -> World:
    a_help_center_in_use(world)
    return world


def test_the_list_follows_what_is_typed_and_chosen(lived_in: World, browse) -> None:
    page = browse(lived_in.kim.user)
    page.goto("/")
    search = page.get_by_role("searchbox")
    search.press_sequentially("lift", delay=20)
    expect(page.get_by_role("link", name="Light in the cellar")).to_have_count(0)
    expect(page.get_by_role("link", name="The lift is stuck")).to_be_visible()
    expect(search).to_be_focused()
    expect(page).to_have_url(re.compile("q=lift"))
    search.fill("")
    expect(page.get_by_role("link", name="Light in the cellar")).to_be_visible()
    page.get_by_role("radio", name="Mine").check(force=True)
    expect(page.get_by_role("link", name="The lift is stuck")).to_have_count(0)
    page.get_by_label("Status").select_option("older")
    expect(page.get_by_role("heading", name="No tickets with this choice")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Light in the cellar")).to_be_visible()
    expect(page.get_by_role("banner")).to_be_visible()


def test_following_from_the_list_keeps_place_and_focus(lived_in: World, browse) -> None:
    page = browse(lived_in.kim.user)
    page.goto("/")
    button = page.locator(f"#follow-{lived_in.shared.pk}")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text("Following")
    expect(button).to_be_focused()
    expect(page.locator("[data-live]")).to_contain_text("The lift is stuck")
    assert Follower.objects.filter(ticket=lived_in.shared, contact=lived_in.kim.contact).exists()


def test_what_was_raised_already_is_shown_while_typing_and_followed_without_losing_a_word(
    lived_in: World, browse, assert_accessible
) -> None:
    page = browse(lived_in.bo.user)
    page.goto("/tickets/new/")
    page.get_by_role("radio", name="Harbor Tower").check()
    expect(page.locator("#audience")).to_contain_text("4 people at Harbor Tower")
    page.get_by_label("What happened?").fill("It hangs between two floors.")
    page.get_by_label("Subject").press_sequentially("lift stuck", delay=20)
    similar = page.get_by_role("complementary", name="Similar tickets")
    expect(similar.get_by_role("link", name="The lift is stuck")).to_be_visible()
    expect(similar.locator("mark").first).to_be_visible()
    assert_accessible(page)
    similar.get_by_role("button", name="Follow").click()
    expect(similar.get_by_role("button", name="Following")).to_be_visible()
    expect(page.get_by_label("What happened?")).to_have_value("It hangs between two floors.")
    assert Follower.objects.filter(ticket=lived_in.shared, contact=lived_in.bo.contact).exists()
    page.get_by_role("button", name="Send ticket").click()
    expect(page.get_by_role("heading", level=1, name="lift stuck")).to_be_visible()
    assert Ticket.objects.latest("pk").account == lived_in.harbor


def test_a_mistake_keeps_everything_typed(lived_in: World, browse, assert_accessible) -> None:
    page = browse(lived_in.kim.user, size="phone")
    page.goto("/tickets/new/")
    page.get_by_label("What happened?").fill("It hangs between two floors.")
    page.get_by_text("We cannot work").click()
    page.get_by_role("button", name="Send ticket").click()
    expect(page.get_by_text("Say in a few words what it is about.")).to_be_visible()
    expect(page.get_by_label("What happened?")).to_have_value("It hangs between two floors.")
    expect(page.get_by_role("radio", name="We cannot work")).to_be_checked()
    assert_accessible(page)


def test_replying_with_a_file_then_closing_and_reopening_on_a_phone(lived_in: World, browse) -> None:
    page = browse(lived_in.kim.user, size="phone")
    page.goto("/")
    page.get_by_role("link", name="The lift is stuck").click()
    page.get_by_label("Your reply").fill("Nobody is in it.")
    page.locator("input[type=file]").set_input_files(
        {"name": "photo.txt", "mimeType": "text/plain", "buffer": b"a photo"}
    )
    page.get_by_role("button", name="Send reply").click()
    thread = page.get_by_role("region", name="Conversation")
    expect(thread.get_by_text("Nobody is in it.")).to_be_visible()
    expect(thread.get_by_role("link", name="photo.txt")).to_be_visible()
    page.get_by_role("button", name="Close ticket").click()
    expect(page.get_by_role("button", name="Reopen ticket")).to_be_visible()
    page.get_by_role("button", name="Reopen ticket").click()
    expect(page.get_by_role("button", name="Close ticket")).to_be_visible()
    assert Message.objects.latest("pk").attachments.get().name == "photo.txt"


def test_the_accounts_are_a_menu_on_a_phone(lived_in: World, browse) -> None:
    page = browse(lived_in.bo.user, size="phone")
    page.goto("/")
    page.locator(".apick > summary").click()
    page.locator(".apick").get_by_role("link", name="Harbor Tower").click()
    expect(page.locator(".apick > summary")).to_contain_text("Harbor Tower")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Me").click()
    expect(page.get_by_role("heading", level=1, name="Profile")).to_be_visible()


def test_the_profile_changes_language_and_appearance(lived_in: World, browse) -> None:
    page = browse(lived_in.kim.user)
    page.goto("/profile/")
    page.get_by_label("Language").select_option("ko")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_what_is_being_written_survives_a_closed_page(lived_in: World, browse) -> None:
    page = browse(lived_in.kim.user)
    page.goto(f"/tickets/{lived_in.shared.pk}/")
    page.get_by_label("Your reply").fill("Half a sentence")
    page.goto("/tickets/new/")
    page.goto(f"/tickets/{lived_in.shared.pk}/")
    expect(page.get_by_label("Your reply")).to_have_value("Half a sentence")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("region", name="Conversation").get_by_text("Half a sentence")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("")


def test_an_expired_session_loses_nothing(lived_in: World, browse, problems) -> None:
    page = browse(lived_in.bo.user)
    page.goto("/tickets/new/")
    page.get_by_label("What happened?").fill("It hangs between two floors.")
    page.context.clear_cookies()
    page.get_by_label("Subject").press_sequentially("lift stuck", delay=20)
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Sign in in a new tab").focus()
    expect(page.get_by_label("What happened?")).to_have_value("It hangs between two floors.")
    problems.allow("401")
