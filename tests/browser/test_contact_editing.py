"""Editing a contact by keyboard, in its page and in the list, and the walk of a support PIN, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.models import Contact
from customers.services.associations import associate
from tests.browser.looks import picture
from tests.factories import DESK, TicketFactory
from tests.personas import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    return world


def carla(world: World) -> Contact:
    return Contact.objects.get(pk=world.carla.contact.pk)


def opened(world: World, browse, name: str = "contact_detail", **look) -> Page:
    page = browse(world.max.user, **look)
    page.goto(reverse(f"customers:{name}", args=[world.carla.contact.pk]))
    return page


def values(world: World) -> set[str]:
    return set(carla(world).methods.values_list("value", flat=True))


def test_a_field_is_edited_restored_and_saved_without_the_mouse(world: World, browse) -> None:
    page = opened(world, browse)
    first, last = page.get_by_label("First name"), page.get_by_label("Last name")
    first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Carlotta")
    expect(page.locator(".savebar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(first).to_have_value("Carla")
    expect(page.locator(".savebar")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(last).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Diaz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Carla Diaz")
    assert carla(world).last_name == "Diaz"


def test_a_way_to_reach_somebody_is_edited_where_it_stands(world: World, browse, assert_accessible) -> None:
    page = opened(world, browse)
    value = page.locator(".method summary.val")
    value.focus()
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Email")
    expect(field).to_be_focused()
    assert_accessible(page)
    page.keyboard.type("moreno@people.example")
    page.keyboard.press("Escape")
    expect(value).to_be_focused()
    assert values(world) == {"carla@people.example"}
    page.keyboard.press("Enter")
    expect(field).to_have_value("carla@people.example")
    expect(field).to_be_focused()
    page.keyboard.type("moreno@people.example")
    page.keyboard.press("Enter")
    expect(page.locator(".method summary.val")).to_contain_text("moreno@people.example")
    assert values(world) == {"moreno@people.example"}


def test_leaving_an_unchanged_value_closes_it_and_a_changed_one_stays(world: World, browse) -> None:
    page = opened(world, browse)
    page.locator(".method summary.val").click()
    field = page.get_by_role("textbox", name="Email")
    page.get_by_label("First name").click()
    expect(field).to_be_hidden()
    page.locator(".method summary.val").click()
    field.fill("half typed")
    page.get_by_label("First name").click()
    expect(field).to_have_value("half typed")


def test_what_tickets_use_moves_before_it_goes(world: World, browse, assert_accessible) -> None:
    ticket = TicketFactory(contact=world.carla.contact, subject="Wet floor")
    page = opened(world, browse)
    page.get_by_label("Actions for carla@people.example").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    section = page.locator("#methods")
    expect(section.get_by_role("alert")).to_contain_text("still used by 3")
    expect(section.get_by_role("link", name="Wet floor")).to_be_visible()
    picture(page, "method-in-use")
    assert_accessible(page)
    section.get_by_role("combobox").fill("Kim")
    page.get_by_role("option", name="Kim Seo-yeon").click()
    section.get_by_role("button", name="Move and remove").click()
    expect(page.locator(".method")).to_have_count(0)
    ticket.refresh_from_db()
    assert ticket.contact == world.kim.contact


def test_cells_of_the_list_are_edited_by_keyboard(world: World, browse, assert_accessible) -> None:
    page = browse(world.ana.user)
    page.goto("/agent/contacts/?q=Carla")
    cell = page.locator("td.c-email")
    page.get_by_label("Edit the email of Carla Moreno").focus()
    page.keyboard.press("Enter")
    field = cell.get_by_role("textbox")
    expect(field).to_be_focused()
    assert_accessible(page)
    field.fill("x@y.example")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Edit the email of Carla Moreno")).to_be_focused()
    expect(cell).to_contain_text("carla@people.example")
    page.keyboard.press("Enter")
    field.fill("zoe@people.example")
    page.keyboard.press("Enter")
    expect(cell.get_by_role("alert")).to_contain_text("already used by Zoe Farrell")
    assert_accessible(page)
    cell.get_by_role("textbox").fill("moreno@people.example")
    page.keyboard.press("Enter")
    expect(cell).to_contain_text("moreno@people.example")
    expect(cell.get_by_role("textbox")).to_have_count(0)


def test_the_accounts_are_edited_in_the_cell_and_a_change_meanwhile_is_told(
    world: World, browse, assert_accessible
) -> None:
    page = browse(world.ana.user)
    page.goto("/agent/contacts/?q=Carla")
    page.keyboard.press("j")
    page.keyboard.press("e")
    panel = page.locator(".cellpanel")
    panel.get_by_role("combobox").fill("Far Away")
    page.get_by_role("option", name="Far Away Ltd").click()
    picture(page, "cell-accounts")
    assert_accessible(page)
    associate(world.carla.contact, world.lighthouse, actor=DESK)
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(panel.get_by_role("alert")).to_contain_text("was changed while you were editing")
    panel.get_by_role("button", name="Save", exact=True).click()
    panel.get_by_role("button", name="Confirm and save").click()  # it says what Carla will see
    expect(panel).to_have_count(0)
    places = carla(world).associations.order_by("position").values_list("account__name", flat=True)
    assert list(places) == ["Harbor Tower", "Far Away Ltd"]


def test_the_accounts_are_edited_in_the_header(
    world: World, browse, assert_accessible_in_both_themes
) -> None:
    page = opened(world, browse, "contact_activity", size="phone", language="ko")
    page.locator("#contact-accounts .celllink").click()
    header = page.locator("#contact-accounts")
    header.get_by_role("combobox").fill("Far Away")
    page.get_by_role("option", name="Far Away Ltd").click()
    picture(page, "header-accounts")
    assert_accessible_in_both_themes(page)
    header.locator("button.btn--primary").click()
    expect(header.locator("input[name=agreed]")).to_be_attached()
    header.locator("button.btn--primary").click()
    expect(header.get_by_role("link", name="Far Away Ltd")).to_be_visible()


def test_a_caller_is_believed_by_the_pin_of_the_help_center(
    world: World, browse, assert_accessible_in_both_themes
) -> None:
    look = {"size": "phone", "language": "ko"}
    customer = browse(world.carla.user, **look)
    customer.goto("/profile/")
    customer.locator("section.pin button").click()
    expect(customer.locator(".pin__digits")).to_be_visible()
    assert_accessible_in_both_themes(customer)
    pin = customer.locator(".pin__digits").inner_text()

    page = browse(world.ana.user, **look)
    page.goto(reverse("tickets:ticket_detail", args=[world.shared.pk]))
    page.locator("#ticket-identity summary").click()
    expect(page.locator("#ticket-pin")).to_be_focused()
    page.keyboard.type("000000" if pin != "000000" else "000001")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-identity [role=alert]")).to_be_visible()
    assert_accessible_in_both_themes(page)
    page.locator("#ticket-pin").fill(pin)
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-identity .tag--ok")).to_be_visible()
    assert_accessible_in_both_themes(page)
    picture(page, "identity")

    page.goto(f"/agent/search/?q={pin}")
    page.locator("#pin-look-up button").click()
    expect(page.locator("#pin-look-up").get_by_role("link", name="Carla Moreno")).to_be_visible()
    assert_accessible_in_both_themes(page)


def test_a_manager_reveals_the_pin_in_the_header(world: World, browse, assert_accessible) -> None:
    world.carla.client.post("/profile/pin/")
    page = opened(world, browse)
    page.locator("#contact-pin summary").click()
    expect(page.locator("#contact-pin-digits")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("button", name="Reveal, and record it").click()
    expect(page.locator("#contact-pin output")).to_have_text(carla(world).support_pin)
