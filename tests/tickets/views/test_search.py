"""The global search."""

import pytest
from django.urls import reverse

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
    assert list(world.ana.client.get(SEARCH, {"q": f"#{world.shared.pk}"}).context["tickets"]) == [
        world.shared
    ]
    reference = world.carla.contact.reference
    assert list(world.ana.client.get(SEARCH, {"q": reference}).context["contacts"]) == [world.carla.contact]


def test_nothing_found_says_so_and_an_empty_search_asks_nothing(world: World) -> None:
    assert "Nothing matches" in world.ana.client.get(SEARCH, {"q": "zzzz"}).content.decode()
    assert "tickets" not in world.ana.client.get(SEARCH).context


def test_a_script_stays_text(world: World) -> None:
    assert b"<script>alert" not in world.ana.client.get(SEARCH, {"q": "<script>alert(1)</script>"}).content


def test_htmx_gets_the_hits_only(world: World) -> None:
    assert b"<html" not in world.ana.client.get(SEARCH, {"q": "lift"}, headers={"HX-Request": "true"}).content


def test_customers_learn_nothing(world: World) -> None:
    assert world.carla.client.get(SEARCH, {"q": "lift"}).status_code == 404
