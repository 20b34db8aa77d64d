"""`python -m benchmarks.search`: a large desk asked for one person, for people who stand here twice, for its health.

BENCH_CONTACTS (1,000,000) contacts with an address and a phone each in a throw-away database. Each search is the first
page of 50 of the product's own list; beside it stands the ratio to a look-up by primary key, and the indexes that its
plan goes through. The plans are PostgreSQL's; SQLite gets the times. Arguments name parts: searching duplicates health.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import setup_databases, teardown_databases

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault(
    "DATABASE_URL", os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
)
django.setup()

from benchmarks import filling, filling_million  # noqa: E402
from benchmarks.measuring import milliseconds  # noqa: E402
from customers.duplicates.search import examine, search_on  # noqa: E402
from customers.health.findings import FINDINGS  # noqa: E402
from customers.models import Contact, DuplicatePair  # noqa: E402
from helpdesk.core.actors import Actor  # noqa: E402
from helpdesk.core.web.listing import how_many  # noqa: E402
from helpdesk.core.web.pagination import by_keys  # noqa: E402

DESK = Actor.system("benchmark")
ROWS = int(os.environ.get("BENCH_CONTACTS", "1000000"))
PAGE = 50
#: Below so many rows a table read from end to end is no sign of a missing index.
SMALL_TABLE = 1000


# --- Plans -----------------------------------------------------------------------
def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def plan_of(queryset: QuerySet[Any]) -> str:
    """The indexes that a query went through, and what it read from end to end."""
    if connection.vendor != "postgresql":
        return ""
    found = json.loads(queryset.explain(format="json", analyze=True))[0]["Plan"]
    indexes, whole = list[str](), list[str]()
    for node in nodes(found):
        if name := node.get("Index Name"):
            indexes.append(name)
        elif (
            node["Node Type"] == "Seq Scan"
            and node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0) > SMALL_TABLE
        ):
            whole.append(node["Relation Name"])
    return " ".join([*dict.fromkeys(indexes), *(f"WHOLE TABLE {name}" for name in dict.fromkeys(whole))])


def row(name: str, measured: float, base: float, plan: str = "") -> None:
    print(f"{name:48} {measured:9.2f} ms {measured / base:9.1f} ×  {plan}", flush=True)


# --- What is measured ----------------------------------------------------------------
def searching(base: float) -> None:
    everyone = Contact.objects.visible_to(DESK).order_by("search", "id")
    for name, text in (
        ("part of a name", "okafor-77"),
        ("two parts of a name", "amelia okafor"),
        ("two Hangul syllables", "새미"),
        ("two common Hangul syllables", "서연"),
        ("a common name", "amelia"),
        ("part of an address", f"reach{ROWS // 2 + 7}@"),
        ("phone digits", f"{10_000_000 + ROWS // 3}"),
        ("a phone as people write it", f"010-{1000 + ROWS // 30_000:04}-{ROWS // 3 % 10_000:04}"),
        ("a reference", f"B-{ROWS // 2}"),
        ("nobody", "zzyzx qqq"),
    ):
        number = len(by_keys(everyone.matching(text), PAGE))
        row(
            f"{name}: “{text}” ({number})",
            milliseconds(lambda text=text: by_keys(everyone.matching(text), PAGE)),
            base,
            plan_of(everyone.matching(text).values("pk")[:PAGE]),
        )


def duplicates(base: float) -> None:
    started = time.perf_counter()
    while search_on(seconds=30):
        pass
    seconds = time.perf_counter() - started
    pairs = DuplicatePair.objects.open()
    print(
        f"\nthe first walk: {seconds:,.0f} s, {ROWS / seconds:,.0f} contacts a second, {pairs.count():,} pairs",
        flush=True,
    )
    analyze()
    for name, reason in (("", ""), (", by one reason", DuplicatePair.Reason.ADDRESS)):
        page = (
            DuplicatePair.objects.because(reason)
            .open()
            .folded(reason)
            .order_by("-first_id", "-second_id")[:25]
        )
        row(f"a page of pairs{name}", milliseconds(lambda page=page: list(page.all())), base, plan_of(page))
    row("the clock, with nothing new", milliseconds(search_on), base)
    some = list(Contact.objects.order_by("pk").values_list("pk", flat=True)[:1000])
    row("1,000 contacts looked at again", milliseconds(lambda: examine(some), 3), base)


def health(base: float) -> None:
    print()
    for finding in FINDINGS.values():
        rows = finding.rows(DESK)
        limited = rows.order_by()[:1001]
        row(
            f"{finding.code} ({how_many(rows):,})",
            milliseconds(lambda rows=rows: how_many(rows), 3),
            base,
            plan_of(limited),
        )


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


PARTS = [part for part in (searching, duplicates, health) if part.__name__ in (sys.argv[1:] or part.__name__)]


def main() -> None:
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"benchmark_{os.getpid()}"
    old = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    try:
        started = time.perf_counter()
        if connection.vendor == "postgresql":
            filling_million.fill(ROWS)
        else:
            filling.fill(ROWS, methods=True)
        analyze()
        print(
            f"{ROWS:,} contacts on {connection.vendor}, filled in {time.perf_counter() - started:.0f} s\n",
            flush=True,
        )
        key = Contact.objects.order_by("pk").values_list("pk", flat=True)[ROWS // 2]
        base = milliseconds(lambda: Contact.objects.get(pk=key), 50)
        row("one contact by its primary key", base, base)
        for part in PARTS:
            part(base)
    finally:
        teardown_databases(old, verbosity=0)


if __name__ == "__main__":
    main()
