"""The list of contacts, a contact's page and the Accounts field in a real browser."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.models import Contact
from customers.services.associations import Entry
from tests.factories import AccountFactory, ContactFactory
from tests.personas import World

LOOKS = [
    ("wide", "light", "en"),
    ("wide", "dark", "ko"),
    ("phone", "light", "en"),
    ("phone", "dark", "ko"),
    ("narrowest", "light", "en"),
]


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    """With somebody who belongs to several accounts, and a name in Hangul."""
    group = AccountFactory(name="Hanbit Property Group")
    tower = AccountFactory(name="Hanbit Tower", parent=group)
    AccountFactory(name="Hanbit Annex B", parent=group)
    places = [
        Entry(tower.pk, "Facilities Director"),
        Entry(group.pk, "Board observer"),
        Entry(world.harbor.pk),
    ]
    ContactFactory(
        first_name="Ji-soo",
        last_name="Han",
        email="jisoo@hanbit.example",
        phone="+82 2 555 0142",
        accounts=places,
    )
    ContactFactory(first_name="도윤", last_name="박", email="doyun@hanbit.example", accounts=[tower])
    return world


def jisoo() -> Contact:
    return Contact.objects.get(first_name="Ji-soo")


def picture(page: Page, name: str) -> None:
    """Kept only when somebody asks for pictures to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_every_screen_is_accessible(world: World, browse, assert_accessible, size, theme, language) -> None:
    page = browse(world.max.user, size=size, theme=theme, language=language)
    pages = ["contact_detail", "contact_data", "contact_activity"]
    screens = {name: reverse(f"customers:{name}", args=[jisoo().pk]) for name in pages}
    screens |= {name: reverse(f"customers:{name}") for name in ("contact_list", "contact_create")}
    screens["contact_list_filtered"] = f"{screens['contact_list']}?account={world.harbor.pk}&letter=C"
    screens["contact_list_nothing"] = f"{screens['contact_list']}?q=zzzz"
    for name, where in screens.items():
        page.goto(where)
        picture(page, f"{name}-{size}-{theme}-{language}")
        assert_accessible(page)


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


def test_without_scripts_an_account_is_added_and_saved(world: World, browser, live_server, browse) -> None:
    cookies = browse(world.ana.user).context.cookies()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([{"name": c["name"], "value": c["value"], "url": live_server.url} for c in cookies])
    page = context.new_page()
    page.goto(reverse("customers:contact_detail", args=[world.zoe.contact.pk]))
    page.locator("input[name=assoc_add]").fill("Hanbit Tower")
    page.locator(
        "input[name=assoc_add] >> xpath=ancestor::div[contains(@class,'acctedit__add')]"
    ).get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Save contact").click()
    names = world.zoe.contact.associations.order_by("position").values_list("account__name", flat=True)
    assert list(names) == ["Far Away Ltd", "Hanbit Tower"]
    context.close()
