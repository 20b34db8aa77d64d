"""Words in what somebody may see: what is found, in which order, and how much is read for it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import AccountFactory, ContactFactory, TicketFactory
from tests.personas import Persona, World
from tickets.models import Message, StaleSearchKeys, Ticket
from tickets.search_keys import BLOCK_SIZE, account_keys, block_keys, block_of, contact_key
from tickets.services import finding, search_keys
from tickets.services.conversation import reply
from tickets.services.finding import found_by


def found(person: Persona, text: str) -> set[int]:
    actor = person.actor
    return set(Ticket.objects.visible_to(actor).filter(found_by(actor, text)).values_list("pk", flat=True))


@pytest.mark.parametrize(
    "text", ["lift", "LIFT stuck", "stuck  look", "have", "#{pk}", "000{pk}", "log.txt", "LOG lift"]
)
def test_every_word_is_looked_for_in_subject_number_public_messages_and_names_of_files(
    world: World, text: str
) -> None:
    assert found(world.kim, text.format(pk=world.shared.pk)) == {world.shared.pk}


@pytest.mark.parametrize("text", ["lift rain", "Called", "pay", "\x00", "#", "9" * 30, "%", "_", "'"])
def test_customers_find_nothing_else(world: World, text: str) -> None:
    assert found(world.kim, text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "called",  # a note
        "Carla",
        "moreno carla",
        "carla@people.example",
        "Carla Moreno <carla@people.example>",
        "Harbor",
        "Carla lift",
        "harbor have",
        "called stuck",
        "harbor carla log",
    ],
)
def test_the_desk_finds_notes_requesters_and_accounts_too(world: World, text: str) -> None:
    assert world.shared.pk in found(world.ana, text)


@pytest.mark.parametrize("text", ["carla rain", "Lighthouse lift", "zoe stuck"])
def test_words_of_different_tickets_find_neither(world: World, text: str) -> None:
    assert world.shared.pk not in found(world.ana, text)


def test_what_is_said_is_found_whatever_accents_and_case_it_has(world: World) -> None:
    reply(world.shared, "Le café de Zoë — l’ascenseur", actor=world.carla.actor)
    for text in ("CAFE", "zoe l'ascenseur", "Ascenseur café"):
        assert found(world.kim, text) == {world.shared.pk}, text


def test_what_was_taken_out_is_found_no_more(world: World) -> None:
    Message.objects.filter(ticket=world.shared).update(body="—")
    assert found(world.kim, "have") == set()


@pytest.mark.sqlite
def test_it_asks_the_same_number_of_times_whatever_is_asked(
    world: World, count_queries: Callable[..., int]
) -> None:
    assert count_queries(lambda: found(world.kim, "lift")) == count_queries(
        lambda: found(world.kim, "lift stuck is the log have")
    )


def test_a_number_is_found_however_old_and_so_is_a_subject(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_AT", 1)
    TicketFactory(contact=world.carla.contact, subject="Newer")
    for text in (str(world.shared.pk), "lift"):
        assert found(world.kim, text) == {world.shared.pk}, text


@pytest.mark.sqlite
def test_without_an_index_only_the_newest_are_looked_into_and_that_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "in the newest tickets only"
    assert sentence not in world.kim.client.get("/?q=log").content.decode()
    monkeypatch.setattr(finding, "LOOKED_AT", 1)
    TicketFactory(contact=world.carla.contact, subject="Newer")
    assert found(world.kim, "log") == set()
    assert sentence in world.kim.client.get("/?q=log").content.decode()
    assert sentence not in world.kim.client.get("/").content.decode()
    assert "Older tickets may match too" in world.ana.client.get("/agent/tickets/?q=log").content.decode()


@pytest.mark.postgres
def test_through_the_index_all_are_found_in_whichever_part_of_the_desk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_AT", 1)
    monkeypatch.setattr(finding, "NEWER", 1)
    for text in ("quokka", "quokka", "quokka"):  # each in a block of its own
        ticket = TicketFactory(contact=world.carla.contact, account=world.harbor, subject="Newer")
        last = Message.objects.latest("pk").pk
        Message(pk=last + BLOCK_SIZE, ticket=ticket, author_contact=world.carla.contact, body=text).save()
    assert len(found(world.kim, "quokka")) == 3
    assert found(world.kim, "log") == {world.shared.pk}
    monkeypatch.setattr(finding, "MOST_OF_CONTACT", 2)
    assert len(found(world.kim, "quokka")) == 2
    assert "in the newest tickets only" in world.kim.client.get("/?q=quokka").content.decode()


# --- The keys of the index ----------------------------------------------------------
def keys_of(row: Ticket | Message) -> set[int]:
    return set(type(row)._base_manager.values_list("search_keys", flat=True).get(pk=row.pk))


@pytest.mark.postgres
def test_the_database_gives_every_row_the_keys_of_those_who_may_see_it(world: World) -> None:
    message, note = (world.shared.messages.filter(kind=kind).first() for kind in ("public", "note"))
    carla, harbor = contact_key(world.carla.contact.pk), account_keys([world.harbor.pk])
    block = block_keys([block_of(message.pk)])
    assert keys_of(message) == {carla, *harbor, *block}
    assert keys_of(world.shared) == {carla, *harbor, *block_keys([block_of(world.shared.pk)])}
    assert keys_of(note) == {*block_keys([block_of(note.pk)])}
    Ticket.objects.filter(pk=world.shared.pk).update(is_private=True)
    assert keys_of(message) == {carla, *block}
    Ticket.objects.filter(pk=world.shared.pk).update(
        contact=world.zoe.contact, account=None, is_private=False
    )
    assert keys_of(message) == {contact_key(world.zoe.contact.pk), *block}
    assert keys_of(note) == {*block_keys([block_of(note.pk)])}


# --- What is read -----------------------------------------------------------------
OTHERS, MESSAGES_EACH = 3000, 1


def a_large_desk() -> None:
    """Tickets of others, with words that everybody looks for."""
    account = AccountFactory(name="Everybody else")
    contact, now = ContactFactory(accounts=[account]), timezone.now()
    tickets = Ticket.objects.bulk_create(
        Ticket(subject=f"The lift is stuck {number}", contact=contact, account=account, last_reply_at=now)
        for number in range(OTHERS)
    )
    Message.objects.bulk_create(
        Message(ticket=ticket, kind="public", author_name="x", body="The lift is stuck again. " * 10, html="")
        for ticket in tickets
        for _ in range(MESSAGES_EACH)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket, tickets_message")


def rows_read(work: Callable[[], Any], table: str) -> int:
    """How many rows of a table the queries of some work looked at, by PostgreSQL's own count."""
    with CaptureQueriesContext(connection) as asked:
        work()
    selects = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    return sum(_looked_at(plan, table) for sql in selects for plan in _plans(sql))


def _plans(sql: str) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql.replace("%", "%%"), [])
        answer = cursor.fetchone()[0]
    whole = json.loads(answer) if isinstance(answer, str) else answer
    waiting = [whole[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        yield node


def _looked_at(node: dict[str, Any], table: str) -> int:
    if node.get("Relation Name") != table:
        return 0
    removed = [node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck")]
    return int((node["Actual Rows"] + sum(removed)) * node["Actual Loops"])


@pytest.mark.postgres
@pytest.mark.parametrize("mine", [30, 300])
@pytest.mark.parametrize("words", ["lift", "lift again stuck"])
def test_what_is_read_is_bounded_by_what_the_person_can_see(world: World, words: str, mine: int) -> None:
    """Everybody else's 3,000 tickets say the same words 3,000 times; a condition on messages would read them all. (Of
    so few tickets it is no mistake to read all once somebody sees a tenth of them.)"""
    own = Ticket.objects.bulk_create(
        Ticket(subject=f"Boiler {number}", contact=world.carla.contact, account=world.harbor)
        for number in range(mine)
    )
    Message.objects.bulk_create(
        Message(ticket=ticket, kind="public", author_name="x", body="It hums.", html="") for ticket in own
    )
    a_large_desk()
    client, seen = world.kim.client, mine + 1
    search, similar = f"/?q={words}", f"/tickets/new/?subject={words}"
    assert rows_read(lambda: client.get(search), "tickets_message") <= 2 * seen
    assert rows_read(lambda: client.get(similar), "tickets_message") == 0
    for address in (search, similar) if mine < 100 else ():
        assert 0 < rows_read(lambda address=address: client.get(address), "tickets_ticket") <= 8 * seen


@pytest.mark.postgres
def test_when_many_tickets_move_at_once_their_messages_follow_in_the_background(world: World) -> None:
    tickets = Ticket.objects.bulk_create(
        Ticket(subject="Boiler", contact=world.carla.contact, account=world.harbor) for _ in range(201)
    )
    Message.objects.bulk_create(
        Message(ticket=ticket, kind="public", author_name="x", body="Quokkas", html="") for ticket in tickets
    )
    moved = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
    assert len(found(world.kim, "quokkas")) == 201
    moved.update(account=world.far_away)
    assert found(world.kim, "quokkas") == set(), "nobody sees what is no longer theirs to see"
    assert found(world.zoe, "quokkas") == set()
    search_keys.catch_up()
    assert len(found(world.zoe, "quokkas")) == 201
    assert not StaleSearchKeys.objects.exists()
    moved.filter(pk__lte=tickets[9].pk).update(account=world.harbor)
    assert len(found(world.kim, "quokkas")) == 10, "a few follow at once"
