"""The pages on which a contact goes: deleted, seen off, erased. They say first what they will do."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Contact
from customers.services.contacts.leaving import see_off
from helpdesk.events.models import AuditEntry
from tests.agreeing import agreeing
from tests.factories import DESK, ContactFactory
from tests.personas import World
from tickets.models import Ticket


def address(world: World, verb: str) -> str:
    return reverse(f"customers:contact_{verb}", args=[world.carla.contact.pk])


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_the_menu_offers_it_to_those_who_may(world: World) -> None:
    page = world.carla.contact.get_absolute_url()
    for verb in ("delete", "leave", "erase"):
        assert address(world, verb) in text(world.max.client, page)
        assert address(world, verb) not in text(world.ana.client, page)
    see_off(world.carla.contact, actor=DESK)
    assert address(world, "return") in text(world.max.client, page)


# --- Delete -----------------------------------------------------------------
def test_deleting_says_how_many_tickets_depend(world: World) -> None:
    assert "2 tickets of Carla Moreno" in text(world.max.client, address(world, "delete"))


def test_deleting_without_a_word_about_the_tickets_is_refused(world: World) -> None:
    response = world.max.client.post(address(world, "delete"), {})
    assert response.status_code == 422
    assert response.context["form"].errors["rest"] == ["Say what becomes of the tickets."]
    assert Contact.objects.filter(pk=world.carla.contact.pk).exists()


def test_the_tickets_go_to_whom_the_form_names(world: World) -> None:
    chosen = {"rest": "reassign", "to": world.kim.contact.pk}
    response = world.max.client.post(address(world, "delete"), chosen)
    assert response["Location"] == reverse("customers:contact_list")
    assert Ticket.objects.filter(contact=world.kim.contact).count() == 2


@pytest.mark.parametrize("typed", ["kim@people.example", "KIM@people.example", "Kim Seo-yeon"])
def test_without_scripts_a_name_is_typed(world: World, typed: str) -> None:
    world.max.client.post(address(world, "delete"), {"rest": "reassign", "to_text": typed})
    assert not Contact.objects.filter(pk=world.carla.contact.pk).exists()
    assert Ticket.objects.filter(contact=world.kim.contact).count() == 2


@pytest.mark.parametrize("named", [{}, {"to": "99999"}, {"to": "x"}, {"to_text": "Nobody"}, {"to": "carla"}])
def test_somebody_unknown_gets_nothing(world: World, named: dict[str, str]) -> None:
    if named.get("to") == "carla":
        named = {"to": str(world.carla.contact.pk)}
    response = world.max.client.post(address(world, "delete"), {"rest": "reassign", **named})
    assert response.status_code == 422
    assert response.context["form"].errors["to"]
    assert Ticket.objects.filter(contact=world.carla.contact).count() == 2


def test_a_name_that_two_have_names_nobody(world: World) -> None:
    ContactFactory(first_name="Kim", last_name="Seo-yeon")
    response = world.max.client.post(
        address(world, "delete"), {"rest": "reassign", "to_text": "Kim Seo-yeon"}
    )
    assert response.status_code == 422


def test_the_tickets_can_go_along(world: World) -> None:
    world.max.client.post(address(world, "delete"), {"rest": "delete"})
    assert list(Ticket.objects.all()) == [world.strangers]


def test_who_has_no_tickets_is_deleted_at_once(world: World) -> None:
    url = reverse("customers:contact_delete", args=[world.kim.contact.pk])
    assert "would be left without" not in text(world.max.client, url)
    world.max.client.post(url)
    assert not Contact.objects.filter(pk=world.kim.contact.pk).exists()


# --- Who takes over -------------------------------------------------------------
def test_the_same_accounts_people_come_first(world: World) -> None:
    url = reverse("customers:successor_options", args=[world.carla.contact.pk])
    page = world.max.client.get(url, {"q": ".example"}, headers={"HX-Request": "true"})
    names = [contact.name for contact in page.context["contacts"]]
    assert names[:2] == ["Ada Novak", "Kim Seo-yeon"]
    assert "Bo Lindqvist" in names
    assert "Carla Moreno" not in names


def test_only_colleagues_when_asked(world: World) -> None:
    url = reverse("customers:successor_options", args=[world.carla.contact.pk])
    page = world.max.client.get(url, {"q": ".example", "colleagues": 1}, headers={"HX-Request": "true"})
    assert [contact.name for contact in page.context["contacts"]] == ["Ada Novak", "Kim Seo-yeon"]


# --- Leaver ---------------------------------------------------------------------
def test_leaving_says_what_passes_on(world: World) -> None:
    page = text(world.max.client, address(world, "leave"))
    assert "every open session ends" in page
    assert "1 open ticket" in page


def test_a_colleague_takes_over(world: World) -> None:
    chosen = {"who": "colleague", "to": world.kim.contact.pk}
    assert world.max.client.post(address(world, "leave"), chosen).status_code == 302
    world.shared.refresh_from_db()
    assert world.shared.contact == world.kim.contact
    activity = text(world.max.client, reverse("customers:contact_activity", args=[world.carla.contact.pk]))
    assert "noted that Carla Moreno has left, and that Kim Seo-yeon takes over" in activity


@pytest.mark.parametrize("chosen", [{}, {"who": "colleague"}, {"who": "colleague", "to_text": "Zoe Farrell"}])
def test_who_takes_over_has_to_be_said(world: World, chosen: dict[str, str]) -> None:
    assert world.max.client.post(address(world, "leave"), chosen).status_code == 422
    assert Contact.objects.get(pk=world.carla.contact.pk).is_active


def test_coming_back_says_what_stays_away(world: World) -> None:
    see_off(world.carla.contact, actor=DESK, colleague=world.kim.contact)
    assert "What Kim Seo-yeon took over stays" in text(world.max.client, address(world, "return"))
    agreeing(world.max.client, address(world, "return"))
    assert Contact.objects.get(pk=world.carla.contact.pk).is_active


# --- Erase ----------------------------------------------------------------------
def test_erasing_says_what_goes_and_what_stays(world: World) -> None:
    page = text(world.max.client, address(world, "erase"))
    assert "1 way to be reached" in page
    assert "2 tickets" in page


@pytest.mark.parametrize("typed", ["", "Carla Moreno", "C-999999"])
def test_another_reference_erases_nothing(world: World, typed: str) -> None:
    assert world.max.client.post(address(world, "erase"), {"name": typed}).status_code == 422
    assert Contact.objects.filter(last_name="Moreno").exists()


def test_the_reference_erases(world: World) -> None:
    reference = world.carla.contact.reference
    response = world.max.client.post(
        address(world, "erase"), {"name": reference, "messages": "on"}, follow=True
    )
    assert response.context["contact"].name == reference
    assert "Erased" in response.content.decode()
    assert AuditEntry.objects.get(code="contact.erased").data["messages"] is True
