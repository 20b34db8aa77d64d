"""`python -m benchmarks.pages`: what each page costs on a desk of 10,000 tickets and on one of 1,000,000.

A page is weighed in processor time, of this process and of the database's for our connection (waiting for other work on
the machine is none of it), and compared with a floor page asked just before it: `benchmarks.floor_page`. PostgreSQL
only; the databases `benchmark_pages_<tickets>` are made when they are not there, and kept.

    python -m benchmarks.pages                     both sizes, every page
    python -m benchmarks.pages list home           pages whose names hold one of these words
    python -m benchmarks.pages --cold              with caches emptied before each request
    python -m benchmarks.pages --plans             and the plans of queries over 20 ms
    python -m benchmarks.pages --before ../other   another checkout in turns with this one, on the same databases
    python -m benchmarks.pages --fresh             makes the databases anew

BENCH_TICKETS names other sizes ("10000 1000000").
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg

import benchmarks

SERVER = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
SIZES = [int(size) for size in os.environ.get("BENCH_TICKETS", "10000 1000000").split()]
REPEATS = 9
SLOW_QUERY = 0.020
ROOT = Path(__file__).resolve().parents[1]
benchmarks.__path__ = [str(ROOT / "benchmarks")]  # ours, whichever checkout is measured


# --- The desk --------------------------------------------------------------------
def database(tickets: int) -> str:
    return f"benchmark_pages_{tickets}"


def open_desk(tickets: int, *, fresh: bool) -> None:
    """Connect to the desk of this size; make it first when it is not there."""
    with psycopg.connect(SERVER, autocommit=True) as server:
        if fresh:
            server.execute(f'DROP DATABASE IF EXISTS "{database(tickets)}" WITH (FORCE)')
        made = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database(tickets)]).fetchone()
        if not made:
            server.execute(f'CREATE DATABASE "{database(tickets)}"')
    os.environ["DATABASE_URL"] = f"{SERVER.rpartition('/')[0]}/{database(tickets)}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    # What other processes of the database did for us could not be weighed.
    options = settings.DATABASES["default"].setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} -c max_parallel_workers_per_gather=0".strip()
    settings.ROOT_URLCONF = "benchmarks.floor_page"
    settings.ALLOWED_HOSTS = ["testserver"]
    if not made:
        started = time.perf_counter()
        call_command("migrate", verbosity=0)
        _fill(tickets)
        print(f"{tickets:,} tickets made in {time.perf_counter() - started:.0f} s", file=sys.stderr)


def _fill(tickets: int) -> None:
    from django.db import connection
    from django.db.models import Count
    from django.utils import timezone

    from benchmarks import filling_million, tickets_million
    from customers.models import Account, Association, Contact
    from tests.factories import DepartmentFactory, UserFactory

    for number in range(20):
        UserFactory(email=f"agent{number}@desk.example", role="manager")
        DepartmentFactory(name=f"Department {number}")
    filling_million.fill(tickets * 12 // 100, accounts=tickets // 50)
    largest = Account.objects.annotate(n=Count("associations")).latest("n", "id")
    tickets_million.fill(tickets, largest=largest.pk)
    several = Contact.objects.exclude(associations__account=largest).earliest("pk")
    own = {largest.pk, *several.associations.values_list("account", flat=True)}
    others = [
        key for key in Account.objects.order_by("pk").values_list("pk", flat=True)[:30] if key not in own
    ]
    places = enumerate(others[:23], start=3)
    Association.objects.bulk_create(
        Association(contact=several, account_id=key, position=position, created_at=timezone.now())
        for position, key in places
    )
    member = Contact.objects.filter(associations__account=largest).earliest("pk")
    one = Contact.objects.exclude(pk__in=[several.pk, member.pk]).latest("pk")
    for name, contact in {"several": several, "member": member, "one": one}.items():
        user = UserFactory(email=f"{name}@desk.example")
        Contact.objects.filter(pk=contact.pk).update(user=user)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


# --- The pages -------------------------------------------------------------------
@dataclass(frozen=True)
class Page:
    """An address, asked by one of the sign-ins; `part` as htmx asks for it."""

    name: str
    who: str
    address: str
    part: bool = False


def pages() -> list[Page]:
    """Every page of the table, with the rows of this desk in the addresses."""
    from django.db.models import Count

    from benchmarks.tickets_million import COMMON, RARE
    from customers.models import Account, Contact
    from helpdesk.core.models import Department
    from tickets.models import Ticket

    largest = Account.objects.annotate(n=Count("associations")).latest("n", "id").pk
    several = Contact.objects.get(user__email="several@desk.example")
    one = Contact.objects.get(user__email="one@desk.example")
    account = one.associations.earliest("position").account_id
    middle = Ticket.objects.order_by("pk").values_list("pk", flat=True)[Ticket.objects.count() // 2]
    theirs = Ticket.objects.filter(contact=several, is_private=False).latest("pk").pk
    department = Department.objects.earliest("pk").pk
    shut = "status=solved&status=closed"
    tickets, contacts, accounts = "/agent/tickets/", "/agent/contacts/", "/agent/accounts/"
    return [
        Page("list", "agent", tickets),
        Page("list, part", "agent", tickets, part=True),
        Page("list, all", "agent", f"{tickets}?view=all"),
        Page("list, all by subject", "agent", f"{tickets}?view=all&sort=subject"),
        Page("list, all by requester", "agent", f"{tickets}?view=all&sort=requester"),
        Page("list, open by requester", "agent", f"{tickets}?sort=requester"),
        Page("list, mine", "agent", f"{tickets}?view=mine"),
        Page("list, unassigned", "agent", f"{tickets}?view=unassigned"),
        Page("list, a department's done", "agent", f"{tickets}?view=all&department={department}&{shut}"),
        Page("list, an account", "agent", f"{tickets}?view=all&account={account}"),
        Page("list, the largest account", "agent", f"{tickets}?view=all&account={largest}"),
        Page("list, a deep page", "agent", f"{tickets}?view=all&after=…"),
        Page("list, words", "agent", f"{tickets}?view=all&q={COMMON}"),
        Page("search, a rare word", "agent", f"/agent/search/?q={RARE}"),
        Page("search, a common word", "agent", f"/agent/search/?q={COMMON}"),
        Page("search, two syllables", "agent", "/agent/search/?q=누수"),
        Page("search, two letters", "agent", "/agent/search/?q=qu"),
        Page("search, nothing", "agent", "/agent/search/?q=absentword"),
        Page("ticket", "agent", f"{tickets}{middle}/"),
        Page("ticket, in a list", "agent", "list:1"),
        Page("new ticket", "agent", f"{tickets}new/"),
        Page("contacts", "agent", contacts),
        Page("contacts, a name", "agent", f"{contacts}?q=서연"),
        Page("contact", "agent", f"{contacts}{several.pk}/"),
        Page("accounts", "agent", accounts),
        Page("account", "agent", f"{accounts}{account}/"),
        Page("the largest account", "agent", f"{accounts}{largest}/"),
        Page("its contacts", "agent", f"{accounts}{largest}/contacts/"),
        Page("associate, without account", "agent", f"{accounts}{largest}/contacts/associate/?scope=none"),
        Page("home", "one", "/"),
        Page("home, 25 accounts", "several", "/"),
        Page("home, the largest account", "member", "/"),
        Page("home, older, the largest", "member", "/?status=older"),
        Page("home, words", "several", f"/?q={COMMON}"),
        Page("home, words, the largest", "member", f"/?q={COMMON}"),
        Page("their ticket", "several", f"/tickets/{theirs}/"),
        Page("their new ticket", "several", "/tickets/new/"),
        Page("similar, the largest", "member", f"/tickets/similar/?subject={COMMON}+lift", part=True),
    ]


def resolved(page: Page, client: Any) -> str:
    """The address, with a cursor or a place in the list that only the list itself knows."""
    if page.address == "list:1":
        found = re.search(r'href="(/agent/tickets/\d+/\?[^"]+)"', _text(client, "/agent/tickets/"))
        assert found, "no ticket in the list"
        return found[1].replace("&amp;", "&")
    if page.address.endswith("after=…"):
        address = page.address.partition("&after")[0]
        for _page in range(3):
            found = re.search(r'href="\?([^"]*\bafter=[^"]+)"', _text(client, address))
            assert found, "no next page"
            address = f"{urlsplit(address).path}?{found[1].replace('&amp;', '&')}"
        return address
    return page.address


def _text(client: Any, address: str) -> str:
    return client.get(address).content.decode()


# --- Weighing --------------------------------------------------------------------
@dataclass
class Weight:
    """Milliseconds of processor time of the page, in all and of it the database; of the floor page; queries; answer."""

    work: float
    database: float
    floor: float
    queries: int
    status: int
    slow: list[str]


class Weighing:
    """Asks for pages and reads the clocks of both processes."""

    def __init__(self, *, cold: bool, plans: bool) -> None:
        from django.test import Client

        from helpdesk.core.models import User

        self.cold, self.plans = cold, plans
        self.clients = {}
        for who in ("agent", "one", "several", "member"):
            user = User.objects.get(email=f"{'agent0' if who == 'agent' else who}@desk.example")
            self.clients[who] = client = Client()
            client.force_login(user, backend="helpdesk.sign_in.auth.AddressBackend")
        gc.collect()
        gc.freeze()

    def weigh(self, page: Page, repeats: int = REPEATS) -> Weight:
        client = self.clients[page.who]
        address = resolved(page, client)
        headers = {"HX-Request": "true"} if page.part else {}
        ask = lambda: client.get(address, headers=headers)  # noqa: E731
        works, databases, floors = [], [], []
        for turn in range(repeats + 1):
            floor, _database, _answer = self._once(lambda: client.get("/floor/"))
            work, database_part, answer = self._once(ask)
            if turn:  # the first fills the caches
                works.append(work), databases.append(database_part), floors.append(floor)
        if answer.status_code >= 400 or getattr(answer, "url", None):
            raise SystemExit(f"{page.name}: {address} answered {answer.status_code}")
        queries, slow = self._queries(ask)
        return Weight(
            statistics.median(works),
            statistics.median(databases),
            statistics.median(floors),
            queries,
            answer.status_code,
            slow,
        )

    def _once(self, ask: Callable[[], Any]) -> tuple[float, float, Any]:
        if self.cold:
            from django.core.cache import cache

            from helpdesk.core.words import forget

            cache.clear()
            forget()
        with _backend() as server:
            before, before_server = time.process_time(), server()
            answer = ask()
            b"".join(answer.streaming_content) if answer.streaming else answer.content
            here, there = time.process_time() - before, server() - before_server
        return (here + there) * 1000, there * 1000, answer

    def _queries(self, ask: Callable[[], Any]) -> tuple[int, list[str]]:
        from django.db import connection

        asked: list[tuple[float, str, Any]] = []

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            started = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                asked.append((time.perf_counter() - started, sql, params))

        with connection.execute_wrapper(count):
            ask()
        slow = [(sql, params) for seconds, sql, params in asked if seconds > SLOW_QUERY] if self.plans else []
        return len(asked), [_plan(sql, params) for sql, params in slow]


def _plan(sql: str, params: Any) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {sql}", params)
        return f"{sql[:300]}\n" + "\n".join(line for (line,) in cursor.fetchall())


@contextmanager
def _backend() -> Iterator[Callable[[], float]]:
    """A clock of the database's process for our connection: seconds on a processor (proc_pid_schedstat, Linux)."""
    from django.db import connection

    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    if not told.exists():
        raise SystemExit("The server must run on this machine, on Linux, for its processor time to be read.")
    yield lambda: int(told.read_text().split()[0]) / 1e9


# --- The table -------------------------------------------------------------------
def measure(tickets: int, chosen: argparse.Namespace) -> dict[str, Any]:
    """Weights by the pages' names, of one desk: in a process of its own, as Django knows one database."""
    open_desk(tickets, fresh=chosen.fresh)
    weighing = Weighing(cold=chosen.cold, plans=chosen.plans)
    wanted = [page for page in pages() if not chosen.names or any(name in page.name for name in chosen.names)]
    return {page.name: vars(weighing.weigh(page)) for page in wanted}


def in_checkout(root: Path, tickets: int, chosen: argparse.Namespace) -> dict[str, Any]:
    """The same, by the code of a checkout."""
    options = ["--cold"] * chosen.cold + ["--plans"] * chosen.plans + ["--fresh"] * chosen.fresh
    script = str(ROOT / "benchmarks" / "pages.py")
    command = [sys.executable, "-P", script, "--one", str(tickets), *options, *chosen.names]
    environment = os.environ | {"PYTHONPATH": str(root), "HELPDESK_DEMO": "true", "DATABASE_POOL_SIZE": "0"}
    done = subprocess.run(command, cwd=root, env=environment, stdout=subprocess.PIPE, check=True)  # noqa: S603 - ours
    return json.loads(done.stdout)


def table(found: dict[int, dict[str, Any]], before: dict[int, dict[str, Any]]) -> Iterator[str]:
    small, large = min(found), max(found)
    head = [f"ms at {small:,}", f"ms at {large:,}", "of it database", "growth", "× floor", "queries"]
    head += ["before", "× before"] if before else []
    yield "| page | " + " | ".join(head) + " |"
    yield "| --- |" + " ---: |" * len(head)
    for name, weight in found[large].items():
        other = found[small][name]
        cells = [
            f"{other['work']:.1f}",
            f"{weight['work']:.1f}",
            f"{weight['database']:.1f}",
            f"{weight['work'] / weight['floor'] / (other['work'] / other['floor']):.2f}",
            f"{weight['work'] / weight['floor']:.1f}",
            f"{other['queries']}/{weight['queries']}",
        ]
        if before:
            was = before[large][name]
            ratio = weight["work"] / weight["floor"] / (was["work"] / was["floor"])
            cells += [f"{was['work']:.1f}", f"{ratio:.2f}"]
        yield f"| {name} | " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--before", type=Path)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measure(chosen.one, chosen)))
        return
    found, before = {}, {}
    for size in SIZES:
        found[size] = in_checkout(ROOT, size, chosen)
        chosen_again = argparse.Namespace(**vars(chosen) | {"fresh": False})
        if chosen.before:
            before[size] = in_checkout(chosen.before.resolve(), size, chosen_again)
    floors = [weight["floor"] for weight in found[max(SIZES)].values()]
    print(f"Floor: {statistics.median(floors):.1f} ms of processor time at {max(SIZES):,} tickets\n")
    print("\n".join(table(found, before)))
    for name, weight in found[max(SIZES)].items():
        for plan in weight["slow"]:
            print(f"\n{name}: {plan}")


if __name__ == "__main__":
    main()
