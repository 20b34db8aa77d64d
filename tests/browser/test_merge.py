"""Merging in a real browser: choosing, what is dropped, a phone, the keyboard alone, no scripts, and the way back."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.models import Contact
from tests.browser.scenes import doubles
from tests.personas import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    doubles(world)
    return world


def two() -> tuple[Contact, Contact]:
    return Contact.objects.get(first_name="Daniel"), Contact.objects.get(first_name="D.")


def merge_page(one: Any, *others: Any, kind: str = "contact") -> str:
    query = "&".join(f"with={other.pk}" for other in others)
    return f"{reverse(f'customers:{kind}_merge', args=[one.pk])}?{query}"


def tick_everything(page: Page) -> None:
    page.get_by_label(re.compile("one and the same")).check()
    page.get_by_label(re.compile("is dropped|are dropped")).check()


def test_from_a_contact_to_the_merge_and_back_again(world: World, browse) -> None:
    one, other = two()
    page = browse(world.max.user)
    page.goto(one.get_absolute_url())
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Merge with…").click()
    page.get_by_label("Merge with").fill("daniel@osei")
    page.get_by_role("option", name=re.compile("D. Osei")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge 2 contacts")

    name = page.locator("[data-merge-line]", has=page.get_by_role("rowheader", name="Name"))
    name.get_by_label("D. Osei").check()
    expect(name.locator("[data-merge-after]")).to_have_text("D. Osei")
    notes = page.locator("[data-merge-line]", has=page.get_by_role("rowheader", name="Notes"))
    notes.get_by_label("Keep all").check()
    expect(notes.locator("[data-merge-after]")).to_contain_text("Writes.")

    button = page.get_by_role("button", name="Merge into Daniel Osei")
    expect(button).to_be_disabled()
    tick_everything(page)
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("D. Osei")
    assert Contact.objects.get(pk=one.pk).notes == "Prefers calls.\n\nWrites."
    assert not Contact.objects.filter(pk=other.pk).exists()

    page.locator("[data-toast]").get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Daniel Osei")
    assert Contact.objects.get(pk=other.pk).associations.count() == 8


def test_an_account_that_would_be_dropped_is_kept_instead_of_another(world: World, browse) -> None:
    one, other = two()
    page = browse(world.max.user)
    page.goto(merge_page(one, other))
    page.get_by_label(re.compile("daniel@osei.example")).check()
    dropped = page.locator(".droplist")
    expect(dropped).to_contain_text("Tower 26")
    dropped.locator("li", has_text="Tower 26").locator("summary").click()
    dropped.get_by_role("button", name="Tower 04").click()
    expect(page.locator(".droplist del", has_text="Tower 04")).to_be_visible()
    expect(page.locator(".mergelist")).to_contain_text("Tower 26")
    expect(page.get_by_label(re.compile("daniel@osei.example"))).to_be_checked()
    tick_everything(page)
    page.get_by_role("button", name="Merge into Daniel Osei").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Daniel Osei")
    names = set(one.associations.values_list("account__name", flat=True))
    assert "Tower 26" in names
    assert "Tower 04" not in names


def test_without_scripts_nothing_is_missing(world: World, browse) -> None:
    one, other = two()
    page = browse(world.max.user, scripts=False)
    page.goto(merge_page(one))
    page.get_by_label("Merge with").fill("daniel@osei")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("link", name="D. Osei").click()
    page.get_by_label("D. Osei", exact=True).check()
    page.get_by_role("button", name="Show what comes of it").click()
    expect(page.locator("td.kept").first).to_have_text("D. Osei")
    tick_everything(page)
    page.get_by_role("button", name="Merge into Daniel Osei").click()
    assert Contact.objects.get(pk=one.pk).first_name == "D."
    assert not Contact.objects.filter(pk=other.pk).exists()


def test_with_the_keyboard_alone(world: World, browse) -> None:
    page = browse(world.max.user)
    page.goto(merge_page(world.harbor, kind="account"))
    page.get_by_label("Merge with").focus()
    page.keyboard.type("far away")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    name = page.get_by_label("Harbor Tower", exact=True)
    name.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-merge-after]").first).to_have_text("Far Away Ltd")
    page.get_by_role("button", name="Merge into Harbor Tower").focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[name=agreed]")).to_be_attached()  # it says who will see what
    page.get_by_role("button", name="Merge into Harbor Tower").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Far Away Ltd")


def test_an_address_in_use_leads_to_the_merge(world: World, browse, problems) -> None:
    one, other = two()
    problems.allow("422")
    page = browse(world.max.user)
    page.goto(one.get_absolute_url())
    page.locator("summary", has_text="Add email").click()
    page.locator("#new-email").fill("daniel@osei.example")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Merge with D. Osei…").click()
    expect(page.get_by_role("button", name="Merge into Daniel Osei")).to_be_visible()
    expect(page).to_have_url(re.compile(f"with={other.pk}$"))
