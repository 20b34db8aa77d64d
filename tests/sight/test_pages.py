"""The pages of the help center against the reference: what they list, count, find, hand out and refuse."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from helpdesk.core.models import User
from tests.sight import reference
from tests.sight.building import Built, build
from tests.sight.worlds import WORDS, make_world
from tests.trials import seeds
from tickets.models import Attachment
from tickets.services.similar import ELSEWHERE, HERE

SIDE_BY_SIDE = 3
PARTS = seeds(3, 240, side_by_side=SIDE_BY_SIDE)
BACKEND = "helpdesk.sign_in.auth.AddressBackend"
TICKET_LINK = re.compile(r'href="/tickets/(\d+)/"')


@pytest.fixture(params=PARTS, ids=lambda first: f"worlds-from-{first}")
def built(request: pytest.FixtureRequest, db: None) -> list[Built]:
    found = build([make_world(seed) for seed in range(request.param, request.param + SIDE_BY_SIDE)])
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


def files_of(one: Built, kind: str) -> dict[int, int]:
    """``{ticket of the world: its file}`` of the public answers, or of the notes."""
    rows = Attachment.objects.filter(message__ticket__in=one.tickets, message__kind=kind)
    numbers = {ticket.pk: number for number, ticket in enumerate(one.tickets)}
    return {numbers[ticket]: pk for ticket, pk in rows.values_list("message__ticket", "pk")}


def status(client: Client, address: str) -> int:
    answer = client.get(address)
    answer.getvalue()  # read to its end, the file is closed
    return answer.status_code


def active(one: Built) -> list[int]:
    return [number for number, person in enumerate(one.world.people) if person.is_active]


def linked(client: Client, address: str, **headers: str) -> set[int]:
    answer = client.get(address, headers=headers)
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


def test_a_file_is_handed_out_with_the_words_it_belongs_to(built: list[Built]) -> None:
    storage = Attachment._meta.get_field("file").storage
    if not storage.exists("nowhere"):
        storage.save("nowhere", ContentFile(b"x"))
    for one in built:
        public, notes = files_of(one, "public"), files_of(one, "note")
        for person in active(one):
            client = client_of(one, person)
            given = {n for n, pk in public.items() if status(client, f"/attachments/{pk}/") == 200}
            assert given == reference.visible(one.world, person), f"person {person} of world {one.world.seed}"
            assert {status(client, f"/attachments/{pk}/") for pk in notes.values()} == {404}


def test_what_was_raised_already_is_only_what_may_be_seen(built: list[Built]) -> None:
    for one in built:
        for person in active(one):
            client = client_of(one, person)
            for number in reference.can_open_for(one.world, person):
                word = WORDS[number % len(WORDS)]
                address = f"/tickets/similar/?account={one.accounts[number].pk}&subject={word} again"
                shown = linked(client, address, **{"HX-Request": "true"})
                tickets = one.world.tickets
                alike = {
                    n
                    for n in reference.visible(one.world, person)
                    if tickets[n].word == word and tickets[n].status not in ("solved", "closed")
                }
                found = one.numbers(shown, one.tickets)
                here = {n for n in alike if tickets[n].account == number}
                assert found <= alike
                assert len(found & here) == min(len(here), HERE)
                assert len(found - here) == min(len(alike - here), ELSEWHERE)


def test_an_export_holds_what_the_administrator_sees(built: list[Built]) -> None:
    for one in built:
        for person in active(one):
            client, seen = client_of(one, person), reference.visible(one.world, person)
            known = reference.can_open_for(one.world, person)
            for number, account in enumerate(one.accounts):
                answer = client.post(reverse("portal:team_export", args=[account.pk]), {"format": "csv"})
                if number not in reference.manages(one.world, person):
                    assert answer.status_code == (403 if number in known else 404)
                    continue
                rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
                keys = {int(row["Number"]) for row in rows}
                expected = {n for n in seen if one.world.tickets[n].account == number}
                assert len(keys) == len(rows)
                assert one.numbers(keys, one.tickets) == expected
