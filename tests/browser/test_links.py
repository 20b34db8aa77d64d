"""A manager links two accounts and lets somebody act: with the keyboard, on a phone, in both languages."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from customers.models import AccountRelationship, Contact, ContactRelationship
from customers.services.relationships.links import unlink_accounts
from tests.factories import DESK, ContactFactory
from tests.personas import World


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    ContactFactory(first_name="Cleo", last_name="Mercer", accounts=[world.lighthouse])
    return world


def test_two_accounts_are_linked_by_keyboard_after_saying_what_it_opens(
    world: World, browse, assert_accessible
) -> None:
    unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
    page = browse(world.max.user)
    page.goto(reverse("customers:account_links", args=[world.harbor.pk]))
    page.get_by_role("link", name="New", exact=True).focus()
    page.keyboard.press("Enter")
    kind = page.get_by_label("Harbor Tower is")
    kind.focus()
    kind.select_option(label="Customer of")
    picker = page.get_by_role("combobox", name="The other account")
    picker.focus()
    page.keyboard.type("Light", delay=100)
    expect(page.get_by_role("option", name="Lighthouse Agency")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(picker).to_have_value("Lighthouse Agency")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")

    asked = page.get_by_role("alert").filter(has_text="1 person will see 1 more ticket of Harbor Tower.")
    expect(asked).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Confirm and save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="Lighthouse Agency")).to_be_visible()
    assert AccountRelationship.objects.get().from_account == world.lighthouse


def test_a_responsibility_is_given_and_taken_on_a_phone(world: World, browse, assert_accessible) -> None:
    world.max.user.language = "ko"
    world.max.user.save()
    page = browse(world.max.user, size="phone", language="ko")
    page.goto(reverse("customers:acting_create", args=[world.harbor.pk]))
    page.get_by_role("searchbox").last.fill("Cleo")
    expect(page.get_by_role("radio")).to_have_count(1)
    page.get_by_role("radio").check()
    page.get_by_label("담당 역할").select_option(label="Agency (customer)")
    page.get_by_role("button", name="저장").click()
    page.get_by_role("button", name="확인하고 저장").click()
    row = page.get_by_role("row").filter(has_text="Cleo")
    expect(row).to_be_visible()
    assert_accessible(page)
    assert Contact.objects.get(first_name="Cleo").acting_for.exists()

    row.get_by_role("checkbox").check()
    page.locator("summary", has_text="작업").last.click()
    page.get_by_role("button", name="삭제").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("삭제")
    page.get_by_role("button", name="삭제").click()
    expect(page.get_by_role("row").filter(has_text="Cleo")).to_have_count(0)
    assert ContactRelationship.objects.get().contact == world.bo.contact


def test_it_works_without_scripts(world: World, browse) -> None:
    page = browse(world.max.user, scripts=False)
    page.goto(reverse("customers:acting_create", args=[world.harbor.pk]))
    page.get_by_role("searchbox").last.fill("Cleo")
    page.get_by_role("searchbox").last.press("Enter")
    expect(page.get_by_role("radio")).to_have_count(1)
    page.get_by_role("radio").check()
    page.get_by_label("Responsibility").select_option(label="Agency (customer)")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Confirm and save").click()
    expect(page.get_by_role("row").filter(has_text="Cleo")).to_be_visible()
