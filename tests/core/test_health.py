"""`/healthz`, `/readyz`, the clock and the worker."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from helpdesk.core.background import clock, health
from helpdesk.core.background import workers as working
from helpdesk.core.models import Duty, Worker
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.posting import Recipient, Wanted, post

pytestmark = pytest.mark.django_db


def test_the_process_answers(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db(transaction=True)
class TestReady:
    """The probe asks by a connection of its own: it sees only what is saved."""

    @pytest.fixture
    def worker(self) -> Iterator[Worker]:
        worker = working.enter()
        yield worker
        Worker.objects.all().delete()

    def test_all_is_well(self, client: Client, worker: Worker) -> None:
        response = client.get("/readyz")
        assert response.json() == {
            "ready": True,
            "database": True,
            "migrations": True,
            "settings": True,
            "worker": True,
            "queue_age_seconds": 0,
            "outbox_age_seconds": 0,
            "events_age_seconds": 0,
            "events_dead": 0,
            "disk": True,
        }
        assert response.status_code == 200

    def test_without_a_living_worker_it_is_not_ready_and_says_so(
        self, client: Client, worker: Worker
    ) -> None:
        Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=31))
        response = client.get("/readyz")
        assert response.status_code == 503
        assert [name for name, value in response.json().items() if value is False] == ["ready", "worker"]

    def test_a_full_disk_is_named(self, client: Client, worker: Worker, settings: LazySettings) -> None:
        settings.HELPDESK_MIN_FREE_BYTES = 10**18
        response = client.get("/readyz")
        assert response.status_code == 503
        assert [name for name, value in response.json().items() if value is False] == ["ready", "disk"]

    def test_letters_that_wait_are_told_and_refuse_nothing(self, client: Client, worker: Worker) -> None:
        (delivery,) = post(
            Wanted("core.sign_in", {"template": "account/email/login_code"}), [Recipient("a@b.example")]
        )
        Delivery.objects.filter(pk=delivery.pk).update(next_at=timezone.now() - timedelta(hours=1))
        told = client.get("/readyz").json()
        assert (told["ready"], told["outbox_age_seconds"] >= 3600) == (True, True)

    def test_a_database_that_hangs_is_told_of_within_two_seconds(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        let_go = threading.Event()
        monkeypatch.setattr(health, "_found", lambda: let_go.wait(20))
        began = time.monotonic()
        assert client.get("/readyz").json() == {"ready": False, "database": False, "disk": True}
        assert client.get("/readyz").status_code == 503
        assert time.monotonic() - began < 2
        let_go.set()
        with health._asking:  # the one that hung has ended
            pass


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
    duty = Duty.objects.get(name="tests.fail")
    assert (duty.failure, duty.done_at) == ("RuntimeError: no", None)
    assert duty.failed_at is not None
    Duty.objects.update(due_at=timezone.now())
    monkeypatch.setitem(clock._duties, "tests.fail", (timedelta(days=1), lambda: None))
    clock.run_due()
    duty.refresh_from_db()
    assert duty.done_at is not None and duty.done_at > duty.failed_at


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_waits_and_stops_when_asked_for_once() -> None:
    call_command("worker", once=True)
    assert Duty.objects.exists()
