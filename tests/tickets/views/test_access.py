"""`/agent/tickets/<pk>/access/` and `/agent/contacts/<pk>/access/`."""

import pytest

from customers.services.contacts.changes import update_contact
from tests.factories import DESK, ContactFactory
from tests.pages import without_tokens
from tests.personas import World
from tickets.services.following import follow
from tickets.services.lifecycle import set_private

HTMX = {"HX-Request": "true"}


def text(world: World, address: str, who: str = "ana", **headers: str) -> str:
    response = world.persona(who).client.get(address, headers=headers or None)
    assert response.status_code == 200
    return without_tokens(response)


def of_ticket(world: World) -> str:
    return f"/agent/tickets/{world.shared.pk}/access/"


def of_contact(world: World, who: str) -> str:
    return f"/agent/contacts/{world.persona(who).contact.pk}/access/"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "panel"])
def test_everybody_who_sees_a_ticket_with_reasons(world: World, headers: dict[str, str]) -> None:
    page = text(world, of_ticket(world), **headers)
    for words in (
        "Carla Moreno",
        "Kim Seo-yeon",
        "Acts for Harbor Tower as Agency (customer)",
        "Everybody of the desk",
    ):
        assert words in page
    assert "Zoe" not in page
    assert ("<html" in page) != bool(headers)


def test_the_panel_is_short_and_the_page_goes_on(world: World) -> None:
    for number in range(60):
        ContactFactory(first_name="Many", last_name=f"{number:02}", accounts=[world.harbor])
    assert "and 53 more" in text(world, of_ticket(world), **HTMX)
    page = text(world, of_ticket(world))
    assert "51 of 64" in page
    assert 'rel="next"' in page


def test_a_follower_who_lost_sight_is_told_apart(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    set_private(world.shared, True, actor=world.carla.actor)
    page = text(world, of_ticket(world))
    assert "Private: nobody but the requester and the desk sees this ticket." in page
    assert "Follows it, but can no longer see it: hears nothing" in page


def test_what_a_contact_can_see(world: World) -> None:
    page = text(world, of_contact(world, "bo"))
    for words in (
        "Lighthouse Agency",
        "Acts for it as Agency (customer), through Lighthouse Agency (Partner of)",
        "Sees and answers everything",
        "Own tickets: 0.",
    ):
        assert words in page


def test_of_the_deactivated_it_says_that_nothing_is_seen(world: World) -> None:
    update_contact(world.bo.contact, {"is_active": False}, actor=DESK)
    assert "The help center is closed for this person" in text(world, of_contact(world, "bo"))


def test_without_an_account_it_is_said(world: World) -> None:
    nobody = ContactFactory()
    assert "No account opens more to this person" in text(world, f"/agent/contacts/{nobody.pk}/access/")


@pytest.mark.parametrize(("who", "offered"), [("ana", False), ("max", True), ("root", True)])
def test_looking_is_offered_to_managers(world: World, who: str, offered: bool) -> None:
    assert ("Show the help center as this person" in text(world, of_contact(world, "bo"), who)) == offered
