"""The global search."""

import re

import pytest
from django.urls import reverse

from customers.models import SavedView
from tests.factories import ContactFactory
from tests.personas import World

SEARCH = reverse("tickets:search")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("carla", "Carla Moreno"),
        ("carla@people", "Carla Moreno"),
        ("harbor", "Harbor Tower"),
        ("lift stuck", "The lift is stuck"),
    ],
)
def test_everything_is_found_by_name_or_address(world: World, text: str, found: str) -> None:
    plain = (
        world.ana.client.get(SEARCH, {"q": text})
        .content.decode()
        .replace("<mark>", "")
        .replace("</mark>", "")
    )
    assert found in plain


def test_by_reference(world: World) -> None:
    assert [
        hit.ticket for hit in world.ana.client.get(SEARCH, {"q": f"#{world.shared.pk}"}).context["hits"]
    ] == [world.shared]
    reference = world.carla.contact.reference
    assert list(world.ana.client.get(SEARCH, {"q": reference}).context["contacts"]) == [world.carla.contact]


def test_nothing_found_says_so_and_an_empty_search_asks_nothing(world: World) -> None:
    assert "Nothing matches" in world.ana.client.get(SEARCH, {"q": "zzzz"}).content.decode()
    assert "hits" not in world.ana.client.get(SEARCH).context


def test_a_script_stays_text(world: World) -> None:
    assert b"<script>alert" not in world.ana.client.get(SEARCH, {"q": "<script>alert(1)</script>"}).content


def test_htmx_gets_the_hits_only(world: World) -> None:
    assert b"<html" not in world.ana.client.get(SEARCH, {"q": "lift"}, headers={"HX-Request": "true"}).content


def test_customers_learn_nothing(world: World) -> None:
    assert world.carla.client.get(SEARCH, {"q": "lift"}).status_code == 404


def test_names_come_first_where_one_begins_so_and_tickets_else(world: World) -> None:
    by_name, by_subject = (
        world.ana.client.get(SEARCH, {"q": text}).content.decode() for text in ("carla", "stuck")
    )
    assert by_name.index("<h2>Contacts") < by_name.index("<h2>Tickets")
    assert "<h2>Tickets" in by_subject
    assert not world.ana.client.get(SEARCH, {"q": "arla"}).context["names_first"]


def test_a_piece_of_what_was_said_is_shown_and_a_note_is_called_one(world: World) -> None:
    page = world.ana.client.get(SEARCH, {"q": "company"}).content.decode()
    assert "Called the lift <mark>company</mark>." in page
    assert "Internal note" in page


def test_of_many_people_the_rest_is_in_the_list(world: World) -> None:
    for number in range(12):
        ContactFactory(first_name=f"Quill{number}", last_name="Many")
    answer = world.ana.client.get(SEARCH, {"q": "quill"})
    assert len(answer.context["contacts"]) == 10
    assert "/agent/contacts/?q=quill" in answer.content.decode()


# --- While somebody types ---------------------------------------------------------
SUGGEST = reverse("tickets:suggest")
HTMX = {"HX-Request": "true"}


def suggested(world: World, text: str) -> list[str]:
    answer = world.ana.client.get(SUGGEST, {"q": text}, headers=HTMX).content.decode()
    return re.findall(r'role="option" data-href="([^"]+)"', answer)


def test_suggestions_lead_to_views_people_accounts_and_tickets(world: World) -> None:
    assert suggested(world, "")[0] == "/agent/tickets/?view=mine"
    assert suggested(world, "carla")[0] == world.carla.contact.get_absolute_url()
    assert world.harbor.get_absolute_url() in suggested(world, "harb")
    assert suggested(world, "lift stuck") == [
        world.shared.get_absolute_url(),
        "/agent/search/?q=lift%20stuck",
    ]
    assert suggested(world, "unassig")[0] == "/agent/tickets/?view=unassigned"


def test_a_number_leads_to_its_ticket_first(world: World) -> None:
    assert suggested(world, f"#{world.shared.pk}")[0] == world.shared.get_absolute_url()


def test_saved_views_are_suggested_to_whom_they_are_offered(world: World) -> None:
    for owner, name in ((world.ana.user, "Roof owners"), (world.max.user, "Roof of Max")):
        SavedView.objects.create(module="contact", name=name, owner=owner, query="letter=R")
    assert len(suggested(world, "roof")) == 2


def test_a_script_in_the_suggestions_stays_text(world: World) -> None:
    answer = world.ana.client.get(SUGGEST, {"q": "<script>alert(1)"}, headers=HTMX).content
    assert b"<script>" not in answer
