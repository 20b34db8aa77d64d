"""A person's own choices: by the service, recorded, and nobody else's."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from helpdesk.core.models import User
from helpdesk.core.validation import InvalidFields
from helpdesk.events.timelines import timeline
from helpdesk.events.wording import told
from helpdesk.sign_in.preferences import set_preferences
from tests.personas import World


def chosen(user: User) -> tuple[str, str, str, bool]:
    user = User.objects.get(pk=user.pk)
    return user.language, user.time_zone, user.theme, user.shortcuts


def test_what_is_given_changes_and_is_recorded(world: World) -> None:
    ana = world.ana
    set_preferences(ana.user, actor=ana.actor, language="ko", time_zone="Asia/Seoul", shortcuts=False)
    assert chosen(ana.user) == ("ko", "Asia/Seoul", "", False)
    entry = timeline(ana.user).get()
    assert entry.data["changes"]["language"] == ["", "ko"]
    assert told(entry) == "Ana changed the preferences of ana@desk.example"


def test_what_is_empty_goes_back_and_what_is_not_given_stays(world: World) -> None:
    ana = world.ana
    set_preferences(ana.user, actor=ana.actor, language="ko", theme="dark")
    set_preferences(ana.user, actor=ana.actor, language="")
    assert chosen(ana.user) == ("", "", "dark", True)


def test_the_same_again_leaves_no_trace(world: World) -> None:
    set_preferences(world.ana.user, actor=world.ana.actor, theme="")
    assert not timeline(world.ana.user).exists()


@pytest.mark.parametrize("changes", [{"language": "xx"}, {"time_zone": "Mars/Base"}, {"theme": "neon"}])
def test_what_is_not_on_offer_is_refused(world: World, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidFields) as caught:
        set_preferences(world.ana.user, actor=world.ana.actor, **changes)
    assert set(caught.value.errors) == set(changes)
    assert chosen(world.ana.user) == ("", "", "", True)


@pytest.mark.parametrize(("name", "may"), [("kim", False), ("ana", False), ("root", True)])
def test_somebody_elses_are_for_administrators(world: World, name: str, may: bool) -> None:
    try:
        set_preferences(world.carla.user, actor=world.persona(name).actor, theme="dark")
    except PermissionDenied:
        assert not may
    assert (chosen(world.carla.user)[2] == "dark") == may


@pytest.mark.parametrize("name", ["ana", "carla"])
def test_the_buttons_of_every_page_choose_by_it(world: World, name: str) -> None:
    person = world.persona(name)
    person.client.post(reverse("sign_in:set_language"), {"language": "ko"})
    person.client.post(reverse("sign_in:preferences"), {"theme": "dark"})
    person.client.post(reverse("sign_in:preferences"), {"shortcuts": "off"})
    assert chosen(person.user) == ("ko", "", "dark", False)
    assert timeline(person.user).filter(code="user.preferences_changed").count() == 3


def test_nonsense_from_a_button_changes_nothing(world: World) -> None:
    world.ana.client.post(reverse("sign_in:set_language"), {"language": "xx"})
    world.ana.client.post(reverse("sign_in:preferences"), {"theme": "neon"})
    assert chosen(world.ana.user) == ("", "", "", True)


def test_where_to_go_back_to_is_an_address_and_never_the_name_of_a_view(world: World) -> None:
    response = world.ana.client.post(reverse("sign_in:set_language"), {"language": "ko", "next": "nowhere"})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_visitor_chooses_a_language_without_leaving_a_trace_of_a_person(world: World) -> None:
    client = world.anonymous.client
    response = client.post(reverse("sign_in:set_language"), {"language": "ko"})
    assert response.cookies["django_language"].value == "ko"
    assert not User.objects.filter(language="ko").exists()
