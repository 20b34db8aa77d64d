"""Who lives among the workers, and what becomes of what the dead ones had claimed."""

import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from helpdesk.core.background import workers as working
from helpdesk.core.models import Worker
from tests.factories import FailedTaskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def running(*workers: str) -> DBTaskResult:
    return FailedTaskFactory(
        status="RUNNING", finished_at=None, exception_class_path="", traceback="", worker_ids=list(workers)
    )


def states() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


def test_what_the_dead_had_claimed_waits_again_and_the_living_keep_theirs() -> None:
    living = working.enter()
    Worker.objects.create(name="late", host="h", pid=1, seen_at=timezone.now() - timedelta(seconds=11))
    running(living.name), running("late"), running("nobody"), running(living.name, "late")
    assert working.take_up() == 3
    assert states() == ["RUNNING", "READY", "READY", "READY"]


def test_a_worker_that_enters_meanwhile_keeps_what_it_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """The claims are read first: whoever claimed one of them is there when the living are asked for."""
    living = working.living

    def somebody_claims() -> set[str]:
        running(working.enter().name)
        return living()

    monkeypatch.setattr(working, "living", somebody_claims)
    assert working.take_up() == 0
    assert states() == ["RUNNING"]


def test_a_task_that_lost_five_workers_is_what_kills_them() -> None:
    lost = running("1", "2", "3", "4", "5")
    assert working.take_up() == 1
    lost.refresh_from_db()
    assert lost.status == "FAILED"
    assert lost.traceback == "WorkerLost: 5 workers ended while they ran it"


def test_a_worker_that_leaves_in_order_leaves_nothing_claimed() -> None:
    worker = working.enter()
    running(worker.name)
    working.leave(worker)
    assert (states(), Worker.objects.count()) == (["READY"], 0)


def test_a_heart_whose_row_was_swept_away_beats_on() -> None:
    worker = working.enter()
    Worker.objects.all().delete()
    working.beat(worker)
    assert working.living() == {worker.name}


def test_who_was_not_heard_for_a_day_is_forgotten() -> None:
    Worker.objects.create(name="old", host="h", pid=1, seen_at=timezone.now() - timedelta(days=2))
    working.take_up()
    assert not Worker.objects.exists()


def test_who_could_not_beat_for_a_while_calls_nobody_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    crew = working.Crew(interval=1)
    taken: list[int] = []
    monkeypatch.setattr(working, "take_up", lambda: taken.append(1))
    crew._steady_since = crew._beaten = time.monotonic() - 60
    crew._heart()
    assert taken == [], "the database was away for a minute: the others may be as late"
    crew._steady_since -= 11
    crew._heart()
    assert taken == [1]


@task()
def meets_a_database_that_is_away() -> None:
    raise OperationalError("the connection is closed")


@pytest.mark.django_db(transaction=True)
def test_a_task_that_the_database_failed_is_tried_five_times() -> None:
    meets_a_database_that_is_away.enqueue()
    for tries in range(1, 6):
        call_command("worker", once=True)
        (row,) = DBTaskResult.objects.all()
        assert (row.status, len(row.worker_ids)) == ("READY" if tries < 5 else "FAILED", tries)
        assert tries == 5 or row.run_after > timezone.now()
        DBTaskResult.objects.update(run_after=timezone.now())
