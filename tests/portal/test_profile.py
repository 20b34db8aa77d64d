"""`/profile/`: how the help center shows itself to me."""

import pytest

from helpdesk.core.models import User
from tests.personas import World

CHOICES = {"language": "ko", "time_zone": "Asia/Seoul", "theme": "dark"}


def test_it_shows_who_i_am_and_where_i_belong(world: World) -> None:
    content = world.bo.client.get("/profile/").content.decode()
    for part in (
        "Bo Lindqvist",
        "bo@people.example",
        "Lighthouse Agency",
        "Harbor Tower",
        "Agency (customer)",
    ):
        assert part in content


def test_what_is_chosen_is_kept_and_used(world: World) -> None:
    response = world.carla.client.post("/profile/", CHOICES)
    assert (response.status_code, response.url) == (302, "/profile/")
    world.carla.user.refresh_from_db()
    assert {name: getattr(world.carla.user, name) for name in CHOICES} == CHOICES
    content = world.carla.client.get("/profile/").content.decode()
    assert '<html lang="ko" data-theme="dark">' in content


def test_nothing_else_can_be_changed(world: World) -> None:
    more = {"is_staff": "on", "email": "x@y.example", "name": "Root", "is_superuser": "on"}
    world.carla.client.post("/profile/", CHOICES | more)
    user = User.objects.get(pk=world.carla.user.pk)
    assert (user.email, user.name, user.is_staff) == (world.carla.user.email, world.carla.user.name, False)
    assert not user.is_superuser


@pytest.mark.parametrize("changes", [{"language": "xx"}, {"time_zone": "Mars/Base"}, {"theme": "neon"}])
def test_a_choice_that_is_not_offered_is_told(world: World, changes: dict[str, str]) -> None:
    response = world.carla.client.post("/profile/", CHOICES | changes)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode() or "error" in response.content.decode()
    world.carla.user.refresh_from_db()
    assert world.carla.user.theme == ""


def test_each_changes_only_their_own(world: World) -> None:
    world.kim.client.post("/profile/", CHOICES)
    world.carla.user.refresh_from_db()
    assert world.carla.user.theme == ""


def test_a_deactivated_contact_is_refused(world: World, carla_is_gone) -> None:
    assert world.carla.client.get("/profile/").status_code == 403


def test_agents_have_their_own_page(world: World) -> None:
    assert world.ana.client.get("/profile/").status_code == 404


def test_the_support_pin_is_given_when_it_is_asked_for_and_shown_from_then_on(world: World) -> None:
    assert world.carla.client.get("/profile/").status_code == 200
    world.carla.contact.refresh_from_db()
    assert world.carla.contact.support_pin is None, "reading gives nothing"
    text = world.carla.client.post("/profile/pin/", follow=True).content.decode()
    world.carla.contact.refresh_from_db()
    assert world.carla.contact.support_pin in text


def test_the_support_pin_is_renewed(world: World) -> None:
    world.carla.client.post("/profile/pin/")
    world.carla.contact.refresh_from_db()
    old = world.carla.contact.support_pin
    text = world.carla.client.post("/profile/pin/renew/", follow=True).content.decode()
    world.carla.contact.refresh_from_db()
    assert world.carla.contact.support_pin != old
    assert world.carla.contact.support_pin in text
