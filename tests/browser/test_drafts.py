"""What is being written survives leaving, another device, a bad line and a lost sign-in; once sent it is gone."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from helpdesk.sign_in.identity import addresses_of
from tests.factories import PASSWORD
from tests.personas import World
from tickets.models import Draft, Message, Ticket


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    return world


def message(page: Page) -> Locator:
    return page.get_by_label("Message", exact=True)


def write(page: Page, text: str, field: Locator | None = None) -> None:
    """Until the server has it."""
    (field or message(page)).fill(text)
    expect(page.get_by_text("Draft from")).to_be_visible()


def send(page: Page) -> None:
    page.get_by_role("button", name="Send, set to Pending").first.click()


def at(ticket: Ticket) -> str:
    return ticket.get_absolute_url()


def test_a_note_comes_back_as_a_note_on_another_device_too(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(at(world.shared))
    page.keyboard.press("i")
    write(page, "The customer is a pain")
    page.goto(reverse("tickets:ticket_list"))
    for again in (page, browse(world.ana.user)):
        again.goto(at(world.shared))
        expect(message(again)).to_have_value("The customer is a pain")
        expect(again.get_by_role("radio", name="Internal note")).to_be_checked()
        expect(again.get_by_role("button", name="Add note")).to_be_visible()
        expect(again.get_by_role("button", name="Send, set to Pending").first).to_be_hidden()
        expect(again.get_by_text("Draft from")).to_be_visible()
    note = page.evaluate("getComputedStyle(document.querySelector('.composer')).backgroundColor")
    page.locator(".composer").get_by_text("Public reply", exact=True).click()
    assert page.evaluate("getComputedStyle(document.querySelector('.composer')).backgroundColor") != note


def test_nothing_of_it_stands_in_another_ticket(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(at(world.shared))
    write(page, "For Carla alone")
    page.goto(at(world.strangers))
    expect(message(page)).to_have_value("")
    expect(page.get_by_text("Draft from")).to_be_hidden()


def test_a_new_ticket_for_one_contact_is_not_another_contacts(world: World, browse) -> None:
    page = browse(world.ana.user)
    new = reverse("tickets:ticket_create")
    page.goto(f"{new}?contact={world.carla.contact.pk}")
    page.get_by_label("Subject").fill("Your keys")
    write(page, "Dear Carla")
    page.goto(f"{new}?contact={world.zoe.contact.pk}")
    expect(message(page)).to_have_value("")
    expect(page.get_by_label("Subject")).to_have_value("")
    page.goto(f"{new}?contact={world.carla.contact.pk}")
    expect(message(page)).to_have_value("Dear Carla")
    expect(page.get_by_label("Subject")).to_have_value("Your keys")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".toast", has_text="Draft discarded")).to_be_visible()
    expect(message(page)).to_have_value("")
    expect(page.locator("#requester-field")).to_contain_text("Carla Moreno")
    assert not Draft.objects.exists()


def test_the_requester_chosen_on_the_way_comes_back(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("tickets:ticket_create"))
    page.get_by_role("combobox", name="Requester").fill("bo@people")
    page.get_by_role("option", name="Bo Lindqvist").click()
    page.locator("select[name=account]").select_option(label="Harbor Tower (acts for)")
    page.get_by_label("Subject").fill("Keys for the roof")
    write(page, "Two sets")
    page.goto(reverse("tickets:ticket_list"))
    page.goto(reverse("tickets:ticket_create"))
    expect(page.locator("#requester-field")).to_contain_text("Bo Lindqvist")
    expect(page.locator("select[name=account]")).to_have_value(str(world.harbor.pk))
    expect(page.get_by_label("Subject")).to_have_value("Keys for the roof")
    page.get_by_role("button", name="Create ticket").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keys for the roof")
    assert not Draft.objects.exists()


# --- a send that fails -------------------------------------------------------------------
def drop(route: Route) -> None:
    route.abort()


def bad_gateway(route: Route) -> None:
    route.fulfill(status=502, body="<p>Bad gateway</p>", content_type="text/html")


@pytest.mark.parametrize("failure", [drop, bad_gateway])
def test_a_send_that_fails_keeps_the_text_and_one_that_does_not_drops_it(
    world: World, browse, problems, failure
) -> None:
    problems.allow("502")
    page = browse(world.ana.user)
    page.goto(at(world.shared))
    page.route("**/*reply/", failure)
    page.route("**/drafts/**", drop)  # nothing reaches the server
    message(page).fill("The part comes tomorrow")
    send(page)
    page.unroute_all()
    page.goto(at(world.shared))
    expect(message(page)).to_have_value("The part comes tomorrow")
    expect(page.get_by_text("Draft from")).to_be_visible()
    send(page)
    expect(page.locator(".msg").last).to_contain_text("The part comes tomorrow")
    expect(message(page)).to_have_value("")
    page.goto(at(world.shared))
    expect(message(page)).to_have_value("")
    expect(page.get_by_text("Draft from")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage)") == []
    assert Message.objects.filter(body="The part comes tomorrow").count() == 1


def test_offline_a_customer_loses_nothing_of_a_new_ticket(world: World, browse) -> None:
    page = browse(world.carla.user)
    page.goto(reverse("portal:ticket_create"))
    page.context.set_offline(True)
    page.get_by_label("Subject").fill("No heating")
    page.get_by_label("What happened?").fill("Since Monday, on all floors")
    page.get_by_label("We cannot work").check()
    page.get_by_role("button", name="Send ticket").click()
    page.wait_for_url(re.compile("chrome-error"))
    page.context.set_offline(False)
    page.goto(reverse("portal:ticket_create"))
    expect(page.get_by_label("Subject")).to_have_value("No heating")
    expect(page.get_by_label("What happened?")).to_have_value("Since Monday, on all floors")
    expect(page.get_by_label("We cannot work")).to_be_checked()
    page.get_by_role("button", name="Send ticket").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("No heating")
    page.goto(reverse("portal:ticket_create"))
    expect(page.get_by_label("Subject")).to_have_value("")
    expect(page.get_by_label("What happened?")).to_have_value("")
    assert Ticket.objects.filter(subject="No heating").count() == 1


def test_a_send_whose_answer_was_lost_is_known_to_have_arrived(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(at(world.shared))

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/*reply/", lose_the_answer)
    message(page).fill("The part comes tomorrow")
    send(page)
    page.wait_for_url(re.compile("chrome-error"))
    page.unroute_all()
    with page.expect_response("**/sent/**"):
        page.goto(at(world.shared))
    expect(page.locator(".msg").last).to_contain_text("The part comes tomorrow")
    expect(message(page)).to_have_value("")
    assert page.evaluate("Object.keys(localStorage)") == []


# --- after sending -------------------------------------------------------------------------
def test_back_after_sending_shows_an_empty_composer(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("tickets:ticket_list"))
    page.goto(at(world.shared))
    write(page, "Sent once")
    send(page)
    expect(page.locator(".msg").last).to_contain_text("Sent once")
    page.go_back()
    expect(page.locator(".msg").last).to_contain_text("Sent once")
    expect(message(page)).to_have_value("")
    message(page).focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_be_hidden()
    assert Message.objects.filter(body="Sent once").count() == 1


def test_back_to_the_page_of_a_new_ticket_shows_an_empty_form(world: World, browse) -> None:
    page = browse(world.carla.user)
    page.goto(reverse("portal:ticket_create"))
    page.get_by_label("Subject").fill("No heating")
    page.get_by_label("What happened?").fill("Since Monday")
    page.get_by_role("button", name="Send ticket").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("No heating")
    page.go_back()
    expect(page.get_by_label("Subject")).to_have_value("")
    expect(page.get_by_label("What happened?")).to_have_value("")


def test_back_to_a_text_that_was_not_sent_brings_it_again(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(at(world.shared))
    write(page, "Half a sentence")
    page.goto(reverse("tickets:ticket_list"))
    page.go_back()
    expect(message(page)).to_have_value("Half a sentence")


def test_control_enter_twice_sends_once(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(at(world.shared))
    message(page).fill("Sent once")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg").last).to_contain_text("Sent once")
    expect(page).to_have_url(re.compile("#message-"))
    message(page).focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Write a message.")).to_be_hidden()
    assert Message.objects.filter(body="Sent once").count() == 1


# --- a sign-in that ran out ------------------------------------------------------------------
def sign_in_again(page: Page, world: World, name: str) -> None:
    expect(page).to_have_url(re.compile(reverse("account_login")))
    page.get_by_label("Email").fill(addresses_of(world.persona(name).user)[0])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def lose_sign_in(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_after_signing_in_again_the_text_is_ready_to_be_sent(world: World, browse, kind: str) -> None:
    page = browse(world.ana.user)
    page.goto(at(world.shared))
    lose_sign_in(page)
    if kind == "note":
        page.get_by_text("Internal note", exact=True).first.click()
    message(page).fill("Written while signed out")
    page.keyboard.press("Control+Enter")
    sign_in_again(page, world, "ana")
    expect(page).to_have_url(re.compile(at(world.shared)))
    expect(message(page)).to_have_value("Written while signed out")
    page.get_by_role("button", name="Add note" if kind == "note" else "Send, set to Pending").first.click()
    expect(page.locator(".msg").last).to_contain_text("Written while signed out")
    sent = Message.objects.get(body="Written while signed out")
    assert sent.kind == ("note" if kind == "note" else "public")


def test_a_customer_too(world: World, browse) -> None:
    page = browse(world.carla.user)
    page.goto(reverse("portal:ticket_detail", args=[world.shared.pk]))
    lose_sign_in(page)
    page.get_by_label("Your reply").fill("Still stuck")
    page.get_by_role("button", name="Send reply").click()
    sign_in_again(page, world, "carla")
    expect(page.get_by_label("Your reply")).to_have_value("Still stuck")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".msg").last).to_contain_text("Still stuck")


def test_whoever_signs_in_instead_does_not_read_it(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(at(world.shared))
    lose_sign_in(page)
    message(page).fill("Between us")
    page.keyboard.press("Control+Enter")
    sign_in_again(page, world, "max")
    expect(page).to_have_url(re.compile(at(world.shared)))
    page.wait_for_load_state("networkidle")
    expect(message(page)).to_have_value("")
