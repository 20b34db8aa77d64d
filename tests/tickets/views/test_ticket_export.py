"""Tickets as files: what a list shows, or what is ticked in it."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from helpdesk.events.models import AuditEntry
from tests.factories import TicketFactory, fill_desk
from tests.personas import World
from tickets.models import Ticket

EXPORT = reverse("tickets:ticket_export")
LIST = reverse("tickets:ticket_list")
COLUMNS = [
    "reference", "subject", "status", "priority", "channel", "private", "requester", "account", "department",
    "assignee", "created", "updated", "last_reply", "solved",
]  # fmt: skip


def rows(response: Any) -> list[list[str]]:
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def numbers(world: World, **query: Any) -> list[int]:
    response = world.ana.client.get(EXPORT, {"format": "csv", "column": "reference", **query})
    return [int(number) for (number,) in rows(response)]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"view": "all"},
        {"view": "all", "sort": "subject"},
        {"view": "all", "sort": "account"},
        {"view": "all", "sort": "-priority"},
        {"view": "unassigned", "status": "open"},
        {"view": "all", "q": "rain"},
    ],
)
def test_it_holds_exactly_what_the_list_shows_in_its_order(world: World, query: dict[str, str]) -> None:
    TicketFactory(subject="About rain", priority="urgent", status="solved", account=None)
    page = world.ana.client.get(LIST, query).context["page"]
    assert numbers(world, **query) == [ticket.pk for ticket in page]


def test_every_column_says_what_the_ticket_has(world: World) -> None:
    ticket = TicketFactory(subject="=2+3", contact=world.carla.contact, priority="high", status="solved")
    found = rows(
        world.ana.client.get(EXPORT, {"format": "csv", "column": COLUMNS, "view": "all", "q": "=2+3"})
    )
    assert found[0][:10] == [
        str(ticket.pk), "'=2+3", "Solved", "High", "on the web site", "No", "Carla Moreno", "Harbor Tower",
        ticket.department.name, "",
    ]  # fmt: skip
    assert all(len(moment) in (0, 16) for moment in found[0][10:])
    assert found[0][13]


def test_only_the_ticked_ones_come_when_some_are_ticked(world: World) -> None:
    ticked = [world.private.pk, world.shared.pk]
    asked = world.ana.client.post(EXPORT, {"ticket": ticked, "query": "view=all&sort=id"})
    assert asked.context["number"] == 2
    hidden = asked.context["listed"].hidden_fields
    assert hidden == [("query", "view=all&sort=id"), *(("ticket", str(pk)) for pk in ticked)]
    data = {"query": "view=all&sort=id", "ticket": ticked, "format": "csv", "column": "reference"}
    assert rows(world.ana.client.post(EXPORT, data)) == [[str(pk)] for pk in sorted(ticked)]
    entry = AuditEntry.objects.get(code="export.made")
    assert entry.data["criteria"]["ticket"] == [str(pk) for pk in ticked]


def test_all_that_the_list_shows_can_be_ticked(world: World) -> None:
    data = {
        "query": "view=all",
        "all": "1",
        "ticket": [world.shared.pk],
        "format": "csv",
        "column": "reference",
    }
    assert len(rows(world.ana.client.post(EXPORT, data))) == Ticket.objects.count()


def test_made_up_ticks_find_nothing(world: World) -> None:
    data = {"ticket": ["x", "9" * 30, "²"], "format": "csv", "column": "reference"}
    assert rows(world.ana.client.post(EXPORT, data)) == []


def test_addresses_of_customers_are_for_those_who_may_export_contacts(world: World) -> None:
    query = {"format": "csv", "column": "requester_email", "view": "all", "q": "lift"}
    assert world.ana.client.get(EXPORT, query).status_code == 422
    assert rows(world.max.client.get(EXPORT, query)) == [["carla@people.example"]]


def test_more_rows_cost_queries_by_the_batch_only(world: World, count_queries: Any) -> None:
    query = {"format": "csv", "column": [*COLUMNS, "requester_email"], "view": "all"}

    def queries() -> int:
        return count_queries(lambda: rows(world.max.client.get(EXPORT, query)))

    queries()
    fill_desk(10, account=world.harbor)
    with_ten = queries()
    fill_desk(600, account=world.harbor, first=10)
    assert queries() == with_ten
