"""Questions that no index answers are not asked: each was once most of a list's time on a desk with a million tickets.

`DISTINCT` compares whole rows before the first is handed out; equal columns joined by OR are `IN` in disguise; and
PostgreSQL, told to avoid it, still reads a large table from end to end only where no index fits.
"""

import json
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Account, Association, Contact, ContactMethod
from tests.personas import World
from tickets.models import Message, Ticket

LARGE = {model._meta.db_table for model in (Ticket, Message, Contact, ContactMethod, Association, Account)}
_COLUMN = r'("\w+"\."\w+")'
OR_ED = re.compile(rf"{_COLUMN} = \S+ OR \1 = ")
DISTINCT = re.compile(r"SELECT DISTINCT |COUNT\(\*\) FROM \(SELECT DISTINCT ")


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Who asks, and for which list, with every kind of filter and order."""
    account, contact = world.harbor.pk, world.kim.contact.pk
    tickets, people = reverse("tickets:ticket_list"), reverse("customers:contact_list")
    for query in (
        "",
        "view=all",
        "view=mine",
        "view=unassigned",
        "view=all&status=solved&status=closed",
        "view=all&priority=high&priority=urgent",
        f"view=all&account={account}&account={world.far_away.pk}",
        f"view=all&contact={contact}",
        "view=all&assignee=me&assignee=none",
        "view=all&q=lift",
        *(f"view=all&sort={column}" for column in ("updated", "id", "subject", "requester", "account")),
    ):
        yield "max", f"{tickets}?{query}"
    for query in ("", "q=kim", f"account={account}", "membership=none", "letter=K"):
        yield "max", f"{people}?{query}"
    yield "max", reverse("customers:account_list")
    yield "max", reverse("customers:account_contacts", args=[account])
    yield "max", reverse("customers:account_associate", args=[account]) + "?scope=none"
    yield "max", reverse("tickets:account_tickets", args=[account])
    yield "max", reverse("tickets:contact_tickets", args=[contact])
    yield "max", reverse("tickets:ticket_detail", args=[world.shared.pk])
    yield "max", reverse("tickets:search") + "?q=lift"
    yield "max", reverse("tickets:search") + "?q=lift+stuck+carla"
    yield "max", reverse("tickets:ticket_list") + "?q=have+lift"
    for who in ("kim", "carla"):
        for query in ("", "status=older", "status=solved", "who=mine", "q=lift"):
            yield who, f"{reverse('portal:home')}?{query}"


def questions(world: World) -> Iterator[tuple[str, str]]:
    """Every question of these pages, with the page."""
    for who, page in pages(world):
        with CaptureQueriesContext(connection) as captured:
            response = world.persona(who).client.get(page)
        assert response.status_code == 200, page
        yield from ((page, query["sql"]) for query in captured if query["sql"].startswith("SELECT"))


def test_no_list_compares_whole_rows_or_joins_equal_columns_by_or(world: World) -> None:
    wrong = {(page, sql) for page, sql in questions(world) if DISTINCT.search(sql) or OR_ED.search(sql)}
    assert wrong == set()


@pytest.mark.postgres
def test_no_list_has_to_read_a_large_table_whole(world: World) -> None:
    asked = list(questions(world))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        whole = {(page, table, sql) for page, sql in asked for table in read_whole(cursor, sql)}
    assert whole == set()


def read_whole(cursor, sql: str) -> set[str]:
    """The large tables that the plan reads from end to end."""
    cursor.execute(f"EXPLAIN (FORMAT JSON) {sql.replace('%', '%%')}", [])
    (told,) = cursor.fetchone()
    plan = json.loads(told) if isinstance(told, str) else told
    return {
        node["Relation Name"] for node in nodes(plan[0]["Plan"]) if node["Node Type"] == "Seq Scan"
    } & LARGE


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


@pytest.mark.postgres
def test_a_table_that_no_index_fits_is_told(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert read_whole(cursor, "SELECT 1 FROM tickets_message WHERE body LIKE '%lift%'") == {
            "tickets_message"
        }
        assert read_whole(cursor, "SELECT 1 FROM tickets_message WHERE ticket_id = 1") == set()
