"""Bulk updates in a real browser: by mouse, keyboard alone and finger, in both languages, without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from customers.bulk import lifecycle, run
from customers.bulk.wanted import Wanted
from customers.models import BulkUpdate, Contact
from customers.services.tags import tags_of
from tests.browser.hands import Finger, Keyboard, Mouse
from tests.factories import DESK, ContactFactory
from tests.personas import World

LIST = reverse("customers:contact_list")


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    return world


def accounts(contact: Contact) -> list[str]:
    return [place.account.name for place in Contact.objects.get(pk=contact.pk).ordered_associations]


def choose_field(hand: Mouse, page: Page, panel: str, label: str) -> None:
    """Of the list of fields; by keyboard, by the first letter of its name."""
    select = page.locator(f"#{panel}-add")
    expect(select).to_be_visible()
    if isinstance(hand, Keyboard):
        hand.reach(select)
        page.keyboard.press(label[0])
    else:
        select.select_option(label=label)


@pytest.mark.parametrize("kind", [Mouse, Keyboard, Finger], ids=lambda kind: kind.__name__)
def test_accounts_of_two_contacts_are_replaced_and_come_back(
    world: World, browse, assert_accessible, kind: type[Mouse]
) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    page = browse(world.max.user, size=kind.size)
    hand = kind(page, assert_accessible)
    page.goto(LIST)
    for contact in (carla, kim):
        hand.tick(page.get_by_role("checkbox", name=f"Select {contact.name}"))
    bar = page.get_by_role("region", name="Bulk actions")
    expect(bar).to_contain_text("2 selected")
    hand.press(bar.locator("summary", has_text="Update a field"))
    choose_field(hand, page, "bulk-update", "Accounts")
    box = page.locator("#bulk-update-accounts")
    expect(box).to_be_focused()
    hand.pick(box, "far", page.locator("#bulk-update").get_by_role("option", name="Far Away Ltd"))
    panel = page.locator("#bulk-update")
    expect(panel).to_contain_text("This replaces the accounts of 2 contacts.")
    expect(panel).to_contain_text("2 current associations will be removed: Harbor Tower on 2.")
    hand.look()
    hand.press(panel.get_by_role("button", name="Replace accounts on 2 contacts"))
    toast = page.locator("[data-toast]", has_text="2 contacts changed")
    expect(toast).to_be_visible()
    assert accounts(carla) == accounts(kim) == ["Far Away Ltd"]
    if kind is Keyboard:  # a confirmation goes after a few seconds; the page of the update stays
        page.goto(reverse("customers:bulk_update_detail", args=[BulkUpdate.objects.get().pk]))
        hand.press(page.get_by_role("button", name="Undo the update"))
    else:
        hand.press(toast.get_by_role("button", name="Undo"))
    expect(page.locator("[data-toast]", has_text="2 contacts are as before")).to_be_visible()
    assert accounts(carla) == accounts(kim) == ["Harbor Tower"]


def test_several_fields_at_once_and_one_is_left_again(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(LIST)
    page.get_by_label("Select all on this page").check()
    page.locator(".bulk summary", has_text="Update a field").click()
    panel = page.locator("#bulk-update")
    page.locator("#bulk-update-add").select_option(label="Language")
    page.locator("#bulk-update-language").select_option("ko")
    page.locator("#bulk-update-add").select_option(label="Notes")
    page.locator("#bulk-update-notes").fill("Moved in")
    expect(panel.get_by_role("button", name="Update 5 contacts")).to_be_enabled()
    panel.get_by_role("button", name="Leave Language as it is").click()
    expect(page.locator("#bulk-update-language")).to_have_count(0)
    expect(page.locator("#bulk-update-notes")).to_have_value("Moved in")
    panel.get_by_label("What to do with Notes").select_option(label="Clear")
    expect(panel).to_contain_text("Nothing would change.")
    expect(panel.locator("[name=apply]")).to_be_disabled()
    panel.get_by_label("What to do with Notes").select_option(label="Set")
    panel.get_by_role("button", name="Update 5 contacts").click()
    expect(page.locator("[data-toast]", has_text="5 contacts changed")).to_be_visible()
    found = Contact.objects.order_by().values_list("notes", "language").distinct()
    assert list(found) == [("Moved in", "")]


def test_a_tag_is_made_put_on_and_shown(world: World, browse) -> None:
    page = browse(world.ana.user)
    page.goto(LIST)
    page.get_by_role("checkbox", name=f"Select {world.carla.contact.name}").check()
    page.locator(".bulk summary", has_text="Tag").click()
    page.locator("#bulk-tag-add_tags").fill("Board")
    page.get_by_role("option", name="Create tag “Board”").click()
    page.locator("#bulk-tag").get_by_role("button", name="Add tags to 1 contact").click()
    expect(page.locator("tr", has_text=world.carla.contact.name).locator(".tag")).to_have_text("Board")
    page.goto(world.carla.contact.get_absolute_url())
    page.get_by_role("button", name="Remove Board").click()
    page.locator("#id_tags").fill("Chair")
    page.get_by_role("option", name="Create tag “Chair”").click()
    page.locator(".savebar").get_by_role("button", name="Save contact").click()
    expect(page.locator(".rec .tag")).to_have_text("Chair")
    assert tags_of([world.carla.contact.pk]) == {world.carla.contact.pk: ("Chair",)}


def test_every_state_is_accessible(world: World, browse, assert_accessible_in_both_themes) -> None:
    world.max.user.language = "ko"
    world.max.user.save()
    homeless = ContactFactory(first_name="Nomad")
    page = browse(world.max.user, size="phone", language="ko")
    page.goto(LIST)
    page.locator("tbody .c-sel input").first.check()
    page.locator(".bulk summary").first.click()
    page.locator("#bulk-update-add").select_option("accounts")
    page.locator("#bulk-update-accounts").fill("far")
    page.locator("#bulk-update [role=option]").first.click()
    expect(page.locator("#bulk-update [name=apply]")).to_be_enabled()
    page.locator("#bulk-update .reveal summary").click()
    assert_accessible_in_both_themes(page)
    started = lifecycle.start(Wanted(job_title="Guard"), [world.kim.contact.pk, homeless.pk], actor=DESK)
    page.goto(reverse("customers:bulk_update_detail", args=[started.pk]))
    assert_accessible_in_both_themes(page)
    page.goto("about:blank")  # the page of a running update goes on by itself once the update has ended
    run.carry_out(started.pk)
    for address in (
        reverse("customers:bulk_update_detail", args=[started.pk]),
        reverse("customers:bulk_update_list"),
        reverse("customers:contact_bulk"),
    ):
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        assert_accessible_in_both_themes(page)
    page.goto(LIST)
    page.locator("tbody .c-sel input").first.check()
    page.locator("[formaction$='/bulk/delete/']").click()
    page.wait_for_url("**/bulk/delete/")
    assert_accessible_in_both_themes(page)


def test_without_scripts_it_goes_step_by_step(world: World, browse) -> None:
    page = browse(world.ana.user, scripts=False)
    page.goto(LIST)
    page.get_by_role("checkbox", name=f"Select {world.carla.contact.name}").check()
    page.locator(".bulk summary", has_text="Update a field").click()
    page.locator("#bulk-update").get_by_role("button", name="Go on").click()
    page.locator("#bulk-page-add").select_option(label="Notes")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#bulk-page-notes").fill("Moved in")
    page.locator(".bulkform__end").get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Update 1 contact").click()
    expect(page.locator("[data-toast]")).to_contain_text("1 contact changed")
    page.get_by_role("button", name="Undo").click()
    assert BulkUpdate.objects.get().status == "undone"
