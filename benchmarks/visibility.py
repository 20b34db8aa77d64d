"""`python -m benchmarks.visibility`: the help center's home, of a contact with 25 accounts beside one with one account.

On PostgreSQL with BENCH_TICKETS (1,000,000) tickets of a tenth as many accounts, in hierarchies eight levels deep.
Both contacts see 250 tickets; one has them in one account, the other in 25, and acts for three more. Printed: the
queries of a page, the scans of the plan of each (any that reads a whole table is named), the median of each page, and
the ratio of the two.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Iterator

import django
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault(
    "DATABASE_URL", os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
)
django.setup()

from benchmarks.measuring import row, side_by_side  # noqa: E402
from customers.administration.access import link_user  # noqa: E402
from customers.models import (  # noqa: E402
    Account,
    AccountRelationshipType,
    Association,
    Contact,
    Responsibility,
)
from customers.services.associations import Entry  # noqa: E402
from customers.services.contacts.changes import create_contact  # noqa: E402
from customers.services.relationships.links import create_contact_relationship, link_accounts  # noqa: E402
from helpdesk.core.actors import Actor  # noqa: E402
from helpdesk.core.database.bulk import insert_rows, new_ids  # noqa: E402
from helpdesk.core.models import User  # noqa: E402
from tickets.models import Message, Ticket  # noqa: E402

DESK = Actor.system("benchmark")
TICKETS = int(os.environ.get("BENCH_TICKETS", "1000000"))
ACCOUNTS = TICKETS // 10
LEVELS = 8
OWN_ACCOUNTS, ACTED_FOR, EACH = 25, 3, 10
PAGES = ("/", "/?status=solved", "/?q=boiler", "/tickets/new/", "/tickets/new/?subject=boiler")
LARGE_TABLES = ("tickets_ticket", "customers_account", "customers_contact", "tickets_message")
SUBJECTS = ("The lift is stuck", "No hot water from the boiler", "The gate stays shut", "Parking card lost")


def fill() -> list[int]:
    """The accounts, each with one contact who asks its ten tickets; every fifth ticket has an answer."""
    accounts, now = new_ids(Account, ACCOUNTS), timezone.now()
    blank = ("number", "phone", "website", "address", "notes", "external_id")
    insert_rows(
        Account,
        ("id", "name", "type", "sharing", "parent_id", "custom_fields", "created_at", "updated_at", *blank),
        (
            (
                key,
                f"House {key}",
                "customer",
                "reply",
                above(accounts, place),
                {},
                now,
                now,
                *[""] * len(blank),
            )
            for place, key in enumerate(accounts)
        ),
    )
    people = _people(accounts, now)
    tickets = new_ids(Ticket, TICKETS + EACH * (OWN_ACCOUNTS - 1))
    columns = (
        "id subject contact_id account_id status_id status_kind priority channel is_private"
        " created_at updated_at solved_at"
    )
    insert_rows(Ticket, columns.split(), _tickets(tickets, accounts, people, now))
    insert_rows(
        Message,
        "ticket_id kind author_name body html channel acted_for acted_as created_at".split(),
        ((key, "public", "Desk", "The boiler man comes", "", "web", "", "", now) for key in tickets[::5]),
    )
    return accounts


def _people(accounts: list[int], now: object) -> list[int]:
    """A contact of its own for every account."""
    people = new_ids(Contact, len(accounts))
    fields = [field for field in Contact._meta.concrete_fields if not field.generated]
    names = [field.attname for field in fields]

    def values(key: int) -> list[object]:
        one = Contact(pk=key, first_name="Body", last_name=str(key), reference=f"B-{key}")
        return [field.pre_save(one, add=True) for field in fields]

    insert_rows(Contact, names, (values(key) for key in people))
    insert_rows(
        Association,
        ("contact_id", "account_id", "position", "job_title", "role", "sharing", "created_at"),
        ((p, a, 1, "", "customer", "", now) for p, a in zip(people, accounts, strict=True)),
    )
    return people


def above(keys: list[int], place: int) -> int | None:
    """Chains of eight, each account under the one before."""
    return keys[place - 1] if place % LEVELS else None


def _tickets(
    keys: list[int], accounts: list[int], people: list[int], now: object
) -> Iterator[tuple[object, ...]]:
    """Ten an account; the last account has as many as 25 others together."""
    for number, key in enumerate(keys):
        at = min(number // EACH, len(accounts) - 1)
        solved = number % 5 == 0
        status = "solved" if solved else ("open", "pending", "new", "on_hold")[number % 4]
        subject = SUBJECTS[number % len(SUBJECTS)]
        then = now if solved else None
        yield (key, subject, people[at], accounts[at], status, status, "normal", "web", False, now, now, then)


def reader(name: str, accounts: list[int]) -> Contact:
    contact = create_contact(
        {"first_name": name, "last_name": "Reader"}, actor=DESK, accounts=[Entry(key) for key in accounts]
    )
    link_user(contact, User.objects.create_user(f"{name.lower()}@example.com", "secret"), actor=DESK)
    return contact


def act_for(contact: Contact, own: Account, others: list[int]) -> None:
    kind = AccountRelationshipType.objects.create(name="Partner of", reverse_name="Customer of")
    responsibility = Responsibility.objects.create(name="Agent")
    for other in Account.objects.filter(pk__in=others):
        link_accounts(own, other, kind, actor=DESK)
        create_contact_relationship(other, contact, responsibility, actor=DESK)


def plans(client: Client, page: str) -> tuple[int, Counter[str], set[str]]:
    """How many queries a page makes, which scans their plans use, and the large tables that one reads whole."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    scans: Counter[str] = Counter()
    whole: set[str] = set()
    for query in captured.captured_queries:
        if not query["sql"].startswith("SELECT"):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF) " + query["sql"].replace("%", "%%"))
            lines = [line for (line,) in cursor.fetchall()]
        plan = "\n".join(line for line in lines if "(never executed)" not in line)
        scans.update(re.findall(r"(?:Bitmap |Index |Index Only |Seq )(?:Heap )?Scan", plan))
        whole |= {table for table in LARGE_TABLES if re.search(rf"Seq Scan on {table}\b", plan)}
    return len(captured), scans, whole


def compare(few: Client, many: Client) -> None:
    for page in PAGES:
        one, several = side_by_side(lambda page=page: few.get(page), lambda page=page: many.get(page))
        row(f"{page}  one account", one)
        row(f"{' ' * len(page)}  {OWN_ACCOUNTS} accounts, acting for {ACTED_FOR}", several, one)
        for words, client in (("one account", few), (f"{OWN_ACCOUNTS} accounts", many)):
            queries, scans, whole = plans(client, page)
            told = ", ".join(f"{number} × {scan}" for scan, number in sorted(scans.items()))
            print(
                f"    {words}: {queries} queries; {told}; reads whole: {', '.join(sorted(whole)) or 'none'}"
            )


def signed_in(contact: Contact) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(contact.user, backend="helpdesk.sign_in.auth.AddressBackend")
    return client


def main() -> None:
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"benchmark_{os.getpid()}"
    old = setup_databases(verbosity=0, interactive=False)
    try:
        started = time.perf_counter()
        keys = fill()
        few = reader("Few", [keys[-1]])
        places = [keys[number * (len(keys) // 30)] for number in range(OWN_ACCOUNTS + ACTED_FOR)]
        many = reader("Many", places[:OWN_ACCOUNTS])
        act_for(many, Account.objects.get(pk=places[0]), places[OWN_ACCOUNTS:])
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        seconds = time.perf_counter() - started
        print(f"{TICKETS:,} tickets, {ACCOUNTS:,} accounts, {connection.vendor}: filled in {seconds:.0f} s\n")
        compare(signed_in(few), signed_in(many))
    finally:
        teardown_databases(old, verbosity=0)


if __name__ == "__main__":
    main()
