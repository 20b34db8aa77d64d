"""The bulk bar of the contact list: the panel, the confirmation, the run, its undo; merge, export and delete."""

from typing import Any

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from customers.bulk import lifecycle
from customers.models import BulkUpdate, Contact, Tag
from customers.services.custom_fields import create_custom_field
from customers.services.tags import tags_of
from tests.factories import DESK, AccountFactory, ContactFactory, TicketFactory, fill_desk
from tests.personas import World

pytestmark = pytest.mark.django_db
BULK = reverse("customers:contact_bulk")
HTMX = {"HX-Request": "true"}


def people(world: World) -> list[int]:
    return [world.carla.contact.pk, world.kim.contact.pk]


def post(world: World, who: str = "ana", htmx: bool = False, **data: Any) -> Any:
    client = world.persona(who).client
    return client.post(BULK, {"query": "", **data}, headers=HTMX if htmx else {})


def confirmed(world: World, who: str = "ana", htmx: bool = False, **data: Any) -> Any:
    """As a person does it: look at the numbers, then press the button."""
    shown = post(world, who, **data)
    fingerprint = shown.context["preview"].fingerprint
    return post(world, who, htmx, **data, apply="1", confirmed=fingerprint)


def notes(text: str, **more: Any) -> dict[str, Any]:
    return {"field": ["notes"], "notes-mode": "set", "notes": text, **more}


def test_the_list_has_boxes_and_a_bar_with_what_one_may_do(world: World) -> None:
    page = world.ana.client.get(reverse("customers:contact_list")).content.decode()
    assert f'name="contact" value="{world.carla.contact.pk}"' in page
    assert "Update a field" in page and "Delete</button>" not in page
    page = world.max.client.get(reverse("customers:contact_list")).content.decode()
    assert "Delete</button>" in page and "Merge</button>" in page


def test_the_panel_is_put_together_step_by_step(world: World) -> None:
    panel = post(world, htmx=True, place="bulk-update", contact=people(world), add="notes").content.decode()
    assert 'id="bulk-update-notes"' in panel and "<html" not in panel
    assert "Update 2 contacts</button>" in panel and "disabled" in panel
    panel = post(world, htmx=True, place="bulk-update", contact=people(world), **notes("Hi")).content.decode()
    assert 'name="confirmed"' in panel and "disabled" not in panel
    panel = post(world, htmx=True, place="bulk-update", drop="notes", **notes("Hi")).content.decode()
    assert 'id="bulk-update-notes"' not in panel


def test_few_are_changed_at_once_with_a_way_back_in_the_confirmation(world: World) -> None:
    response = confirmed(world, contact=people(world), htmx=True, **notes("Moved"))
    assert response.headers["HX-Redirect"] == reverse("customers:contact_list") + "?"
    run = BulkUpdate.objects.get()
    assert (run.status, run.changed, run.created_by) == ("done", 2, world.ana.user)
    undo = reverse("customers:bulk_update_undo", args=[run.pk])
    page = world.ana.client.get(reverse("customers:contact_list")).content.decode()
    assert "2 contacts changed" in page and undo in page
    back = world.ana.client.post(undo, {"next": "/agent/contacts/?q=a"})
    assert back.url == "/agent/contacts/?q=a"
    assert not Contact.objects.filter(notes="Moved").exists()


def test_without_scripts_it_is_a_page_that_carries_the_selection(world: World) -> None:
    response = post(world, contact=people(world), **notes("Moved"))
    page = response.content.decode()
    assert "<html" in page and f'name="contact" value="{people(world)[0]}"' in page
    assert confirmed(world, contact=people(world), **notes("Moved")).status_code == 302
    assert Contact.objects.filter(notes="Moved").count() == 2


def test_accounts_are_replaced_by_the_chosen_ones_in_their_order(world: World) -> None:
    accounts = [world.far_away.pk, world.harbor.pk]
    data = {"field": ["accounts"], "accounts-mode": "set", "accounts": accounts}
    page = post(world, contact=people(world), **data).content.decode()
    assert "This replaces the accounts of 2 contacts." in page and "Replace accounts on 2 contacts" in page
    confirmed(world, contact=people(world), **data)
    for pk in people(world):
        assert [p.account_id for p in Contact.objects.get(pk=pk).ordered_associations] == accounts


def test_everything_that_the_filter_matches_is_changed_and_nothing_else(world: World) -> None:
    query = f"account={world.harbor.pk}"
    confirmed(world, all="1", query=query, **notes("Moved"))
    names = Contact.objects.filter(notes="Moved").values_list("first_name", flat=True)
    assert sorted(names) == ["Ada", "Carla", "Kim"]


def test_nothing_ticked_is_nobody(world: World) -> None:
    page = post(world, **notes("Moved"))
    assert page.context["number"] == 0
    assert "Tick at least one contact first." in page.content.decode()
    assert post(world, apply="1", **notes("Moved")).status_code == 422
    assert not BulkUpdate.objects.exists()


def test_what_has_changed_since_it_was_read_is_shown_again(world: World) -> None:
    response = post(world, contact=people(world), apply="1", confirmed="of another day", **notes("Moved"))
    assert response.status_code == 422
    assert "This has changed in the meantime." in response.content.decode()
    assert not BulkUpdate.objects.exists()


def test_a_custom_value_that_does_not_fit_is_said_beside_its_field(world: World) -> None:
    field = create_custom_field("contact", "Floor", actor=DESK, kind="number")
    code = f"custom:{field.key}"
    data = {"field": [code], f"{code}-mode": "set", code: "twelve"}
    page = post(world, contact=people(world), **data)
    assert "Enter a number" in page.content.decode() and page.context["preview"] is None
    confirmed(world, contact=people(world), **{**data, code: "12"})
    assert Contact.objects.get(pk=people(world)[0]).custom_fields == {field.key: "12"}


def test_more_accounts_than_a_contact_may_have_are_refused(world: World, settings) -> None:
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    data = {"field": ["accounts"], "accounts-mode": "set", "accounts": [world.harbor.pk, world.far_away.pk]}
    assert (
        "A contact can belong to 1 accounts." in post(world, contact=people(world), **data).content.decode()
    )


def test_tags_are_added_and_removed(world: World) -> None:
    data = {"field": ["add_tags", "remove_tags"], "add_tags": ["VIP", "Board"], "add_tags-mode": "set"}
    confirmed(world, contact=people(world), **data)
    assert tags_of(people(world))[people(world)[0]] == ("Board", "VIP")
    data = {"field": ["remove_tags"], "remove_tags_text": "vip", "remove_tags-mode": "set"}
    confirmed(world, contact=people(world), **data)
    assert tags_of(people(world))[people(world)[0]] == ("Board",)


def test_only_who_may_see_people_off_is_offered_their_state(world: World) -> None:
    data = {"field": ["is_active"], "is_active-mode": "set", "is_active": "no"}
    assert post(world, contact=people(world), **data).context["preview"] is None
    confirmed(world, "max", contact=people(world), **data)
    assert Contact.objects.filter(pk__in=people(world), is_active=True).count() == 0


def test_too_many_are_told_to_narrow_the_list(world: World, monkeypatch) -> None:
    monkeypatch.setattr(lifecycle, "MOST", 1)
    page = post(world, contact=people(world), **notes("Moved")).content.decode()
    assert "At most 1 contacts can be changed at once. Narrow the list first." in page


def test_many_go_into_the_background_with_a_page_of_their_own(world: World, monkeypatch) -> None:
    monkeypatch.setattr(lifecycle, "AT_ONCE", 1)
    response = confirmed(world, contact=people(world), **notes("Moved"))
    run = BulkUpdate.objects.get()
    assert response.url == reverse("customers:bulk_update_detail", args=[run.pk])
    assert DBTaskResult.objects.get().args_kwargs["args"] == [run.pk]
    page = world.ana.client.get(response.url).content.decode()
    assert "0 of 2 contacts" in page and "You can leave this page." in page
    fragment = world.ana.client.get(response.url, headers=HTMX).content.decode()
    assert "<html" not in fragment and 'hx-trigger="every 1s"' in fragment
    world.ana.client.post(reverse("customers:bulk_update_cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.cancel_requested


def test_those_left_out_are_listed_with_the_reason(world: World) -> None:
    homeless = ContactFactory(first_name="Nomad")
    data = {"field": ["job_title"], "job_title-mode": "set", "job_title": "Guard"}
    response = confirmed(world, contact=[*people(world), homeless.pk], **data)
    page = world.ana.client.get(response.url).content.decode()
    assert homeless.name in page and "Belongs to no account" in page
    assert reverse("customers:bulk_update_detail", args=[BulkUpdate.objects.get().pk]) in response.url
    assert "Guard" in page


def test_ticked_contacts_are_exported_alone(world: World) -> None:
    url = reverse("customers:contact_export")
    data = {"query": "", "contact": people(world)[:1], "format": "csv", "column": ["first_name"]}
    text = b"".join(world.max.client.post(url, data).streaming_content).decode("utf-8-sig")
    assert text.split() == ["First", "name", "Carla"] or text.splitlines() == ["First name", "Carla"]


def test_ticked_contacts_are_led_to_their_merge(world: World) -> None:
    url = reverse("customers:contact_merge_chosen")
    response = world.max.client.post(url, {"query": "", "contact": people(world)})
    assert response.url == f"/agent/contacts/{people(world)[0]}/merge/?with={people(world)[1]}"
    response = world.max.client.post(url, {"query": "q=a", "contact": people(world)[:1]})
    assert response.url == reverse("customers:contact_list") + "?q=a"


def test_deleting_asks_what_becomes_of_their_tickets(world: World) -> None:
    url = reverse("customers:contact_bulk_delete")
    heir, other = ContactFactory(), ContactFactory()
    TicketFactory(contact=other)
    data = {"query": "", "contact": [other.pk, world.kim.contact.pk]}
    page = world.max.client.post(url, data)
    assert page.status_code == 200 and "Delete 2 contacts?" in page.content.decode()
    assert world.max.client.post(url, data | {"confirm": "1"}).status_code == 422
    assert Contact.objects.filter(pk=other.pk).exists()
    done = world.max.client.post(url, data | {"confirm": "1", "rest": "reassign", "to": heir.pk})
    assert done.status_code == 302
    assert not Contact.objects.filter(pk__in=data["contact"]).exists()


def test_the_pages_cost_the_same_however_much_there_is(world: World, count_queries) -> None:
    def measured() -> list[int]:
        data = {"query": "", "all": "1", "field": ["accounts"], "accounts-mode": "set"}
        data["accounts"] = [world.harbor.pk]
        pages = [reverse("customers:bulk_update_list"), f"{BULK}?q="]
        return [count_queries(lambda p=page: world.ana.client.get(p)) for page in pages] + [
            count_queries(lambda: world.ana.client.post(BULK, data, headers=HTMX))
        ]

    before = measured()
    fill_desk(30, account=world.harbor)
    assert measured() == before


def test_a_tag_picker_offers_what_there_is_and_what_there_is_not(world: World) -> None:
    data = {"field": ["add_tags"], "add_tags": ["Board"], "add_tags-mode": "set"}
    confirmed(world, contact=people(world), **data)
    url = reverse("customers:tag_options")
    options = world.ana.client.get(f"{url}?q=boa&create=1", headers=HTMX).content.decode()
    assert 'data-value="Board"' in options and "Create tag “boa”" in options
    assert "Create" not in world.ana.client.get(f"{url}?q=BOARD&create=1", headers=HTMX).content.decode()


def test_the_list_is_narrowed_to_a_tag(world: World) -> None:
    confirmed(
        world, contact=people(world)[:1], field=["add_tags"], add_tags=["Board"], **{"add_tags-mode": "set"}
    )
    page = world.ana.client.get(reverse("customers:contact_list"), {"tag": Tag.objects.get().pk})
    assert [contact.pk for contact in page.context["page"]] == people(world)[:1]


def test_an_account_chosen_by_name_without_scripts_is_found(world: World) -> None:
    AccountFactory(name="Songdo Park")
    data = {"field": ["accounts"], "accounts-mode": "set", "accounts_text": "songdo park"}
    confirmed(world, contact=people(world)[:1], **data)
    assert Contact.objects.get(pk=people(world)[0]).primary_account.name == "Songdo Park"
