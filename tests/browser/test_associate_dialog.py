"""The Associate dialog with the keyboard alone, and the small things of the account's Contacts tab."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.models import Account, Contact
from tests.factories import ContactFactory
from tests.personas import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    """Enough people for a second page."""
    for number in range(10):
        ContactFactory(first_name="Karin", last_name=f"Falk {number}")
    return world


def people_of(account: Account) -> set[str]:
    return set(Contact.objects.filter(associations__account=account).values_list("name", flat=True))


def open_dialog(page: Page, account: Account):
    page.goto(reverse("customers:account_contacts", args=[account.pk]))
    page.get_by_role("link", name="Associate contacts").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("searchbox")).to_be_visible()
    return dialog


def test_people_are_associated_by_keyboard_alone(world: World, browse, no_request_under_way) -> None:
    page = browse(world.ana.user)
    dialog = open_dialog(page, world.lighthouse)
    search = dialog.get_by_role("searchbox")
    search.focus()
    page.keyboard.type("Karin", delay=150)
    expect(dialog.get_by_role("checkbox", name="Ada Novak")).to_have_count(0)
    expect(search).to_be_focused()
    expect(search).to_have_value("Karin")
    page.keyboard.press("Enter")
    no_request_under_way(page)
    expect(search).to_be_focused()

    box = dialog.get_by_role("checkbox", name="Karin Falk 1")
    box.focus()
    page.keyboard.press("Space")
    expect(dialog.get_by_role("button", name="Associate 1 contact")).to_be_visible()
    expect(box).to_be_focused()

    dialog.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("checkbox", name="Karin Falk 9")).to_be_visible()
    expect(search).to_have_value("Karin")
    no_request_under_way(page)
    assert page.evaluate("document.activeElement.closest('dialog') !== null")

    letter = dialog.get_by_role("navigation").get_by_role("button", name="K", exact=True)
    letter.focus()
    page.keyboard.press("Enter")
    expect(letter).to_have_attribute("aria-current", "true")
    expect(letter).to_be_focused()

    dialog.get_by_role("button", name="Associate 1 contact").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("1 contact associated")
    assert "Karin Falk 1" in people_of(world.lighthouse)


def test_without_scripts_what_is_ticked_survives_pages_letters_and_searches(world: World, browse) -> None:
    page = browse(world.ana.user, scripts=False)
    page.goto(reverse("customers:account_associate", args=[world.lighthouse.pk]))
    page.get_by_role("checkbox", name="Ada Novak").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("checkbox", name="Karin Falk 9").check()
    page.get_by_role("navigation", name="Contacts by first letter").get_by_role("button", name="K").click()
    page.get_by_role("checkbox", name="Karin Falk 0").check()
    page.get_by_role("searchbox", name="Search contacts").fill("Zoe")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.get_by_role("button", name="Deselect Karin Falk 0").click()
    assert "csrf" not in page.url
    page.get_by_role("button", name="Associate 2 contacts").click()
    assert people_of(world.lighthouse) == {"Bo Lindqvist", "Ada Novak", "Karin Falk 9"}


def test_what_is_typed_during_an_answer_is_not_lost(world: World, browse) -> None:
    page = browse(world.ana.user)
    dialog = open_dialog(page, world.lighthouse)
    search = dialog.get_by_role("searchbox")
    search.focus()
    with page.expect_response(lambda answer: "q=K" in answer.url):
        page.keyboard.type("K")
        page.wait_for_timeout(260)
        page.keyboard.type("im S")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    expect(search).to_have_value("Kim S")


def test_escape_closes_and_gives_the_focus_back(world: World, browse) -> None:
    page = browse(world.ana.user)
    dialog = open_dialog(page, world.lighthouse)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Associate contacts")).to_be_focused()


def test_on_a_phone_a_contact_can_be_removed_too(world: World, browse) -> None:
    page = browse(world.ana.user, size="phone")
    page.goto(reverse("customers:account_contacts", args=[world.harbor.pk]))
    page.get_by_role("link", name="Remove Kim Seo-yeon from Harbor Tower").tap()
    page.get_by_role("button", name="Remove Kim Seo-yeon").tap()
    expect(page.locator(".toast")).to_contain_text("no longer belongs")


def test_sorting_and_letters_swap_the_list_and_keep_the_focus(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("customers:account_list"))
    page.evaluate("window.stayed = true")
    heading = page.get_by_role("columnheader", name="Name")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(heading.get_by_role("link")).to_be_focused()
    page.get_by_role("navigation", name="Accounts").get_by_role("link", name="H", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.evaluate("window.stayed === true")
    expect(page).to_have_url(re.compile("(?=.*sort=-name)(?=.*letter=H)"))


def test_an_account_is_deleted_only_by_its_name(world: World, browse) -> None:
    page = browse(world.max.user)
    page.goto(reverse("customers:account_delete", args=[world.harbor.pk]))
    expect(page.locator("main")).to_contain_text("3 contacts lose this account")
    button = page.get_by_role("button", name="Delete account")
    expect(button).to_be_disabled()
    page.get_by_label("Type Harbor Tower to confirm").fill("Harbor Tower")
    button.click()
    expect(page.locator(".toast")).to_contain_text("Harbor Tower deleted")
    assert not Account.objects.filter(pk=world.harbor.pk).exists()
