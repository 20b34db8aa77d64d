"""The Contacts tab of an account."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from customers.services.associations import associate
from tests.factories import DESK, AccountFactory, ContactFactory
from tests.personas import World

HTMX = {"HX-Request": "true"}


def address(world: World) -> str:
    return reverse("customers:account_contacts", args=[world.harbor.pk])


def names(response) -> list[str]:
    return [row["contact"].name for row in response.context["rows"]]


def test_it_lists_everybody_primary_here_or_not(world: World) -> None:
    associate(world.zoe.contact, world.harbor, actor=DESK, job_title="Visitor")
    response = world.ana.client.get(address(world))
    assert names(response) == ["Ada Novak", "Carla Moreno", "Kim Seo-yeon", "Zoe Farrell"]
    zoe = response.context["rows"][-1]
    assert (zoe["primary"], zoe["others"], zoe["place"].job_title) == (False, 1, "Visitor")
    assert response.context["rows"][0]["primary"]


def test_it_is_searched(world: World) -> None:
    response = world.ana.client.get(address(world), {"q": "kim@"}, headers=HTMX)
    assert names(response) == ["Kim Seo-yeon"]
    assert b"<html" not in response.content


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"q": "x" * 5000}, {"after": "broken"}, {"before": "{}"}])
def test_an_address_made_up_by_hand_is_no_error(world: World, query: dict[str, str]) -> None:
    assert world.ana.client.get(address(world), query).status_code == 200


def test_nobody_yet_says_how_people_get_here(world: World) -> None:
    empty = AccountFactory(name="Empty")
    text = world.ana.client.get(reverse("customers:account_contacts", args=[empty.pk])).content.decode()
    assert "No contacts here yet" in text


def test_twenty_five_accounts_each_cost_no_more_queries(
    world: World, count_queries: Callable[..., int]
) -> None:
    accounts = [AccountFactory() for _ in range(24)]
    ContactFactory(accounts=[world.harbor, *accounts[:1]])
    one = count_queries(lambda: world.ana.client.get(address(world)))
    for _ in range(8):
        ContactFactory(accounts=[world.harbor, *accounts])
    pages = [address(world), reverse("customers:contact_list")]
    assert count_queries(lambda: world.ana.client.get(pages[0])) <= one
    assert count_queries(lambda: world.ana.client.get(pages[1])) < 40
