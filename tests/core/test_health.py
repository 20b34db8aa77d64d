"""`/healthz`, `/readyz`, the clock and the worker."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from helpdesk.core import clock
from helpdesk.core.models import Duty

pytestmark = pytest.mark.django_db


def test_the_process_answers(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_ready_tells_of_database_migrations_and_queue(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "database": True,
        "migrations": True,
        "settings": True,
        "queue_age_seconds": 0,
    }


def test_a_duty_is_done_when_due_and_not_before() -> None:
    assert "sessions.clear" in clock.run_due()
    assert clock.run_due() == []
    Duty.objects.update(due_at=timezone.now() - timedelta(days=3))
    assert "sessions.clear" in clock.run_due()


def test_a_duty_that_fails_is_logged_and_stops_nothing(monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    def fail() -> None:
        raise RuntimeError("no")

    monkeypatch.setitem(clock._duties, "tests.fail", (timedelta(days=1), fail))
    assert "tests.fail" in clock.run_due()
    assert "tests.fail failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_waits_and_stops_when_asked_for_once() -> None:
    call_command("worker", once=True)
    assert Duty.objects.exists()
