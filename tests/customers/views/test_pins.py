"""Support PINs on the screens of the desk."""

import pytest
from django.urls import reverse

from customers.services.contacts.pins import give_pin
from helpdesk.events.models import AuditEntry
from tests.personas import World

HTMX = {"HX-Request": "true"}
LOOK_UP = "/agent/contacts/pin/"


@pytest.fixture
def pin(world: World) -> str:
    return give_pin(world.carla.contact, actor=world.carla.actor)


def check(world: World) -> str:
    return reverse("customers:pin_check", args=[world.carla.contact.pk])


def reveal(world: World) -> str:
    return reverse("customers:pin_reveal", args=[world.carla.contact.pk])


def test_the_search_offers_six_digits_as_a_pin_and_looks_nothing_up(world: World, pin: str) -> None:
    text = world.ana.client.get("/agent/search/", {"q": pin}).content.decode()
    assert LOOK_UP in text
    assert "Carla" not in text
    assert not AuditEntry.objects.filter(code="pin.found").exists()
    assert LOOK_UP not in world.ana.client.get("/agent/search/", {"q": "12345"}).content.decode()


def test_the_look_up_names_the_contact_and_does_not_repeat_the_digits(world: World, pin: str) -> None:
    text = world.ana.client.post(LOOK_UP, {"pin": pin}).content.decode()
    assert world.carla.contact.get_absolute_url() in text
    assert pin not in text


def test_nobodys_pin_is_a_plain_no_match(world: World) -> None:
    response = world.ana.client.post(LOOK_UP, {"pin": "000000"}, headers=HTMX)
    assert "No match" in response.content.decode()


def test_what_is_no_pin_is_a_sentence(world: World) -> None:
    response = world.ana.client.post(LOOK_UP, {"pin": "12"})
    assert response.status_code == 422
    assert "six digits" in response.content.decode()


def test_no_page_of_the_desk_shows_the_pin_unasked(world: World, pin: str) -> None:
    contact, pk = world.carla.contact, world.carla.contact.pk
    pages = [
        contact.get_absolute_url(),
        reverse("customers:contact_activity", args=[pk]),
        reverse("tickets:contact_tickets", args=[pk]),
        reverse("tickets:ticket_detail", args=[world.shared.pk]),
        f"/admin/customers/contact/{pk}/change/",
    ]
    for page in pages:
        assert pin not in world.root.client.get(page).content.decode(), page


def test_on_the_contacts_page_it_is_checked(world: World, pin: str) -> None:
    assert "Matches" in world.ana.client.post(check(world), {"pin": pin}, headers=HTMX).content.decode()
    other = "000000" if pin != "000000" else "000001"
    text = world.ana.client.post(check(world), {"pin": other}).content.decode()
    assert "Does not match" in text
    assert "<h1" in text, "without scripts the page comes back"


def test_the_limit_is_told(world: World, pin: str, settings) -> None:
    settings.HELPDESK_WRONG_PINS_PER_HOUR = 1
    world.ana.client.post(LOOK_UP, {"pin": "000000" if pin != "000000" else "000001"})
    response = world.ana.client.post(check(world), {"pin": pin}, headers=HTMX)
    assert response.status_code == 422
    assert "Try again later" in response.content.decode()


def test_a_manager_reveals_it_once(world: World, pin: str) -> None:
    response = world.max.client.post(reveal(world), headers=HTMX)
    assert pin in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert pin not in world.max.client.get(world.carla.contact.get_absolute_url()).content.decode()


def test_an_agent_is_not_offered_to_reveal_and_may_not(world: World, pin: str) -> None:
    assert reveal(world) not in world.ana.client.get(world.carla.contact.get_absolute_url()).content.decode()
    assert world.ana.client.post(reveal(world)).status_code == 403
