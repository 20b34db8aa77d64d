"""From ticket to ticket within the list one came from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from tests.factories import TicketFactory
from tests.personas import World
from tickets.models import Ticket
from tickets.services.lifecycle import change_priority, change_status

LIST = reverse("tickets:ticket_list")


@pytest.fixture
def opened(world: World) -> list[str]:
    """The addresses of three open tickets as a list by number gives them; the world's fourth is solved."""
    Ticket.objects.exclude(pk=world.shared.pk).delete()
    for number in (1, 2):
        TicketFactory(contact=world.kim.contact, subject=f"Later {number}")
    change_status(TicketFactory(contact=world.kim.contact), "solved", actor=world.ana.actor)
    rows = world.ana.client.get(LIST, {"view": "open", "sort": "id"}).context["page"].rows
    return [f"{ticket.get_absolute_url()}?{ticket.place}" for ticket in rows]


def place(world: World, address: str):
    return world.ana.client.get(address).context["place"]


def path(address: str) -> str:
    return address.partition("?")[0]


def test_the_rows_of_the_list_lead_to_their_places(world: World, opened: list[str]) -> None:
    response = world.ana.client.get(LIST, {"view": "open", "sort": "id"})
    for ticket in response.context["page"].rows:
        address = f"{ticket.get_absolute_url()}?{ticket.place}"
        assert f'href="{escape(address)}"' in response.content.decode()


def test_it_names_the_list_and_how_far_one_is(world: World, opened: list[str]) -> None:
    middle = place(world, opened[1])
    assert (middle.name, middle.words) == ("All open", "2 of 3")
    assert middle.list_url == f"{LIST}?view=open&sort=id"
    assert (path(middle.previous_url), path(middle.next_url)) == (path(opened[0]), path(opened[2]))


def test_the_ends_have_no_neighbour(world: World, opened: list[str]) -> None:
    assert place(world, opened[0]).previous_url == ""
    assert place(world, opened[2]).next_url == ""


def test_steps_lead_through_the_whole_list_and_back(world: World, opened: list[str]) -> None:
    second = place(world, opened[0]).next_url
    third = place(world, second).next_url
    assert path(third) == path(opened[2])
    assert path(place(world, third).previous_url) == path(opened[1])


@pytest.mark.parametrize("sort", ["-updated", "status", "-priority", "account", "requester"])
def test_every_order_has_its_neighbours(world: World, opened: list[str], sort: str) -> None:
    change_priority(Ticket.objects.get(subject="Later 1"), "urgent", actor=world.ana.actor)
    rows = world.ana.client.get(LIST, {"sort": sort}).context["page"].rows
    address = f"{rows[0].get_absolute_url()}?{rows[0].place}"
    walked = []
    while address:
        walked.append(path(address))
        address = place(world, address).next_url
    assert walked == [ticket.get_absolute_url() for ticket in rows]


def test_a_ticket_that_leaves_the_list_keeps_its_place_in_it(world: World, opened: list[str]) -> None:
    change_status(Ticket.objects.get(subject="Later 1"), "solved", actor=world.ana.actor)
    middle = place(world, opened[1])
    assert (path(middle.previous_url), path(middle.next_url)) == (path(opened[0]), path(opened[2]))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("ticket_reply", {"body": "Thanks"}),
        ("ticket_note", {"body": "For us"}),
        ("ticket_follow", {}),
        ("ticket_status", {"status": "pending"}),
    ],
)
def test_a_form_of_the_page_comes_back_to_the_same_place(
    world: World, opened: list[str], name: str, fields: dict
) -> None:
    address = reverse(f"tickets:{name}", args=[world.shared.pk])
    response = world.ana.client.post(address, fields, headers={"Referer": f"http://testserver{opened[0]}"})
    assert response.status_code == 302
    assert response.url.partition("#")[0] == opened[0]


def test_a_change_in_place_keeps_the_steps(world: World, opened: list[str]) -> None:
    response = world.ana.client.post(
        reverse("tickets:ticket_status", args=[world.shared.pk]),
        {"status": "pending"},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{opened[0]}"},
    )
    assert "Next ticket" in response.content.decode()
    assert "1 of 3" in response.content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "list=view%3Dopen", "list=view%3Dopen&at=broken", "list=%00&at=0.x", "list=sort%3Did&at=9.x"],
)
def test_without_a_list_the_way_back_is_to_all_tickets(world: World, query: str) -> None:
    response = world.ana.client.get(f"{world.shared.get_absolute_url()}?{query}")
    assert response.context["place"] is None
    assert f'href="{LIST}"' in response.content.decode()


def test_another_page_lends_nobody_its_place(world: World, opened: list[str]) -> None:
    response = world.ana.client.get(
        world.shared.get_absolute_url(), headers={"Referer": f"http://testserver{opened[1]}"}
    )
    assert response.context["place"] is None


def test_a_place_costs_four_queries(world: World, opened: list[str], django_assert_max_num_queries) -> None:
    with CaptureQueriesContext(connection) as without:
        world.ana.client.get(world.shared.get_absolute_url())
    with django_assert_max_num_queries(len(without) + 4):
        world.ana.client.get(opened[0])
