"""Background work, as administrators see it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from helpdesk.core.models import Duty, Worker
from helpdesk.events.models import AuditEntry
from helpdesk.outbox.models import ChannelPause, Delivery
from tests.factories import FailedTaskFactory
from tests.letters import write_letters
from tests.personas import World
from tickets.services.conversation import reply

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BACKGROUND, LETTERS = "outbox:background", "outbox:letters"


@pytest.fixture
def root(world: World) -> Iterator[Client]:
    Delivery.objects.all().delete()
    yield world.root.client


def page(client: Client, name: str, query: str = "") -> str:
    return client.get(reverse(name) + query).content.decode()


def refused(world: World) -> Delivery:
    message = reply(world.shared, "Done", actor=world.ana.actor)
    write_letters()
    rows = Delivery.objects.about("tickets.message", [message.pk])
    rows.update(state="refused", answer="550 5.1.1 No such user here", ended_at=timezone.now())
    return rows.get()


def test_an_idle_desk_says_that_nothing_is_wrong_but_that_nobody_works(root: Client) -> None:
    shown = page(root, BACKGROUND)
    assert "No worker is running" in shown
    assert "No failed emails." in shown
    assert "Tasks that fail are listed here" in shown
    assert "No scheduled job has failed." in shown
    assert "No emails yet" in page(root, LETTERS)


def test_workers_stand_with_whether_they_live(root: Client) -> None:
    now = timezone.now()
    Worker.objects.create(name="a", host="alpha", pid=1)
    Worker.objects.create(name="b", host="beta", pid=2, seen_at=now - timedelta(minutes=1))
    shown = page(root, BACKGROUND)
    assert "No worker is running" not in shown
    assert shown.index("alpha") < shown.index("Running") and "Stopped" in shown


def test_a_mail_server_in_trouble_is_named_with_its_words(root: Client) -> None:
    ChannelPause.objects.create(failures=3, answer="535 5.7.8 Bad credentials")
    assert "535 5.7.8 Bad credentials" in page(root, BACKGROUND)


def test_a_failed_task_stands_with_its_last_line_and_runs_again(root: Client, world: World) -> None:
    task = FailedTaskFactory()
    shown = page(root, BACKGROUND)
    assert "helpdesk.jobs.tasks.advance" in shown
    assert "ZeroDivisionError: division by zero" in shown
    root.post(reverse("outbox:task_run", args=[task.pk]))
    task.refresh_from_db()
    assert (task.status, task.worker_ids, task.traceback) == ("READY", [], "")
    entry = AuditEntry.objects.get(code="task.run_again")
    assert (entry.actor_user, entry.data) == (world.root.user, {"task": "helpdesk.jobs.tasks.advance"})
    answer = root.post(reverse("outbox:task_run", args=[task.pk]), follow=True)
    assert "has changed in the meantime" in answer.content.decode()


def test_a_failed_task_is_discarded(root: Client) -> None:
    task = FailedTaskFactory()
    root.post(reverse("outbox:task_discard", args=[task.pk]))
    assert not DBTaskResult.objects.exists()
    assert AuditEntry.objects.filter(code="task.discarded").exists()


def test_many_failed_tasks_are_paged(root: Client) -> None:
    FailedTaskFactory.create_batch(21)
    response = root.get(reverse(BACKGROUND))
    second = root.get(reverse(BACKGROUND) + f"?after={response.context['page'].next_cursor}")
    assert [len(each.context["tasks"]) for each in (response, second)] == [20, 1]


def test_regular_work_that_failed_stands_until_it_went_well(root: Client) -> None:
    now = timezone.now()
    duty = Duty.objects.create(name="tests.duty", due_at=now, failed_at=now, failure="RuntimeError: no")
    assert "RuntimeError: no" in page(root, BACKGROUND)
    duty.done_at = now + timedelta(seconds=1)
    duty.save()
    assert "RuntimeError: no" not in page(root, BACKGROUND)


def test_a_refused_letter_stands_with_the_words_of_the_server(root: Client, world: World) -> None:
    refused(world)
    shown = page(root, LETTERS, "?state=failed")
    assert "carla@people.example" in shown
    assert "550 5.1.1 No such user here" in shown
    assert "Ticket message" in shown
    assert "No failed emails" not in shown
    assert "No emails with this status" in page(root, LETTERS, "?state=waiting")


def test_it_is_tried_again_from_where_it_was_seen(root: Client, world: World) -> None:
    row = refused(world)
    back = reverse(LETTERS) + "?state=failed"
    response = root.post(reverse("outbox:letter_retry", args=[row.pk]), {"next": back})
    row.refresh_from_db()
    assert (response.url, row.state) == (back, "waiting")
    entry = AuditEntry.objects.get(code="delivery.retried")
    assert (entry.subject_id, entry.actor_user) == (row.pk, world.root.user)


def test_all_that_failed_is_tried_again_with_one_press(root: Client, world: World) -> None:
    refused(world), refused(world)
    assert "Try all again" in page(root, LETTERS, "?state=failed")
    answer = root.post(reverse("outbox:letters_retry"), follow=True)
    assert "2 emails queued again" in answer.content.decode()
    assert AuditEntry.objects.filter(code="delivery.retried").count() == 2


def test_it_is_discarded(root: Client, world: World) -> None:
    row = refused(world)
    root.post(reverse("outbox:letter_discard", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.why) == ("cancelled", "An administrator discarded it.")
    answer = root.post(reverse("outbox:letter_discard", args=[row.pk]), follow=True)
    assert "has changed in the meantime" in answer.content.decode()


def test_nobody_is_led_away_by_where_to_go_next(root: Client, world: World) -> None:
    row = refused(world)
    data = {"next": "https://evil.example/"}
    assert root.post(reverse("outbox:letter_retry", args=[row.pk]), data).url == reverse(LETTERS)


def test_the_way_there_stands_in_the_navigation_of_administrators_alone(root: Client, world: World) -> None:
    there = reverse(BACKGROUND)
    assert there in page(root, "tickets:ticket_list")
    assert there not in page(world.max.client, "tickets:ticket_list")
