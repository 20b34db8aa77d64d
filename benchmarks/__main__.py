"""`make bench`: BENCH_CONTACTS (100,000) contacts in a throw-away database, then what the screens ask of it."""

import os
import time
from collections.abc import Callable

import django
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault(
    "DATABASE_URL", os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
)
django.setup()

from benchmarks.filling import fill  # noqa: E402
from benchmarks.measuring import milliseconds, row  # noqa: E402
from customers.models import Account, Contact  # noqa: E402
from customers.services.associations import associate_many, disassociate_many  # noqa: E402
from helpdesk.core.actors import Actor  # noqa: E402

DESK = Actor.system("benchmark")
ROWS = int(os.environ.get("BENCH_CONTACTS", "100000"))
PAGE = 50


def page_of(contacts) -> Callable[[], object]:
    return lambda: list(contacts.with_accounts().with_methods().order_by("search", "id")[:PAGE])


def without_index(work: Callable[[], object]) -> Callable[[], object]:
    """On PostgreSQL, the same without bitmap scans, and so without the trigram index."""

    def slow() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SET enable_bitmapscan = off")
            try:
                return work()
            finally:
                cursor.execute("SET enable_bitmapscan = on")

    return slow


def searching() -> None:
    everyone = Contact.objects.visible_to(DESK)
    for text in ("새미", "서연", "okafor-77"):
        ids = lambda text=text: list(everyone.matching(text).values_list("pk", flat=True)[:PAGE])  # noqa: E731
        fast = milliseconds(ids)
        row(f"the first {PAGE} contacts matching “{text}”", fast)
        if connection.vendor == "postgresql":
            row("    the same without the trigram index", milliseconds(without_index(ids), 3), fast)


def listing(largest: Account) -> None:
    everyone = Contact.objects.visible_to(DESK)
    first = milliseconds(page_of(everyone))
    row("first page of all contacts, with accounts and methods", first)
    row("    one index letter", milliseconds(page_of(everyone.letter("ㅅ"))), first)
    row(
        "    of one account, at any position",
        milliseconds(page_of(everyone.in_any_account([largest.pk]))),
        first,
    )


def changing() -> None:
    account = Account.objects.create(name="The new one")
    people = list(Contact.objects.order_by("pk")[:1000])

    def there_and_back(contacts: list[Contact]) -> Callable[[], object]:
        def work() -> None:
            associate_many(contacts, account, actor=DESK)
            disassociate_many(contacts, account, actor=DESK)

        return work

    one = milliseconds(there_and_back(people[:1]), 3)
    row("associate and disassociate one contact", one)
    row("    1,000 contacts in one call", milliseconds(there_and_back(people), 3), one)


def main() -> None:
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"benchmark_{os.getpid()}"
    old = setup_databases(verbosity=0, interactive=False)
    try:
        started = time.perf_counter()
        largest = fill(ROWS)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        print(f"{ROWS:,} contacts on {connection.vendor}, filled in {time.perf_counter() - started:.0f} s\n")
        searching()
        listing(largest)
        changing()
    finally:
        teardown_databases(old, verbosity=0)


if __name__ == "__main__":
    main()
