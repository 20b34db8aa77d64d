"""The pages of the help center against the reference: what they list, count, find, hand out and refuse."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from helpdesk.core.models import User
from tests.sight import reference
from tests.sight.building import Built, build
from tests.sight.worlds import make_world

WORLDS = 24
BACKEND = "django.contrib.auth.backends.ModelBackend"
TICKET_LINK = re.compile(r'href="/tickets/(\d+)/"')


@pytest.fixture(params=range(0, WORLDS, 6), ids=lambda first: f"worlds-from-{first}")
def built(request: pytest.FixtureRequest, db: None) -> list[Built]:
    found = build([make_world(seed) for seed in range(request.param + 1, request.param + 7)])
    for one in found:
        for person in one.people:
            address = f"{person.reference}@sight.example".lower()
            person.user = User.objects.create(email=address, name=person.name, is_active=person.is_active)
            person.save(update_fields=["user"])
    return found


def client_of(one: Built, person: int) -> Client:
    client = Client()
    client.force_login(one.people[person].user, backend=BACKEND)
    return client


def linked(client: Client, address: str) -> set[int]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return {int(number) for number in TICKET_LINK.findall(answer.content.decode())}


def test_lists_and_searches_show_what_may_be_seen(built: list[Built]) -> None:
    for one in built:
        world = one.world
        for person in range(len(one.people)):
            if not world.people[person].is_active:
                continue
            client, visible = client_of(one, person), reference.visible(world, person)
            shown = linked(client, "/?status=current") | linked(client, "/?status=solved")
            assert one.numbers(shown, one.tickets) == visible, f"person {person} of world {world.seed}"
            found = one.numbers(linked(client, "/?q=lift"), one.tickets)
            assert found == {n for n in visible if world.tickets[n].word == "lift"}
            for number, account in enumerate(one.accounts):
                if number in reference.can_open_for(world, person):
                    shown = linked(client, f"/?account={account.pk}&q=the")
                    expected = {n for n in visible if world.tickets[n].account == number}
                    assert one.numbers(shown, one.tickets) == expected


def test_a_ticket_opens_for_who_may_see_it_and_is_not_there_for_anybody_else(built: list[Built]) -> None:
    for one in built:
        for person in range(len(one.people)):
            client = client_of(one, person)
            may_see = reference.visible(one.world, person)
            for number, ticket in enumerate(one.tickets):
                answer = client.get(f"/tickets/{ticket.pk}/")
                if one.world.people[person].is_active:
                    assert answer.status_code == (200 if number in may_see else 404)
                else:
                    assert answer.status_code in (302, 403)
                if number not in may_see:
                    assert ticket.subject not in answer.content.decode()
