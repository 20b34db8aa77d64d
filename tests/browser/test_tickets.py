"""The ticket list and the ticket page in a real browser: work, look, keyboard, accessibility."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import picture
from tests.browser.scenes import a_conversation
from tests.personas import World
from tickets.models import Ticket


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    a_conversation(world)
    return world


def address(ticket: Ticket) -> str:
    return reverse("tickets:ticket_detail", args=[ticket.pk])


def test_properties_change_in_place_and_the_draft_stays(world: World, browse, no_request_under_way) -> None:
    page = browse(world.ana.user)
    page.goto(address(world.shared))
    page.get_by_label("Message", exact=True).fill("half a sentence")
    rail = page.locator("#ticket-properties")
    rail.locator("summary", has_text="priority").click()
    picture(page, "menu")
    rail.get_by_role("button", name="Low").click()
    expect(rail.locator("summary", has_text="priority")).to_contain_text("Low")
    expect(page.get_by_label("Message", exact=True)).to_have_value("half a sentence")
    expect(page.locator("#thread")).to_contain_text("changed the priority from Urgent to Low")
    assert Ticket.objects.get(pk=world.shared.pk).priority == "low"


def test_a_note_and_a_reply_are_written(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(address(world.shared))
    page.get_by_text("Internal note", exact=True).first.click()
    page.get_by_label("Message", exact=True).fill("Only for us")
    picture(page, "note")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".msg--note").last).to_contain_text("Only for us")
    page.get_by_label("Message", exact=True).fill("The part comes tomorrow")
    page.get_by_role("button", name="Send, set to Pending").first.click()
    expect(page.locator(".msg").last).to_contain_text("The part comes tomorrow")
    assert Ticket.objects.get(pk=world.shared.pk).status_id == "pending"


def test_ticked_tickets_are_assigned_together(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("tickets:ticket_list"))
    page.get_by_label(f"Select {world.shared.pk}").check()
    page.get_by_label(f"Select {world.private.pk}").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    page.locator(".bulk summary", has_text="Assign").click()
    picture(page, "bulk")
    page.locator(".bulk").get_by_role("button", name="Me").click()
    expect(page.locator(".toast", has_text="2 tickets changed")).to_be_visible()
    assert Ticket.objects.filter(assignee=world.ana.user).count() == 2


def test_a_ticket_is_opened_for_somebody_found_while_typing(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("tickets:ticket_create"))
    page.get_by_role("combobox", name="Requester").fill("bo@people")
    page.get_by_role("option", name="Bo Lindqvist").click()
    expect(page.locator("select[name=account]")).to_contain_text("Lighthouse Agency (Primary)")
    page.locator("select[name=account]").select_option(label="Harbor Tower (acts for)")
    page.get_by_label("Subject").fill("Keys for the roof")
    page.get_by_label("Message").fill("Two sets")
    picture(page, "new-filled")
    page.get_by_role("button", name="Create ticket").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keys for the roof")
    ticket = Ticket.objects.get(subject="Keys for the roof")
    assert (ticket.contact, ticket.account) == (world.bo.contact, world.harbor)


def test_somebody_new_is_created_while_typing(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("tickets:ticket_create"))
    page.get_by_role("combobox", name="Requester").fill("nia@harbor.example")
    page.get_by_role("option", name="Create contact").click()
    expect(page.get_by_label("Email")).to_have_value("nia@harbor.example")
    page.get_by_label("Name").fill("Nia Park")
    page.get_by_label("Subject").fill("Badge")
    page.get_by_label("Message").fill("Please")
    page.get_by_role("button", name="Create ticket").click()
    expect(page.locator("#ticket-requester")).to_contain_text("Nia Park")
    assert Ticket.objects.get(subject="Badge").account == world.harbor


def test_the_requester_is_changed_in_a_dialog(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(address(world.shared))
    page.get_by_role("link", name="Change the requester").click()
    page.get_by_role("searchbox").fill("Zoe")
    picture(page, "requester")
    page.get_by_role("button", name="Zoe Farrell").click()
    expect(page.locator("#ticket-requester")).to_contain_text("Far Away Ltd")


def test_filters_come_and_go_as_chips(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("tickets:ticket_list"))
    page.locator(".chip--add summary").click()
    page.get_by_label("Urgent").check()
    picture(page, "filters")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Remove filter Priority").click()
    expect(page.locator("tr[data-row]")).to_have_count(4)


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Search")


def test_slash_opens_the_search_over_the_page_and_enter_the_best_hit(
    world: World, browse, assert_accessible_in_both_themes
) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("tickets:ticket_list"))
    page.keyboard.press("/")
    field = palette(page).get_by_role("combobox", name="Search")
    expect(field).to_be_focused()
    expect(palette(page).get_by_role("option", name="Unassigned")).to_be_visible()  # before anything is typed
    page.keyboard.type("car")
    best = palette(page).get_by_role("option").first
    expect(best).to_contain_text("Carla Moreno")
    expect(best).to_have_attribute("aria-selected", "true")
    expect(palette(page).locator("mark").first).to_have_text("Car")
    assert_accessible_in_both_themes(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{world.carla.contact.get_absolute_url()}")


def test_the_search_over_the_page_leads_to_all_hits_and_closes_without_a_trace(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("tickets:ticket_list"))
    page.keyboard.press("Control+KeyK")
    page.keyboard.type("lift")
    expect(palette(page).get_by_role("option", name="The lift is stuck")).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette(page)).to_have_count(0)
    page.keyboard.press("Control+KeyK")
    expect(palette(page).get_by_role("combobox")).to_have_value("lift")
    expect(palette(page).get_by_role("option", name="The lift is stuck")).to_be_visible()
    page.keyboard.press("Shift+Enter")
    page.wait_for_url("**/agent/search/?q=lift")
    expect(page.locator("#search-results mark").first).to_have_text("lift")
    page.get_by_role("searchbox").fill("carla")
    expect(page.locator("#search-results")).to_contain_text("Carla Moreno")


def test_without_scripts_the_search_is_a_page(world: World, browse) -> None:
    page = browse(world.ana.user, scripts=False)
    page.goto(reverse("tickets:ticket_list"))
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("lift")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="The lift is stuck")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "typed", "chosen", "expected"),
    [
        ("Bold", "See page two", (4, 8), "See **page** two"),
        ("Italic", "See page two", (4, 8), "See *page* two"),
        ("Italic", "See **page** two", (6, 10), "See ***page*** two"),
        ("Bold", "See **page** two", (6, 10), "See page two"),
        ("Bold", "See page two", (4, 9), "See **page** two"),
        ("Code", "See page two", (4, 8), "See `page` two"),
        ("Link", "See page two", (4, 8), "See [page](https://) two"),
        ("Link", "https://a.example", (0, 17), "[](https://a.example)"),
        ("List", "one\ntwo", (0, 7), "- one\n- two"),
        ("List", "- one\n- two", (0, 11), "one\ntwo"),
        ("List", "Bring\nthis", (6, 6), "Bring\n\n- this"),
        ("Quote", "- one", (2, 2), "> one"),
        ("List", "", (0, 0), "- "),
    ],
)
def test_a_button_formats_what_is_selected_and_undo_takes_it_back(
    world: World, browse, name: str, typed: str, chosen: tuple[int, int], expected: str
) -> None:
    page = browse(world.ana.user)
    page.goto(address(world.shared))
    text = page.get_by_label("Message", exact=True)
    text.focus()
    for number, line in enumerate(typed.split("\n")):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.insert_text(line)
    text.evaluate("(area, range) => area.setSelectionRange(...range)", list(chosen))
    page.get_by_role("toolbar", name="Formatting").get_by_role("button", name=name).click()
    expect(text).to_have_value(expected)
    expect(text).to_be_focused()
    page.keyboard.press("Control+z")
    expect(text).to_have_value(typed)


def test_formatting_by_keyboard(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(address(world.shared))
    text = page.get_by_label("Message", exact=True)
    text.focus()
    page.keyboard.press("Control+b")
    page.keyboard.type("now")
    expect(text).to_have_value("**now**")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+i")
    page.keyboard.press("Control+i")
    expect(text).to_have_value("**now**")
    page.keyboard.press("Control+k")
    page.keyboard.type("https://a.example")
    expect(text).to_have_value("[**now**](https://a.example)")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Bold").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    expect(page.get_by_role("button", name="Bold")).to_have_attribute("tabindex", "-1")


def test_accounts_and_a_contact_are_picked_while_typing(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(f"{reverse('tickets:ticket_list')}?view=all")
    page.locator(".chip--add summary").click()
    account = page.get_by_role("combobox", name="Account")
    account.press_sequentially("harb")
    expect(page.get_by_role("option", name="Harbor Tower")).to_be_visible()
    picture(page, "filter-account")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Harbor Tower")).to_be_checked()
    account.press_sequentially("far")
    expect(page.get_by_role("option", name="Far Away Ltd")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(account).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Account")).to_be_hidden()
    expect(account).to_be_visible()
    account.fill("")
    page.get_by_role("combobox", name="Contact", exact=True).press_sequentially("carla")
    page.get_by_role("option", name="Carla Moreno").click()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator(".chips")).to_contain_text("Carla Moreno")
    expect(page.locator(".chips")).to_contain_text("Harbor Tower")
    expect(page.locator("tr[data-row]")).to_have_count(2)


def test_j_and_k_lead_from_ticket_to_ticket_also_after_a_reply(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(f"{reverse('tickets:ticket_list')}?sort=id")
    rows = page.locator("a.rowlink").all_inner_texts()
    page.locator("a.rowlink").first.click()
    expect(page.locator(".ticket__bar")).to_contain_text(f"1 of {len(rows)}")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_contain_text(rows[1])
    page.get_by_label("Message", exact=True).fill("Done")
    page.get_by_role("button", name="Send, set to Pending").first.click()
    expect(page.locator(".msg").last).to_contain_text("Done")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_contain_text(rows[2])
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1)).to_contain_text(rows[1])
    picture(page, "place")
    page.locator(".ticket__bar").get_by_role("link", name="All open").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("ID")


def test_where_there_is_nothing_filters_help_and_bulk_work_does_not(
    world: World, browse, assert_accessible
) -> None:
    page = browse(world.ana.user)
    page.goto(f"{reverse('tickets:ticket_list')}?view=all&q=zzzz")
    expect(page.get_by_role("heading", name="No ticket matches these filters")).to_be_visible()
    expect(page.get_by_role("region", name="Bulk actions")).to_have_count(0)
    page.locator(".chip--add summary").click()
    page.get_by_role("combobox", name="Account").press_sequentially("harb")
    expect(page.get_by_role("option", name="Harbor Tower")).to_be_visible()
    assert_accessible(page)
