"""`/tickets/<pk>/follow/` and `/unfollow/`."""

import pytest

from helpdesk.events.models import AuditEntry
from tests.personas import Persona, World
from tickets.models import Follower, Ticket

HTMX = {"HX-Request": "true"}


def follows(persona: Persona, ticket: Ticket) -> bool:
    return Follower.objects.filter(ticket=ticket, contact=persona.contact).exists()


@pytest.mark.parametrize("name", ["kim", "ada", "bo"])
def test_following_and_no_longer(world: World, name: str) -> None:
    persona = world.persona(name)
    response = persona.client.post(f"/tickets/{world.shared.pk}/follow/")
    assert (response.status_code, response.url) == (302, f"/tickets/{world.shared.pk}/")
    assert follows(persona, world.shared)
    persona.client.post(f"/tickets/{world.shared.pk}/follow/")
    assert Follower.objects.filter(contact=persona.contact).count() == 1
    persona.client.post(f"/tickets/{world.shared.pk}/unfollow/")
    assert not follows(persona, world.shared)
    codes = AuditEntry.objects.filter(actor_user=persona.user).order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["ticket.followed", "ticket.unfollowed"]


def test_one_goes_back_to_where_one_was(world: World) -> None:
    response = world.kim.client.post(f"/tickets/{world.shared.pk}/follow/", {"next": "/?who=everyone"})
    assert response.url == "/?who=everyone"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_but_never_to_another_site(world: World, elsewhere: str) -> None:
    response = world.kim.client.post(f"/tickets/{world.shared.pk}/follow/", {"next": elsewhere})
    assert response.url == f"/tickets/{world.shared.pk}/"


def test_htmx_gets_the_button_and_says_what_happened(world: World) -> None:
    response = world.kim.client.post(f"/tickets/{world.shared.pk}/follow/", headers=HTMX)
    content = response.content.decode()
    assert 'aria-pressed="true"' in content
    assert "unfollow/" in content
    assert "<html" not in content
    assert "The lift is stuck" in response["HX-Trigger"]


def test_seeing_is_enough_to_follow(world: World, share) -> None:
    share("see")
    world.kim.client.post(f"/tickets/{world.shared.pk}/follow/")
    assert follows(world.kim, world.shared)


def test_what_is_private_or_not_shared_cannot_be_followed(world: World, share) -> None:
    assert world.kim.client.post(f"/tickets/{world.private.pk}/follow/").status_code == 404
    share("own")
    assert world.kim.client.post(f"/tickets/{world.shared.pk}/follow/").status_code == 404


def test_a_deactivated_contact_is_refused(world: World, carla_is_gone) -> None:
    assert world.carla.client.post(f"/tickets/{world.shared.pk}/follow/").status_code == 403


@pytest.mark.parametrize("verb", ["follow", "unfollow"])
def test_getting_is_refused(world: World, verb: str) -> None:
    assert world.kim.client.get(f"/tickets/{world.shared.pk}/{verb}/").status_code == 405
