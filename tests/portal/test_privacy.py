"""`/tickets/<pk>/privacy/`: a ticket kept between its requester and the team, and shared again."""

import pytest

from helpdesk.events.models import AuditEntry
from tests.personas import World
from tests.portal.conftest import text_of
from tickets.models import Follower, Ticket
from tickets.services.addressees import addressees_of
from tickets.services.conversation import reply
from tickets.services.following import follow


def is_private(ticket: Ticket) -> bool:
    return Ticket.objects.get(pk=ticket.pk).is_private


def test_the_requester_keeps_it_private_and_everybody_else_loses_it_at_once(world: World) -> None:
    address = f"/tickets/{world.shared.pk}/"
    for name in ("kim", "ada", "bo"):
        assert world.persona(name).client.get(address).status_code == 200
    response = world.carla.client.post(f"{address}privacy/", {"private": "1"}, follow=True)
    assert "Only the requester and our team can see this ticket." in text_of(response)
    for name in ("kim", "ada", "bo"):
        assert world.persona(name).client.get(address).status_code == 404
        assert "The lift is stuck" not in text_of(world.persona(name).client.get("/"))
    entry = AuditEntry.objects.get(code="ticket.privacy_changed")
    assert (entry.actor_user, entry.data) == (world.carla.user, {"is_private": [False, True]})


def test_followers_lose_it_too_and_hear_nothing_more(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    world.carla.client.post(f"/tickets/{world.shared.pk}/privacy/", {"private": "1"})
    message = reply(world.shared, "Just for you", actor=world.ana.actor)
    message.ticket = Ticket.objects.get(pk=world.shared.pk)
    assert [each.address for each in addressees_of(message)] == ["carla@people.example"]
    assert Follower.objects.filter(contact=world.kim.contact).exists()
    world.carla.client.post(f"/tickets/{world.shared.pk}/privacy/", {"private": "0"})
    message.ticket = Ticket.objects.get(pk=world.shared.pk)
    assert {each.address for each in addressees_of(message)} == {
        "carla@people.example",
        "kim@people.example",
    }


def test_it_is_shared_again_after_saying_who_will_see_it(world: World) -> None:
    address = f"/tickets/{world.private.pk}/"
    page = text_of(world.carla.client.get(address))
    assert "The 4 people at Harbor Tower will be able to see this ticket." in page
    world.carla.client.post(f"{address}privacy/", {"private": "0"})
    assert not is_private(world.private)
    assert world.kim.client.get(address).status_code == 200


@pytest.mark.parametrize("name", ["kim", "ada", "bo"])
def test_a_colleague_may_not(world: World, name: str) -> None:
    response = world.persona(name).client.post(f"/tickets/{world.shared.pk}/privacy/", {"private": "1"})
    assert response.status_code == 403
    assert not is_private(world.shared)
    assert "privacy/" not in text_of(world.persona(name).client.get(f"/tickets/{world.shared.pk}/"))


def test_the_deactivated_are_refused(world: World, carla_is_gone: None) -> None:
    assert (
        world.carla.client.post(f"/tickets/{world.shared.pk}/privacy/", {"private": "1"}).status_code == 403
    )
