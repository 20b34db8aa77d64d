"""`python -m benchmarks.imports`: importing contacts with an account column, beside two others doing it.

Rows per second of a whole import run for files of BENCH_IMPORT_ROWS (1,000, 10,000, 100,000) contacts, in each mode;
beside stock django-import-export with a ForeignKeyWidget that creates accounts, once *bare* (a contact of five columns)
and once at the *same work* (`stock`), each with the same file: people who are new, the same again, the same with other
accounts; and beside *the floor*, the same rows of the same tables by COPY (on SQLite executemany) and INSERT … SELECT.
All in one database, one after the other, and compared by the processor time that they and the server take, as that does
not depend on what else the machine does. Peak memory is that of a fresh process which carries one import out.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing.process import BaseProcess
from statistics import median
from typing import Any

import django
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from import_export.resources import ModelResource

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault(
    "DATABASE_URL", os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
)
django.setup()

from benchmarks.floor import load_as_fast_as_possible  # noqa: E402
from benchmarks.measuring import Spent, peak_memory_of_this_process, processor_time, spent  # noqa: E402
from benchmarks.stock import DeskResource, StockContact, StockResource, stock_import  # noqa: E402
from customers.imports.engine import dryrun, lifecycle, undo  # noqa: E402
from customers.imports.engine import run as running  # noqa: E402
from customers.models import Account, Contact, ImportRun  # noqa: E402
from customers.services.associations import associate, disassociate  # noqa: E402
from customers.services.contacts.changes import create_contact  # noqa: E402
from helpdesk.core.actors import Actor  # noqa: E402
from helpdesk.events.models import AuditEntry  # noqa: E402
from helpdesk.jobs import lifecycle as jobs  # noqa: E402

DESK = Actor.system("benchmark")
SIZES = [int(size) for size in os.environ.get("BENCH_IMPORT_ROWS", "1000,10000,100000").split(",")]
STOCK_MOST = int(os.environ.get("BENCH_STOCK_ROWS", "2000"))  # stock is slow, and linear
NEW, AGAIN, MOVED = "all new", "the same again", "all change account"
PEOPLE_AN_ACCOUNT = 50
HEADER = ("First name", "Last name", "Email", "Company", "Job title")


def people(count: int, *, moved: int = 0) -> Iterator[tuple[str, ...]]:
    """Rows of a file; with ``moved``, the same people with other accounts."""
    accounts = max(count // PEOPLE_AN_ACCOUNT, 1)
    for number in range(count):
        account = f"House {(number + moved) % accounts}"
        yield f"Pat{number % 97}", f"No{number}", f"p{number}@example.com", account, "Tenant"


def content(count: int, *, moved: int = 0) -> bytes:
    lines = [",".join(row) for row in (HEADER, *people(count, moved=moved))]
    return ("\n".join(lines) + "\n").encode()


def forget() -> None:
    """Back to an empty desk."""
    tables = [model._meta.db_table for model in (Contact, Account, AuditEntry, ImportRun, StockContact)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            cursor.execute("ANALYZE")
    if connection.vendor != "postgresql":
        for model in (StockContact, Contact, Account, AuditEntry, ImportRun):
            model.objects.all().delete()


def prepared(count: int, mode: str, *, moved: int = 0) -> ImportRun:
    """An import that has been uploaded, matched and checked, and may start."""
    upload = SimpleUploadedFile("people.csv", content(count, moved=moved))
    run = lifecycle.receive(upload, actor=DESK, kind="contacts")
    run = lifecycle.match_columns(run, run.mapping, mode, actor=DESK)
    dryrun.check(run.pk)
    return lifecycle.start(ImportRun.objects.get(pk=run.pk), actor=DESK)


def carried_out(run: ImportRun) -> Spent:
    """What the run takes."""
    taken = spent(lambda: running.carry_out(run.pk))
    run.refresh_from_db()
    if run.status != ImportRun.Status.DONE or run.failed:
        raise RuntimeError(f"The import ended as {run.status} with {run.failed} failed rows")
    return taken


def taken_back(run: ImportRun) -> Spent:
    """What undoing a run takes."""
    jobs.undo(run, actor=DESK)
    taken = spent(lambda: undo.take_back(run.pk))
    run.refresh_from_db()
    if run.status != ImportRun.Status.UNDONE or run.kept_records:
        raise RuntimeError(f"The undo ended as {run.status} with {run.kept_records} records kept")
    return taken


def peak_memory(count: int) -> float:
    """MB at most of a fresh process that carries an import of so many rows out."""
    child, queue = elsewhere(prepared(count, "add"))
    peak = queue.get(timeout=3600)["memory"]
    child.join()
    return peak


def pages_meanwhile(start: Callable[[], ImportRun]) -> dict[str, Any]:
    """A list page and a small change while another process carries an import out, beside alone, before or after it
    (whichever is slower: the desk grows); `start` readies it. Returns what that process told."""
    account = Account.objects.create(name="Meanwhile")
    person = create_contact({"first_name": "Mia", "last_name": "Meanwhile"}, actor=DESK)

    def page() -> None:
        list(Contact.objects.visible_to(DESK).with_accounts().with_methods().order_by("search", "id")[:50])

    def change() -> None:
        associate(person, account, actor=DESK)
        disassociate(person, account, actor=DESK)

    def alone() -> list[float]:
        return [median(timed(work) for _ in range(20)) for work in (page, change)]

    before = alone()
    child, queue = elsewhere(start())
    pages, changes = [], []
    while queue.empty():
        pages.append(timed(page))
        changes.append(timed(change))
        time.sleep(0.05)
    told = queue.get()
    child.join()
    base = [max(pair) for pair in zip(before, alone(), strict=True)]
    for name, usual, during in (("a list page", base[0], pages), ("a change", base[1], changes)):
        print(
            f"  {name} meanwhile: median {median(during) / usual:4.1f} × alone, "
            f"worst {max(during) * 1000:,.0f} ms of {len(during)}",
            flush=True,
        )
    return told


def elsewhere(run: ImportRun) -> tuple[BaseProcess, multiprocessing.Queue]:
    """Let a fresh process carry an import out. It tells its peak memory in MB and, of each tenth of the rows, the time
    of processors."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    child = context.Process(
        target=_carry_out_and_tell, args=(run.pk, connection.settings_dict["NAME"], queue)
    )
    child.start()
    return child, queue


def _carry_out_and_tell(run_id: int, database: str, queue: multiprocessing.Queue) -> None:
    connection.settings_dict["NAME"] = database
    tenths = [processor_time()]

    def watch(run: ImportRun) -> None:
        if run.processed * 10 >= run.total * len(tenths):
            tenths.append(processor_time())

    running.carry_out(run_id, watch=watch)
    queue.put(
        {
            "memory": peak_memory_of_this_process(),
            "tenths": [after - before for before, after in pairwise(tenths)],
        }
    )


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def row(name: str, count: int, taken: Spent, comparison: str = "") -> None:
    print(
        f"  {name:46} {count / taken.seconds:8,.0f} rows/s {taken.seconds:8.2f} s "
        f"{taken.processor:8.2f} s of processors  {comparison}",
        flush=True,
    )


def stock_times(name: str, resource: type[ModelResource], count: int) -> dict[str, float]:
    """Seconds of processors a row, of stock django-import-export."""
    few, found = min(count, STOCK_MOST), {}
    for case in (NEW, AGAIN, MOVED):
        rows = list(people(few, moved=int(case == MOVED)))
        taken = spent(lambda rows=rows: stock_import(HEADER, rows, resource))
        row(f"stock, {name}: {case}", few, taken)
        found[case] = taken.processor / few
    forget()
    return found


def measure(count: int) -> None:
    print(f"\n{count:,} contacts")
    forget()
    bare = stock_times("bare", StockResource, count)
    same_work = stock_times("same work", DeskResource, count)
    floor = spent(lambda: load_as_fast_as_possible(people(count)))
    row("the floor: COPY and INSERT … SELECT", count, floor)
    forget()
    for name, mode, stock in (
        ("add new records: all new", "add", NEW),
        ("add new records: all here", "add", AGAIN),
        ("update without overwriting: nothing to fill", "fill", AGAIN),
        ("update with overwriting: all the same", "overwrite", AGAIN),
        ("update with overwriting: all change account", "overwrite", MOVED),
    ):
        run = prepared(count, mode, moved=int(stock == MOVED))
        taken = carried_out(run)
        each = taken.processor / count
        beside_stock = (
            f"{bare[stock] / each:5.1f} × bare stock, {same_work[stock] / each:5.1f} × at the same work"
        )
        row(name, count, taken, f"{beside_stock}; floor is {taken.processor / floor.processor:4.1f} × this")
    row(
        "undoing that", count, back := taken_back(run), f"{back.processor / taken.processor:.2f} × the import"
    )
    pages_meanwhile(lambda: prepared(count, "overwrite", moved=2))
    forget()
    run = prepared(count, "add")
    taken = carried_out(run)
    row(
        "undoing what was new",
        count,
        back := taken_back(run),
        f"{back.processor / taken.processor:.2f} × the import",
    )
    forget()
    print(f"  peak memory of the worker: {peak_memory(count):,.0f} MB", flush=True)


@contextmanager
def desk() -> Iterator[None]:
    """An empty database of our own."""
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"benchmark_{os.getpid()}"
    old = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    try:
        with connection.schema_editor() as editor:
            editor.create_model(StockContact)
        print(f"Imports on {connection.vendor}")
        yield
    finally:
        teardown_databases(old, verbosity=0)


def main() -> None:
    with desk():
        for count in SIZES:
            measure(count)


if __name__ == "__main__":
    main()
