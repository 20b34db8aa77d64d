"""Workers as they are in life: processes that are killed, and that lose their database.

With a real mail server, on PostgreSQL."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from helpdesk.core.models import Duty, Worker
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.posting import Recipient, Wanted, post
from tests.conftest import on_postgres
from tests.mail_server import MailServer, eventually
from tests.trials import SEED, trials

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

ROOT = Path(__file__).resolve().parents[2]
WORKERS = "workers_of_a_test"
NURSERY = """
import os, signal, sys, time, traceback
import django
django.setup()
from datetime import timedelta
from helpdesk.core.background import workers as working
from helpdesk.core.management.commands.worker import Command
from helpdesk.outbox import letters, sending
working.BEAT_SECONDS, working.DEAD_AFTER = 0.1, timedelta(seconds=0.8)
sending.FIRST_PAUSE, working.CLOCK_SECONDS = 0.1, 0.3
letters._kinds["tests.letter"] = letters.Kind(
    "tests.letter", lambda d: letters.Letter(f"Letter {d.params['n']}", "text"), lambda: "")

def work():
    try:
        Command().handle(once=False, interval=0.02)
    except BaseException:
        traceback.print_exc()
    os._exit(1)

for line in sys.stdin:
    print(os.fork() or work(), flush=True)
"""


def database_address(port: int | None = None) -> str:
    database = connection.settings_dict
    if not on_postgres():
        return f"sqlite:///{database['NAME']}"
    who = f"{database['USER']}:{database['PASSWORD']}"
    where = f"{database['HOST']}:{port or database['PORT'] or 5432}/{database['NAME']}"
    return f"postgres://{who}@{where}?application_name={WORKERS}"


class Nursery:
    """A process in which everything is loaded, whose children are workers on this test's database."""

    SCRIPT = NURSERY

    def __init__(self, server: MailServer, *, port: int | None = None) -> None:
        environment = os.environ | {
            "DATABASE_URL": database_address(port),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(server.port),
            "EMAIL_TIMEOUT": "25",
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.SCRIPT],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.workers: list[int] = []

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *problem: object) -> None:
        for worker in self.workers:
            self.kill(worker)
        self.process.communicate(timeout=60)

    def start(self) -> int:
        """A worker; its process id."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("work\n")
        self.process.stdin.flush()
        self.workers.append(int(self.process.stdout.readline()))
        return self.workers[-1]

    def kill(self, worker: int, number: int = signal.SIGKILL) -> None:
        with suppress(ProcessLookupError):
            os.kill(worker, number)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    running = MailServer(tmp_path).up()
    yield running
    running.down()


@pytest.fixture(autouse=True)
def _a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    from helpdesk.outbox import letters

    monkeypatch.setitem(letters._kinds, "tests.letter", letters.Kind("tests.letter", lambda d: None, str))


def post_letters(first: int, number: int) -> None:
    for n in range(first, first + number):
        post(Wanted("tests.letter", {"n": n}), [Recipient(f"p{n}@x.example")])


def all_sent() -> bool:
    Delivery.objects.waiting().update(next_at=timezone.now())
    return not Delivery.objects.exclude(state="sent").exists()


@pytest.mark.long
def test_killed_workers_lose_no_letter_and_repeat_only_with_the_same_message_id(server: MailServer) -> None:
    dice, deaths, posted = random.Random(SEED), 0, 0
    with Nursery(server) as nursery:
        while deaths < trials(20, 200):
            workers = [nursery.start() for _ in range(2)]
            post_letters(posted, 8)
            posted += 8
            for worker in workers:
                time.sleep(dice.uniform(0.02, 0.4))
                nursery.kill(worker)
                deaths += 1
        nursery.start()
        assert eventually(all_sent, within=60)
    copies = Counter((tuple(letter["to"]), letter["id"]) for letter in server.taken)
    wanted = {((row.address,), row.message_id) for row in Delivery.objects.all()}
    assert set(copies) == wanted, "nothing lost, nothing under another id"
    assert len(wanted) == posted


def test_a_task_of_a_killed_worker_is_run_again_within_seconds(server: MailServer) -> None:
    dead = Worker.objects.create(
        name="dead", host="here", pid=1, seen_at=timezone.now() - timedelta(minutes=1)
    )
    task = clock_task(dead.name)
    with Nursery(server) as nursery:
        nursery.start()
        assert eventually(lambda: is_done(task), within=10)
    assert len(task.worker_ids) == 2


def clock_task(worker: str) -> DBTaskResult:
    now = timezone.now()
    return DBTaskResult.objects.create(
        task_path="helpdesk.jobs.tasks.advance",
        args_kwargs={"args": [0], "kwargs": {}},
        backend_name="default",
        run_after=now,
        status="RUNNING",
        started_at=now,
        worker_ids=[worker],
    )


def is_done(task: DBTaskResult) -> bool:
    """There is no such job, so that nothing is left to do as soon as it runs."""
    task.refresh_from_db()
    return task.status == "SUCCESSFUL"


def test_a_mail_server_that_hangs_stops_neither_tasks_nor_the_clock(server: MailServer) -> None:
    server.tell(hang=60)
    post_letters(0, 1)
    with Nursery(server) as nursery:
        nursery.start()
        assert eventually(lambda: Delivery.objects.filter(state="sending").exists())
        Duty.objects.filter(name="sessions.clear").update(due_at=timezone.now(), done_at=None)
        task = clock_task("nobody")
        DBTaskResult.objects.update(status="READY")
        assert eventually(lambda: is_done(task), within=10)
        assert eventually(lambda: Duty.objects.get(name="sessions.clear").done_at, within=10)
        assert Delivery.objects.get().state == "sending"


def test_a_worker_that_is_told_to_stop_leaves_nothing_claimed(server: MailServer) -> None:
    post_letters(0, 3)
    with Nursery(server) as nursery:
        worker = nursery.start()
        assert eventually(all_sent)
        nursery.kill(worker, signal.SIGTERM)
        assert eventually(lambda: not Worker.objects.exists(), within=10)


# --- The database goes away ------------------------------------------------------------
def end_connections() -> int:
    """Ends every connection of the workers, as a restart of the database does; says how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [WORKERS],
        )
        return int(cursor.fetchone()[0])


def test_a_worker_survives_that_its_connections_are_ended(server: MailServer) -> None:
    with Nursery(server) as nursery:
        worker = nursery.start()
        assert eventually(Worker.objects.exists)
        ended = 0
        for round_ in range(5):
            post_letters(round_ * 6, 6)
            time.sleep(0.15)
            ended += end_connections()
        assert ended > 5
        assert eventually(all_sent, within=30)
        os.kill(worker, 0)  # it lives
    assert Counter(letter["id"] for letter in server.taken).most_common(1)[0][1] == 1


class Proxy:
    """TCP to PostgreSQL, which can be cut and closed for some seconds."""

    def __init__(self) -> None:
        self.listener: socket.socket | None = None
        self.pairs: list[socket.socket] = []
        self.port = 0
        self.up()

    def up(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def down(self) -> None:
        assert self.listener is not None
        for each in (self.listener, *self.pairs):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.pairs.clear()

    def _accept(self, listener: socket.socket) -> None:
        database = connection.settings_dict
        with suppress(OSError):
            while True:
                client, _address = listener.accept()
                behind = socket.create_connection((database["HOST"], int(database["PORT"] or 5432)))
                self.pairs += [client, behind]
                for one, other in ((client, behind), (behind, client)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)


@contextmanager
def proxy() -> Iterator[Proxy]:
    running = Proxy()
    yield running
    running.down()


def test_a_worker_waits_for_a_database_that_is_away_for_seconds(server: MailServer) -> None:
    with proxy() as way, Nursery(server, port=way.port) as nursery:
        worker = nursery.start()
        assert eventually(Worker.objects.exists)
        post_letters(0, 4)
        time.sleep(0.1)
        way.down()
        post_letters(4, 4)
        time.sleep(2.5)
        os.kill(worker, 0)
        way.up()
        assert eventually(all_sent, within=20)
        os.kill(worker, 0)
    assert Counter(letter["id"] for letter in server.taken).most_common(1)[0][1] == 1
