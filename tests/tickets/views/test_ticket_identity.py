"""The PIN on the ticket page."""

from django.urls import reverse

from customers.services.contacts.pins import give_pin
from tests.personas import World

HTMX = {"HX-Request": "true"}


def where(world: World) -> str:
    return reverse("tickets:ticket_identity", args=[world.shared.pk])


def test_the_right_pin_marks_the_ticket_and_tells_the_history(world: World) -> None:
    pin = give_pin(world.carla.contact, actor=world.carla.actor)
    text = world.ana.client.post(where(world), {"pin": pin}, headers=HTMX).content.decode()
    assert "Identity confirmed by PIN" in text
    assert "confirmed the identity of Carla Moreno" in text
    page = world.max.client.get(reverse("tickets:ticket_detail", args=[world.shared.pk])).content.decode()
    assert "Identity confirmed by PIN" in page
    assert pin not in page


def test_a_wrong_one_says_so_at_its_field(world: World) -> None:
    response = world.ana.client.post(where(world), {"pin": "000000"}, headers=HTMX)
    assert response.status_code == 422
    text = response.content.decode()
    assert "does not match Carla Moreno" in text
    assert "Identity confirmed by PIN" not in text


def test_without_scripts_the_page_comes_back(world: World) -> None:
    response = world.ana.client.post(where(world), {"pin": "000000"}, follow=True)
    assert "does not match Carla Moreno" in response.content.decode()


def test_the_requester_sees_nothing_of_it(world: World) -> None:
    pin = give_pin(world.carla.contact, actor=world.carla.actor)
    world.ana.client.post(where(world), {"pin": pin})
    text = world.carla.client.get(reverse("portal:ticket_detail", args=[world.shared.pk])).content.decode()
    assert "Identity confirmed" not in text
    assert "PIN" not in text
