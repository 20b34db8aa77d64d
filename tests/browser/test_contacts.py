"""The list of contacts, a contact's page and the Accounts field in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from customers.models import Contact
from tests.browser.looks import picture
from tests.browser.scenes import contacts_of_several_accounts
from tests.personas import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    contacts_of_several_accounts(world)
    return world


def jisoo() -> Contact:
    return Contact.objects.get(first_name="Ji-soo")


def test_the_accounts_field_adds_reorders_removes_and_saves(world: World, browse, assert_accessible) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("customers:contact_detail", args=[jisoo().pk]))
    box = page.get_by_role("combobox", name="Add an account")
    box.fill("Hanbit An")
    page.get_by_role("option", name="Hanbit Annex B").click()
    box.fill("Songdo Park")
    picture(page, "accounts-options")
    assert_accessible(page)
    page.get_by_role("option", name="Create account").click()
    page.get_by_label("Job title at Songdo Park").fill("Guard")
    page.get_by_role("radio", name="Primary: Hanbit Annex B").check()
    page.get_by_role("button", name="Remove Harbor Tower").click()
    expect(page.get_by_role("button", name="Undo removing Harbor Tower")).to_be_visible()
    picture(page, "accounts-changed")
    assert_accessible(page)
    page.get_by_role("button", name="Save contact").click()
    expect(page.locator(".toast", has_text="saved")).to_be_visible()
    rows = jisoo().associations.order_by("position").values_list("account__name", "job_title")
    assert list(rows)[0] == ("Hanbit Annex B", "")
    assert {name for name, _ in rows} == {
        "Hanbit Annex B",
        "Hanbit Tower",
        "Hanbit Property Group",
        "Songdo Park",
    }


def test_an_address_of_somebody_else_is_told_and_the_rest_stays(world: World, browse, problems) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("customers:contact_detail", args=[jisoo().pk]))
    page.get_by_label("First name").fill("Jisoo")
    page.locator("summary", has_text="Add email").click()
    page.locator("#new-email").fill("carla@people.example")
    page.locator("form:has(#new-email)").get_by_role("button", name="Add email").click()
    alert = page.locator("#methods").get_by_role("alert")
    expect(alert).to_contain_text("already used by Carla Moreno")
    expect(alert.get_by_role("link")).to_have_attribute("href", world.carla.contact.get_absolute_url())
    expect(page.locator("#new-email")).to_have_value("carla@people.example")
    page.locator("#new-email").fill("han@mailbox.example")
    page.locator("#new-email").press("Enter")
    expect(page.locator("#methods .method", has_text="han@mailbox.example")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Jisoo")
    page.get_by_role("button", name="Save contact").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jisoo")


def test_searching_while_typing_and_a_letter(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("customers:contact_list"))
    page.get_by_role("searchbox").first.fill("jisoo@")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("searchbox").first.fill("")
    page.get_by_role("link", name="ㅂ", exact=True).click()
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(page.locator("tr[data-row]")).to_contain_text("도윤")


def test_without_scripts_an_account_is_added_and_saved(world: World, browse) -> None:
    page = browse(world.ana.user, scripts=False)
    page.goto(reverse("customers:contact_detail", args=[world.zoe.contact.pk]))
    page.locator("input[name=assoc_add]").fill("Hanbit Tower")
    page.locator(
        "input[name=assoc_add] >> xpath=ancestor::div[contains(@class,'acctedit__add')]"
    ).get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Save contact").click()
    names = world.zoe.contact.associations.order_by("position").values_list("account__name", flat=True)
    assert list(names) == ["Far Away Ltd", "Hanbit Tower"]
