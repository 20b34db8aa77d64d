"""Who can see what, in a real browser: the panel of a ticket, a look at a help center, acting for an account."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.personas import World
from tickets.models import Ticket


@pytest.fixture
def desk(transactional_db, world: World) -> World:
    return world


def begin_look(page: Page, world: World) -> None:
    page.goto(f"/agent/contacts/{world.carla.contact.pk}/access/")
    page.get_by_role("link", name="Show the help center as this person").click()
    page.get_by_role("button", name="Look, and record it").click()
    expect(page.get_by_role("complementary", name="Only looking")).to_contain_text("Carla Moreno")


def test_the_panel_opens_from_the_keyboard_and_says_why(desk: World, browse, assert_accessible) -> None:
    page = browse(desk.ana.user)
    page.goto(f"/agent/tickets/{desk.shared.pk}/")
    line = page.get_by_text("4 people can see this, besides the desk")
    line.focus()
    page.keyboard.press("Enter")
    people = page.locator(".viewers")
    expect(people.get_by_role("listitem")).to_have_count(5)
    expect(people).to_contain_text(
        "Acts for Harbor Tower as Agency (customer), through Lighthouse Agency (Partner of)"
    )
    expect(people).to_contain_text("Everybody of the desk")
    assert_accessible(page)
    page.get_by_role("button", name="Make private to the requester").click()
    expect(page.get_by_text("1 person can see this, besides the desk")).to_be_visible()
    expect(page.get_by_text("Shared, 3 more people would see it")).to_be_visible()
    assert Ticket.objects.get(pk=desk.shared.pk).is_private


def test_without_script_the_same_is_a_page(desk: World, browse) -> None:
    page = browse(desk.ana.user, scripts=False)
    page.goto(f"/agent/tickets/{desk.shared.pk}/")
    page.get_by_text("4 people can see this, besides the desk").click()
    page.get_by_role("link", name="Show who, and why").click()
    expect(page.get_by_role("heading", level=1, name="Who can see this ticket, and why")).to_be_visible()
    expect(page.locator(".viewers").get_by_role("listitem")).to_have_count(5)


@pytest.mark.parametrize(("size", "theme"), [("wide", "light"), ("phone", "dark")])
def test_a_manager_looks_at_a_help_center_and_changes_nothing(
    desk: World, browse, assert_accessible, size: str, theme: str
) -> None:
    page = browse(desk.max.user, size=size, theme=theme)
    begin_look(page, desk)
    assert_accessible(page)
    page.get_by_role("link", name="The lift is stuck").click()
    expect(page.get_by_role("heading", level=1, name="The lift is stuck")).to_be_visible()
    expect(page.get_by_role("button", name="Send reply")).to_be_disabled()
    expect(page.get_by_role("button", name="Close ticket")).to_be_disabled()
    expect(page.get_by_label("Your reply")).to_be_disabled()
    assert_accessible(page)
    new = "Sections" if size == "phone" else "Main"
    page.get_by_role("navigation", name=new).get_by_role("link", name="Tickets").click()
    page.wait_for_load_state()  # what is typed before the scripts listen is not searched for
    expect(page.get_by_role("button", name="Send reply")).to_have_count(0)
    page.get_by_role("searchbox").fill("lift")
    expect(page).to_have_url(re.compile(r"/help-center/\d+/\?.*q=lift"))
    expect(page.get_by_role("link", name="My pay slip")).to_have_count(0)
    page.get_by_role("link", name="Stop looking").click()
    expect(page.get_by_role("heading", name="What this person can see")).to_be_visible()


def test_another_tab_stays_the_managers(desk: World, browse) -> None:
    page = browse(desk.max.user)
    begin_look(page, desk)
    other = page.context.new_page()
    other.goto("/agent/contacts/")
    expect(other.get_by_role("heading", level=1)).to_contain_text("Contacts")
    page.reload()
    expect(page.get_by_role("complementary", name="Only looking")).to_be_visible()


def test_a_sent_form_is_answered_with_a_sentence(desk: World, browse, problems) -> None:
    page = browse(desk.max.user)
    begin_look(page, desk)
    page.get_by_role("link", name="The lift is stuck").click()
    close = page.get_by_role("button", name="Close ticket")
    close.evaluate("button => { button.disabled = false; }")
    problems.allow("403")
    close.click()
    expect(page.get_by_role("heading", level=1, name="Nothing was changed")).to_be_visible()
    assert Ticket.objects.get(pk=desk.shared.pk).status_id == desk.shared.status_id


def test_in_korean_a_look_says_so(desk: World, browse, assert_accessible) -> None:
    desk.max.user.language = "ko"
    desk.max.user.save()
    page = browse(desk.max.user, language="ko", size="phone")
    page.goto(f"/agent/contacts/{desk.carla.contact.pk}/access/")
    assert_accessible(page)
    page.get_by_role("link", name="이 사람의 고객 센터 보기").click()
    page.get_by_role("button", name="보고 기록하기").click()
    expect(page.get_by_role("complementary", name="보기 전용")).to_contain_text("Carla Moreno 님이 보는")


def test_somebody_acting_switches_account_and_opens_a_private_ticket_on_its_behalf(
    desk: World, browse, assert_accessible
) -> None:
    page = browse(desk.bo.user, size="phone")
    page.goto("/")
    page.locator(".apick > summary").click()
    page.locator(".apick").get_by_role("link", name="Harbor Tower").click()
    expect(page.locator(".apick > summary")).to_contain_text("You act on its behalf")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="New").click()
    expect(page.get_by_role("radio", name="Harbor Tower")).to_be_checked()
    expect(page.get_by_text("On its behalf, as Agency (customer)")).to_be_visible()
    expect(page.locator("#audience")).to_contain_text("4 people at Harbor Tower")
    page.get_by_label("Keep it between me and the team").check()
    expect(page.locator("#audience")).to_contain_text("Only you and our team")
    page.get_by_label("Subject").fill("A tenant is locked out")
    page.get_by_label("What happened?").fill("Since this morning.")
    assert_accessible(page)
    page.get_by_role("button", name="Send ticket").click()
    expect(page.get_by_text("for Harbor Tower, as Agency (customer)")).to_be_visible()
    expect(page.get_by_text("The 4 people at Harbor Tower will be able to see this ticket.")).to_be_visible()
    page.get_by_role("button", name="Share it again").click()
    expect(page.get_by_text("4 people at Harbor Tower can see this ticket.")).to_be_visible()
    assert not Ticket.objects.latest("pk").is_private


def test_a_customer_reads_who_sees_it_and_keeps_it_private_with_the_keyboard(
    desk: World, browse, assert_accessible
) -> None:
    page = browse(desk.carla.user)
    page.goto(f"/tickets/{desk.shared.pk}/")
    page.get_by_text("4 people at Harbor Tower can see this ticket.").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("acts for Harbor Tower")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Keep it between me and the team").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only the requester and our team can see this ticket.")).to_be_visible()
    assert Ticket.objects.get(pk=desk.shared.pk).is_private
