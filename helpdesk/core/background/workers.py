"""The workers: who lives, what the dead left behind, and what each does side by side.

A worker writes its row every two seconds. Whatever a worker claimed whose row is older than ten seconds goes back to
where it was, and another one takes it up: tasks of the queue here, what the floors above claim by `register_taker`.
So everything a worker does must stand being done again from the start.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from helpdesk.core.background import clock
from helpdesk.core.database.connections import last_line
from helpdesk.core.models import Worker

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
CLOCK_SECONDS = 5.0
DEAD_AFTER = timedelta(seconds=10)
FORGOTTEN_AFTER = timedelta(days=1)
#: A task that was lost so often is what kills its workers.
MOST_LOSSES = 5
LONGEST_WAIT = 5.0
DATABASE_ERRORS = ("django.db.utils.OperationalError", "django.db.utils.InterfaceError")

Stop = Callable[[], bool]
Part = Callable[[str, Stop], int]
"""worker, stop -> how much it did; 0 when there was nothing to do. Called again and again, in a thread of its own."""
Taker = Callable[[Callable[[], Collection[str]]], int]
"""`living` -> how much of the dead ones' work waits again. It reads the claims first, then asks who lives: else a
worker that entered in between would lose its work."""

_parts: dict[str, Part] = {}
_takers: list[Taker] = []
_releasers: list[Callable[[str], int]] = []


class WorkerLost(Exception):
    """The task's workers died under it again and again."""


def register_part(name: str, part: Part, *, taker: Taker, release: Callable[[str], int]) -> None:
    """Let a higher floor do something in every worker. `release` puts back what this worker holds when its connection
    to the database was lost in the middle. Called at start."""
    if name not in _parts:
        _parts[name] = part
        _takers.append(taker)
        _releasers.append(release)


# --- Who lives -------------------------------------------------------------------------
def enter() -> Worker:
    """A worker begins."""
    return Worker.objects.create(name=get_random_string(32), host=socket.gethostname()[:255], pid=os.getpid())


def beat(worker: Worker) -> None:
    """Say that this worker lives; by the clock of the database, which all of them share."""
    if not Worker.objects.filter(pk=worker.pk).update(seen_at=Now()):
        worker.seen_at = timezone.now()
        worker.save(force_insert=True)


def leave(worker: Worker) -> None:
    """A worker ends in order: what it holds goes back at once."""
    put_back_tasks(worker.name)
    for release in _releasers:
        release(worker.name)
    Worker.objects.filter(pk=worker.pk).delete()


def living() -> set[str]:
    """The workers whose hearts beat."""
    alive = Worker.objects.filter(seen_at__gte=Now() - DEAD_AFTER)
    return set(alive.values_list("name", flat=True))


# --- What the dead left behind -----------------------------------------------------------
def take_up() -> int:
    """Let wait again what dead workers were at; says how much that was."""
    tasks = list(running_tasks())
    alive = living()  # after the claims were read: who claimed one of them was there before
    number = sum(_put_back(task) for task in tasks if not alive.intersection(task.worker_ids[-1:]))
    number += sum(taker(living) for taker in _takers)
    Worker.objects.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
    return number


def running_tasks() -> Any:
    """Tasks that some worker claimed and has not finished."""
    return DBTaskResult.objects.running().only("id", "status", "worker_ids", "task_path")


def put_back_tasks(worker: str) -> int:
    """What this worker had claimed and lost waits again."""
    return sum(_put_back(task) for task in running_tasks() if task.worker_ids[-1:] == [worker])


def _put_back(task: DBTaskResult) -> int:
    same = DBTaskResult.objects.running().filter(pk=task.pk, worker_ids=task.worker_ids)
    if len(task.worker_ids) < MOST_LOSSES:
        log.warning("%s was lost with its worker, and waits again", task.task_path)
        return int(same.update(status="READY", started_at=None))
    log.error("%s was lost with its worker %s times, and is given up", task.task_path, MOST_LOSSES)
    return int(
        same.update(
            status="FAILED",
            finished_at=timezone.now(),
            exception_class_path=f"{WorkerLost.__module__}.{WorkerLost.__qualname__}",
            traceback=f"{WorkerLost.__qualname__}: {MOST_LOSSES} workers ended while they ran it",
        )
    )


# --- What a worker does ------------------------------------------------------------------
class Queue(QueueWorker):
    """The queue of tasks. One that failed because the database went away or was busy is no failure of the task."""

    def run_task(self, db_task_result: DBTaskResult) -> None:
        super().run_task(db_task_result)
        failed = db_task_result.exception_class_path in DATABASE_ERRORS and db_task_result.status == "FAILED"
        tries = len(db_task_result.worker_ids)
        if failed and tries < MOST_LOSSES:
            again: dict[str, Any] = {
                "started_at": None,
                "finished_at": None,
                "exception_class_path": "",
                "traceback": "",
            }
            again["run_after"] = timezone.now() + timedelta(seconds=2**tries)
            rows = DBTaskResult.objects.filter(pk=db_task_result.pk, status="FAILED")
            rows.update(status="READY", **again)


def queue_of(worker: Worker) -> Queue:
    """The queue, for one worker: `run` does what waits and returns."""
    return Queue(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker.name,
        excluded_queue_names=[],
    )


def do_once() -> None:
    """All that waits now: what the dead left, the clock, the queue, and the parts of the floors above."""
    worker = enter()
    try:
        take_up()
        clock.run_due()
        queue_of(worker).run()
        for part in _parts.values():
            part(worker.name, lambda: False)
    finally:
        leave(worker)


class Crew:
    """The threads of one worker. Each goes on by itself: a mail server that hangs stops neither tasks nor the clock."""

    def __init__(self, *, interval: float) -> None:
        self.stopping = threading.Event()
        self.worker = enter()
        self._interval = interval
        self._steady_since = time.monotonic()
        self._beaten = time.monotonic()
        self._queue = queue_of(self.worker)
        self._threads = [
            self._thread("heart", self._heart, BEAT_SECONDS),
            self._thread("clock", lambda: len(clock.run_due()), CLOCK_SECONDS),
            self._thread("queue", self._tasks, interval),
            *(self._thread(name, self._part(part), interval) for name, part in _parts.items()),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def is_whole(self) -> bool:
        """Whether every thread still runs."""
        return all(thread.is_alive() for thread in self._threads)

    def stop(self, within: float) -> None:
        """Let each finish what it is at, but not for longer than so many seconds: what is not done by then waits for
        the next worker."""
        self._queue.running = False
        self.stopping.set()
        ends = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))
        try:
            leave(self.worker)
        except (DatabaseError, InterfaceError) as error:
            log.warning("The database does not know that this worker ends: %s", error)

    # --- One step of each ------------------------------------------------------------
    def _heart(self) -> int:
        """A worker that could not say so for a while is not the one to call others dead: theirs may be as late."""
        now = time.monotonic()
        if now - self._beaten > DEAD_AFTER.total_seconds() / 2:
            self._steady_since = now
        beat(self.worker)
        self._beaten = time.monotonic()
        if now - self._steady_since >= DEAD_AFTER.total_seconds():
            take_up()
        return 0

    def _tasks(self) -> int:
        self._queue.run()
        return 0

    def _part(self, part: Part) -> Callable[[], int]:
        return lambda: part(self.worker.name, self.stopping.is_set)

    # --- Going on ----------------------------------------------------------------------
    def _thread(self, name: str, step: Callable[[], int], pause: float) -> threading.Thread:
        return threading.Thread(target=self._go_on, args=(name, step, pause), name=name, daemon=True)

    def _go_on(self, name: str, step: Callable[[], int], pause: float) -> None:
        """Step after step, whatever happens to one of them. When the database went away, wait for it."""
        wait = pause
        while not self.stopping.is_set():
            try:
                close_old_connections()
                wait = 0 if step() else pause
            except (DatabaseError, InterfaceError) as error:
                log.warning("%s: the database failed, trying again: %s", name, last_line(error))
                wait = self._recover(name)
            except Exception:
                log.exception("%s failed, going on", name)
                wait = LONGEST_WAIT
            self.stopping.wait(wait)
        connections.close_all()

    def _recover(self, name: str) -> float:
        """New connections, and back goes what this thread had claimed when it lost the old one."""
        connections.close_all()
        while not self.stopping.wait(1.0):
            try:
                if name == "queue":
                    put_back_tasks(self.worker.name)
                elif name in _parts:
                    _releasers[list(_parts).index(name)](self.worker.name)
                return 0.0
            except (DatabaseError, InterfaceError):
                connections.close_all()
        return 0.0


def own_connections() -> None:
    """A worker has a few threads that live as long as it does: each keeps one connection, and none needs a pool."""
    for alias in connections:
        database = connections.settings[alias]
        database["OPTIONS"] = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
        database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"] = None, True
    connections.close_all()
