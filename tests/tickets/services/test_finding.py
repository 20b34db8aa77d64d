"""Words in what somebody may see: what is found, and how much is read for it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import AccountFactory, ContactFactory, TicketFactory
from tests.personas import World
from tickets.models import Message, Ticket
from tickets.services import finding
from tickets.services.finding import find_said
from tickets.services.similar import similar_tickets


def found(world: World, text: str) -> set[int]:
    return find_said(Ticket.objects.visible_to(world.kim.actor), text).tickets


@pytest.mark.parametrize(
    "text", ["lift", "LIFT stuck", "stuck  look", "have", "#{pk}", "000{pk}", "lift {pk}"]
)
def test_every_word_is_looked_for_in_subject_number_and_public_messages(world: World, text: str) -> None:
    assert found(world, text.format(pk=world.shared.pk)) == {world.shared.pk}


@pytest.mark.parametrize("text", ["lift rain", "Called", "pay", "\x00", "#", "9" * 30, "%", "_"])
def test_nothing_else_is_found(world: World, text: str) -> None:
    assert found(world, text) == (set() if text != "\x00" else {world.shared.pk})


def test_it_asks_the_same_number_of_times_whatever_is_asked(
    world: World, count_queries: Callable[..., int]
) -> None:
    assert count_queries(lambda: found(world, "lift")) == count_queries(lambda: found(world, "a b c d e f g"))


def test_only_the_newest_are_looked_into_and_that_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_AT", 3)
    newer = [TicketFactory(contact=world.carla.contact, subject="Newer") for _ in range(3)]
    looked = find_said(Ticket.objects.visible_to(world.kim.actor), "lift")
    assert (looked.tickets, looked.is_capped) == (set(), True)
    assert found(world, "newer") == {ticket.pk for ticket in newer}
    assert found(world, str(world.shared.pk)) == {world.shared.pk}, "a number is found however old"
    assert similar_tickets(world.kim.actor, world.harbor, "lift") == []


def test_the_page_says_that_only_the_newest_were_searched(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "tickets were searched"
    assert sentence not in world.kim.client.get("/?q=lift").content.decode()
    monkeypatch.setattr(finding, "LOOKED_AT", 1)
    TicketFactory(contact=world.carla.contact, subject="Newer")
    assert sentence in world.kim.client.get("/?q=lift").content.decode()
    assert sentence not in world.kim.client.get("/").content.decode()


# --- What is read -----------------------------------------------------------------
OTHERS, MESSAGES_EACH = 3000, 4


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
    """Everybody else's 3,000 tickets say the same words 12,000 times; a condition on messages would read them all. (Of
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
    assert 0 < rows_read(lambda: client.get(search), "tickets_message") <= 2 * seen
    assert rows_read(lambda: client.get(similar), "tickets_message") == 0
    for address in (search, similar) if mine < 100 else ():
        assert 0 < rows_read(lambda address=address: client.get(address), "tickets_ticket") <= 8 * seen
