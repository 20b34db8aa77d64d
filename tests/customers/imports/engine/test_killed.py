"""Workers that are killed in the middle, again and again: real processes, SIGKILL, PostgreSQL."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from customers.imports.engine import lifecycle
from customers.models import (
    Account,
    Association,
    Contact,
    ContactMethod,
    ImportedAccount,
    ImportedContact,
    ImportRun,
)
from helpdesk.events.models import AuditEntry
from helpdesk.jobs import lifecycle as jobs
from tests.conftest import on_postgres
from tests.customers.imports.engine.test_properties import RECORDS, assert_sound, dump
from tests.factories import AccountFactory, ContactFactory
from tests.trials import SEED, trials

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

ROOT = Path(__file__).resolve().parents[4]
COLUMNS = ["first_name", "email", "phone", "account", "job_title", "notes"]
ROWS = 700
BATCH = 20
NURSERY = """
import os, signal, sys, time, traceback
import django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = sys.argv[1]
from customers.imports.engine import files, run, undo
from helpdesk.jobs import running, undoing
files.BATCH = undoing.BATCH = {batch}
running.BREATH = 0.005

def work(job, pk):
    try:
        (undo.take_back if job == "undo" else run.carry_out)(pk)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)

for line in sys.stdin:
    job, pk, *lives = line.split()
    workers = [os.fork() or work(job, int(pk)) for _ in lives]
    for worker, life in zip(workers, lives):
        if float(life):
            time.sleep(float(life))
            os.kill(worker, signal.SIGKILL)
    print(*[os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in workers], flush=True)
"""


class Nursery:
    """A process in which everything is loaded, and whose children do what a worker does, on this test's database."""

    def __init__(self) -> None:
        database = connection.settings_dict
        address = f"sqlite:///{database['NAME']}"
        if on_postgres():
            who = f"{database['USER']}:{database['PASSWORD']}"
            address = f"postgres://{who}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
        environment = os.environ | {
            "DATABASE_URL": address,
            "DATABASE_POOL_SIZE": "0",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        command = [sys.executable, "-c", NURSERY.format(batch=BATCH), str(settings.MEDIA_ROOT)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *problem: object) -> None:
        self.process.communicate(timeout=60)

    def work(self, job: str, run: ImportRun, *lives: float) -> list[int]:
        """A worker for each of `lives`: killed after so many seconds (0: never). Returns how they ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{job} {run.pk} {' '.join(map(str, lives))}\n")
        self.process.stdin.flush()
        return [int(word) for word in self.process.stdout.readline().split()]


def killed_again_and_again(job: str, run: ImportRun, *, busy: str, times: int, at_once: int = 1) -> int:
    """Kill workers at random moments until so many died, or all is done; then let the last ones finish."""
    dice, deaths = random.Random(SEED), 0
    with Nursery() as nursery:
        while deaths < times and run.status == busy:
            lives = [dice.uniform(0.001, 0.15) for _ in range(at_once)]
            deaths += nursery.work(job, run, *lives).count(-signal.SIGKILL)
            run.refresh_from_db()
        assert nursery.work(job, run, *[0] * at_once) == [0] * at_once
    run.refresh_from_db()
    return deaths


@pytest.fixture
def started(uploaded, actor) -> ImportRun:
    """An import of 700 rows: 400 new people of 60 new accounts, 200 known ones, and a hundred repeated or bad rows."""
    tower = AccountFactory(name="Harbor Tower")
    for n in range(30):
        ContactFactory(first_name=f"Known{n}", email=f"p{n}@example.com", accounts=[tower])
    rows = [
        (
            f"No{n}",
            f"p{n % 650}@example.com" if n % 50 else "broken@",
            str(n),
            f"House {n % 60}",
            "Tenant",
            f"Row {n}",
        )
        for n in range(ROWS)
    ]
    run = uploaded([COLUMNS, *rows], mapping=COLUMNS, mode="overwrite", also_add=True, kind="contacts")
    return lifecycle.start(run, actor=actor)


def assert_whole(run: ImportRun) -> None:
    """No row lost, none done twice, and the ledger knows of every record."""
    counted = {name: run.counts[name] for name in ("created", "updated", "unchanged", "skipped", "failed")}
    assert (run.status, run.processed) == ("done", ROWS)
    assert counted == {name: run.preview[name] for name in counted}
    assert run.rejected_rows.count() == counted["failed"] == 14
    assert run.created_accounts == run.preview["accounts"] == 60
    assert Contact.objects.count() == 30 + counted["created"]
    assert ContactMethod.objects.filter(kind="email").count() == Contact.objects.count()
    assert Account.objects.count() == 61
    assert (
        AuditEntry.objects.filter(code="contact.created", cause__isnull=False).count() == counted["created"]
    )
    assert ImportedContact.objects.filter(run=run, is_created=True).count() == counted["created"]
    assert ImportedContact.objects.filter(run=run, is_created=False).count() == 29
    assert ImportedAccount.objects.filter(run=run, is_created=True).count() == 60
    assert AuditEntry.objects.filter(code="import.finished").count() == 1
    assert_sound()


def test_an_import_whose_workers_are_killed_loses_nothing_and_does_nothing_twice(started):
    deaths = killed_again_and_again("import", started, busy="running", times=trials(8, 60))
    assert deaths >= 3
    assert_whole(started)


def test_an_undo_whose_workers_are_killed_leaves_nothing_behind(started, actor):
    before = dump(*RECORDS)
    with Nursery() as nursery:
        assert nursery.work("import", started, 0) == [0]
    started.refresh_from_db()
    assert_whole(started)
    run = jobs.undo(started, actor=actor)
    deaths = killed_again_and_again("undo", run, busy="undoing", times=trials(8, 60))
    assert deaths >= 3
    assert (run.status, run.kept_records) == ("undone", 0)
    assert dump(*RECORDS) == before
    assert AuditEntry.objects.filter(code="import.undone").count() == 1


def test_two_workers_with_one_import_do_it_once_even_when_they_are_killed(started):
    killed_again_and_again("import", started, busy="running", times=trials(8, 60), at_once=2)
    assert_whole(started)
    assert Association.objects.filter(contact__first_name__startswith="No").exists()
