"""The pages of a merge: with whom, what stays, what comes of it, and the way back."""

import pytest
from django.urls import reverse

from customers.merging.accounts import merge_accounts
from customers.merging.contacts import merge_contacts
from customers.models import Association, Contact, ContactMethod, Merge
from customers.services.contacts.changes import update_contact
from customers.services.methods.changes import add_method
from helpdesk.events.versions import version_of
from tests.agreeing import what_is_asked
from tests.factories import DESK, AccountFactory, ContactFactory, TicketFactory
from tests.personas import World
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def address(record, *others, kind: str = "contact") -> str:
    query = "&".join(f"with={other.pk}" for other in others)
    return f"{reverse(f'customers:{kind}_merge', args=[record.pk])}?{query}"


def page_of(world: World, *records, kind: str = "contact") -> str:
    response = world.max.client.get(address(*records, kind=kind))
    assert response.status_code == 200
    return response.content.decode()


def post(world: World, survivor, *others, kind: str = "contact", **data):
    return world.max.client.post(
        reverse(f"customers:{kind}_merge", args=[survivor.pk]),
        {"with": [other.pk for other in others], **data},
    )


# --- Choosing ------------------------------------------------------------
def test_the_page_names_the_survivor_in_the_button_and_shows_the_outcome(world: World) -> None:
    page = page_of(world, world.carla.contact, world.kim.contact)
    assert "Merge into Carla Moreno" in page
    assert "Keep the other one instead" in page
    assert "2, nothing is lost" in page


def test_it_says_which_sign_in_is_closed(world: World) -> None:
    page = page_of(world, world.carla.contact, world.kim.contact)
    assert "The help center sign-in of Kim Seo-yeon is closed; that of Carla Moreno stays." in page


def test_without_anybody_it_asks_with_whom_and_finds_them_without_scripts(world: World) -> None:
    page = page_of(world, world.carla.contact)
    assert "Merge Carla Moreno with …" in page
    found = world.max.client.get(address(world.carla.contact) + "with_text=Farrell").content.decode()
    assert f'href="?with={world.zoe.contact.pk}"' in found


def test_with_itself_is_refused_in_words(world: World) -> None:
    carla = world.carla.contact
    assert "cannot be merged with itself" in page_of(world, carla, carla)
    response = post(world, carla, carla)
    assert response.status_code == 422
    assert "cannot be merged with itself" in response.content.decode()


def test_several_come_by_the_query_of_a_list_and_by_a_comma(world: World) -> None:
    others = [world.kim.contact, world.zoe.contact]
    assert "Merge 3 contacts" in page_of(world, world.carla.contact, *others)
    joined = f"{address(world.carla.contact)}with={others[0].pk},{others[1].pk}"
    assert "Merge 3 contacts" in world.max.client.get(joined).content.decode()


def test_nonsense_in_the_query_is_nobody(world: World) -> None:
    for query in ("with=x", "with=" + "9" * 40, "with=0", "with=-1", "pick-name=%00&with=1,,2"):
        assert world.max.client.get(address(world.carla.contact) + query).status_code == 200


def test_the_page_costs_as_many_queries_with_many_rows_as_with_few(world: World, count_queries) -> None:
    url = address(world.carla.contact, world.kim.contact)
    few = count_queries(lambda: world.max.client.get(url))
    for n in range(5):
        TicketFactory(contact=world.kim.contact)
        add_method(world.kim.contact, "x", f"@kim{n}", actor=DESK)
    assert count_queries(lambda: world.max.client.get(url)) == few


# --- Merging -------------------------------------------------------------
def test_merging_takes_what_was_chosen_and_leads_to_the_survivor(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    response = post(world, carla, kim, **{"pick-name": kim.pk, "pick-default:email": kim.pk})
    assert response.url == carla.get_absolute_url()
    after = Contact.objects.with_methods().get(pk=carla.pk)
    assert (after.first_name, after.default_email) == ("Kim", "kim@people.example")
    page = world.max.client.get(response.url).content.decode()
    assert reverse("customers:merge_detail", args=[Merge.objects.get().pk]) in page


def test_different_external_ids_need_a_tick(world: World) -> None:
    one, other = ContactFactory(external_id="A1"), ContactFactory(external_id="B2")
    assert "They have different external ids (A1, B2)" in page_of(world, one, other)
    assert post(world, one, other).status_code == 422
    assert post(world, one, other, different_ids="1").status_code == 302


def test_an_edit_since_the_page_was_opened_comes_first(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    seen = {f"version-{person.pk}": version_of(person) for person in (carla, kim)}
    update_contact(kim, {"notes": "Just now"}, actor=world.ana.actor)
    response = post(world, carla, kim, **seen)
    assert response.status_code == 422
    assert "was changed while you were editing" in response.content.decode()
    now = {f"version-{person.pk}": version_of(person) for person in (carla, kim)}
    assert all(
        f'name="{name}" value="{version}"' in response.content.decode() for name, version in now.items()
    )
    assert post(world, carla, kim, **now).status_code == 302


def test_who_is_gone_by_now_is_named_on_the_survivors_page(world: World) -> None:
    carla, kim, zoe = world.carla.contact, world.kim.contact, world.zoe.contact
    merge_contacts(carla, [kim], actor=DESK)
    response = post(world, zoe, kim)
    assert response.url == carla.get_absolute_url()
    assert "was merged into Carla Moreno a moment ago" in world.max.client.get(response.url).content.decode()
    assert Contact.objects.filter(pk=zoe.pk).exists()


# --- More than 25 accounts ----------------------------------------------------
def test_what_does_not_fit_is_shown_can_be_swapped_and_must_be_understood(world: World) -> None:
    accounts = [AccountFactory(name=f"Tower {n:02}") for n in range(26)]
    one, other = ContactFactory(accounts=accounts[:20]), ContactFactory(accounts=accounts[20:])
    page = page_of(world, one, other)
    assert "1 account does not fit in the limit of 25 and will be dropped." in page
    assert f'name="drop" value="{accounts[25].pk}"' in page
    swapped = post(world, one, other, drop=accounts[25].pk, swap=f"{accounts[25].pk}:{accounts[3].pk}")
    assert swapped.status_code == 200
    assert f'name="drop" value="{accounts[3].pk}"' in swapped.content.decode()
    refused = post(world, one, other, drop=accounts[3].pk)
    assert refused.status_code == 422
    assert Contact.objects.filter(pk=other.pk).exists()
    assert post(world, one, other, drop=accounts[3].pk, understood="1").status_code == 302
    kept = set(Association.objects.filter(contact=one).values_list("account", flat=True))
    assert kept == {account.pk for account in accounts} - {accounts[3].pk}


def test_what_was_not_shown_as_dropped_is_never_dropped(world: World) -> None:
    accounts = [AccountFactory() for _ in range(26)]
    one, other = ContactFactory(accounts=accounts[:20]), ContactFactory(accounts=accounts[20:])
    assert post(world, one, other, understood="1").status_code == 422
    assert Contact.objects.filter(pk=other.pk).exists()


# --- Accounts --------------------------------------------------------------
def test_accounts_say_who_sees_more_and_merge(world: World) -> None:
    page = page_of(world, world.harbor, world.far_away, kind="account")
    assert "4 people of Harbor Tower" in page
    assert "1 person of Far Away Ltd" in page
    asked = post(world, world.harbor, world.far_away, kind="account")
    assert "4 people will see 1 more ticket of Far Away Ltd." in asked.content.decode()
    assert Ticket.objects.get(pk=world.strangers.pk).account == world.far_away
    response = post(world, world.harbor, world.far_away, kind="account", agreed=what_is_asked(asked))
    assert response.url == world.harbor.get_absolute_url()
    assert Ticket.objects.get(pk=world.strangers.pk).account == world.harbor


# --- Old addresses, old numbers, history -----------------------------------------
@pytest.mark.parametrize(
    "name", ["customers:contact_detail", "customers:contact_activity", "tickets:contact_tickets"]
)
def test_an_old_address_leads_to_the_same_page_of_the_survivor(world: World, name: str) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    merge_contacts(carla, [kim], actor=DESK)
    merge_contacts(world.zoe.contact, [carla], actor=DESK)
    response = world.ana.client.get(reverse(name, args=[kim.pk]))
    assert response.url == reverse(name, args=[world.zoe.contact.pk])
    assert world.bo.client.get(reverse(name, args=[kim.pk])).status_code == 404


def test_an_old_address_of_an_account_leads_to_the_survivor(world: World) -> None:
    merge_accounts(world.harbor, [world.far_away], actor=DESK)
    for name in ("customers:account_detail", "customers:account_contacts", "tickets:account_tickets"):
        response = world.ana.client.get(reverse(name, args=[world.far_away.pk]))
        assert response.url == reverse(name, args=[world.harbor.pk])


def test_the_old_number_finds_the_survivor_until_the_merge_is_undone(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    merge = merge_contacts(carla, [kim], actor=DESK)
    assert list(Contact.objects.matching(kim.reference.lower())) == [carla]
    world.max.client.post(reverse("customers:merge_undo", args=[merge.pk]))
    assert list(Contact.objects.matching(kim.reference)) == [kim]


def test_the_survivors_activity_shows_that_of_the_merged_one(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    add_method(kim, "x", "@seoyeon", actor=DESK)
    merge_contacts(carla, [kim], actor=DESK)
    page = world.ana.client.get(reverse("customers:contact_activity", args=[carla.pk])).content.decode()
    assert "@seoyeon" in page


# --- The offer where an address is taken ------------------------------------------
def test_an_address_that_somebody_else_has_offers_the_merge(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    adding = reverse("customers:method_add", args=[carla.pk])
    sent = {"kind": "email", "value": "kim@people.example"}
    offer = f'{reverse("customers:contact_merge", args=[carla.pk])}?with={kim.pk}"'
    assert offer in world.max.client.post(adding, sent).content.decode()
    assert offer not in world.ana.client.post(adding, sent).content.decode()


def test_a_cell_of_the_list_offers_it_too(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    cell = reverse("customers:contact_cell", args=[carla.pk, "email"])
    refused = world.max.client.post(cell, {"value": "kim@people.example"}, headers={"hx-request": "true"})
    assert refused.status_code == 422
    assert f"{reverse('customers:contact_merge', args=[carla.pk])}?with={kim.pk}" in refused.content.decode()


# --- Undo ---------------------------------------------------------------
def test_undoing_shows_what_was_edited_since_and_then_undoes_the_rest(world: World) -> None:
    carla, kim = world.carla.contact, world.kim.contact
    update_contact(kim, {"language": "ko"}, actor=DESK)
    merge = merge_contacts(carla, [kim], actor=DESK)
    update_contact(carla, {"language": "en"}, actor=DESK)
    undo = reverse("customers:merge_undo", args=[merge.pk])
    refused = world.max.client.post(undo)
    assert refused.status_code == 422
    assert "Carla Moreno: language was edited since" in refused.content.decode()
    assert not Contact.objects.filter(pk=kim.pk).exists()
    done = world.max.client.post(undo, {"rest": "1"})
    assert done.url == reverse("customers:merge_detail", args=[merge.pk])
    assert "Carla Moreno: language was edited since" in world.max.client.get(done.url).content.decode()
    assert ContactMethod.objects.get(value="kim@people.example").contact == kim


def test_undo_is_a_post_and_only_for_managers(world: World) -> None:
    merge = merge_contacts(world.carla.contact, [world.kim.contact], actor=DESK)
    undo = reverse("customers:merge_undo", args=[merge.pk])
    assert world.max.client.get(undo).status_code == 405
    assert world.ana.client.post(undo).status_code == 404
    assert world.ana.client.get(reverse("customers:merge_detail", args=[merge.pk])).status_code == 404
    assert world.max.client.post(undo).url == world.carla.contact.get_absolute_url()
