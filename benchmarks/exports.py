"""`python -m benchmarks.exports`: a list of the large desk as a CSV file, beside PostgreSQL's own `COPY … TO` of the
same columns, and its first byte beside the floor page.

Processor time of this process and of the database's, without parallel workers, as `benchmarks.pages` weighs it; the
desk is the one that it makes (`BENCH_TICKETS`, the last size that is named).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from benchmarks import pages

#: What each export holds, in the database's own words; a subquery for what comes from rows of another table.
TICKETS = """
    SELECT t.id, t.subject, t.status_id, t.priority, t.channel, t.is_private, c.name,
           (SELECT value FROM customers_contactmethod m
            WHERE m.contact_id = c.id AND m.kind = 'email' AND m.is_default),
           a.name, d.name, coalesce(nullif(u.name, ''), u.email),
           t.created_at, t.updated_at, t.last_reply_at, t.solved_at
    FROM tickets_ticket t
    JOIN customers_contact c ON c.id = t.contact_id
    LEFT JOIN customers_account a ON a.id = t.account_id
    LEFT JOIN core_department d ON d.id = t.department_id
    LEFT JOIN core_user u ON u.id = t.assignee_id
    WHERE t.department_id IN ({departments})
    ORDER BY t.updated_at DESC, t.id DESC"""
CONTACTS = """
    SELECT c.reference, c.first_name, c.last_name,
           (SELECT string_agg(value, ', ' ORDER BY is_default DESC, id) FROM customers_contactmethod m
            WHERE m.contact_id = c.id AND m.kind = 'email'),
           (SELECT string_agg(value, ', ' ORDER BY is_default DESC, id) FROM customers_contactmethod m
            WHERE m.contact_id = c.id AND m.kind = 'phone'),
           (SELECT string_agg(a.name, '; ' ORDER BY s.position) FROM customers_association s
            JOIN customers_account a ON a.id = s.account_id WHERE s.contact_id = c.id),
           (SELECT string_agg(t.name, ', ' ORDER BY t.search) FROM customers_contacttag ct
            JOIN customers_tag t ON t.id = ct.tag_id WHERE ct.contact_id = c.id),
           c.language, c.time_zone, c.notes, c.external_id, c.is_active, c.created_at
    FROM customers_contact c ORDER BY c.search, c.id"""
CONTACT_COLUMNS = (
    "reference first_name last_name email phone accounts tags language time_zone notes external_id active created"
).split()


def main() -> None:
    pages.open_desk(pages.SIZES[-1], fresh=False)
    from django.test import Client
    from django.urls import reverse

    from customers.resources import ContactResource
    from helpdesk.core.models import Department, User
    from tickets.resources import TicketResource

    client = Client()
    agent = User.objects.get(email="agent0@desk.example")
    client.force_login(agent, backend="helpdesk.sign_in.auth.AddressBackend")
    departments = list(Department.objects.order_by("pk").values_list("pk", flat=True)[:2])
    tickets = [("view", "all"), *(("department", str(key)) for key in departments)]
    tickets += [("column", column.code) for column in TicketResource.columns]
    contacts = [("column", code) for code in CONTACT_COLUMNS]
    assert {code for _name, code in contacts} <= {column.code for column in ContactResource.columns}
    client.get("/floor/")
    floor = min(weighed(lambda: client.get("/floor/").content)[0] for _turn in range(9))
    print(f"Floor: {floor * 1000:.1f} ms\n")
    print("| export | rows | first byte × floor | whole s | µs a row | COPY s | × COPY |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    in_departments = ", ".join(map(str, departments))
    for name, address, sql in (
        (
            "tickets of two departments",
            reverse("tickets:ticket_export"),
            TICKETS.format(departments=in_departments),
        ),
        ("all contacts", reverse("customers:contact_export"), CONTACTS),
    ):
        query = tickets if name.startswith("tickets") else contacts
        ask = lambda address=address, query=query: client.get(address, [*query, ("format", "csv")])  # noqa: E731
        first, _size = weighed(lambda ask=ask: len(next(iter(ask().streaming_content))))
        whole, rows = weighed(lambda ask=ask: b"".join(ask().streaming_content).count(b"\r\n"))
        copied = min(weighed(lambda sql=sql: copy(sql))[0] for _turn in range(2))
        print(
            f"| {name} | {rows:,} | {first / floor:.1f} | {whole:.2f} | {whole / rows * 1e6:.0f} | {copied:.2f} "
            f"| {whole / copied:.1f} |"
        )


def weighed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds of both processes, and what the work answered."""
    with pages._backend() as server:
        before, there = time.process_time(), server()
        answer = work()
        return time.process_time() - before + server() - there, answer


def copy(sql: str) -> int:
    """Bytes of the database's own file."""
    from django.db import connection

    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)") as copied:
        return sum(len(data) for data in copied)


if __name__ == "__main__":
    os.environ.setdefault("HELPDESK_DEMO", "true")
    main()
