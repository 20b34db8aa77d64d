"""Dead letters of events, as administrators see them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.events.consuming import running
from helpdesk.events.consuming.dead_letters import number_of_dead
from helpdesk.events.models import EventDelivery
from helpdesk.events.recording import record
from tests.events.listening import Notebook, listening
from tests.factories import DESK
from tests.personas import World

pytestmark = pytest.mark.django_db

LIST = reverse("events:dead_letters")
CODE = "account.deleted"


def fail(entry: object) -> None:
    raise ValueError("<b>no</b>")


def die(world: World) -> EventDelivery:
    """An event whose consumer failed three times."""
    EventDelivery.objects.all().delete()
    with listening("parcels.count", fail, [CODE]):
        record(CODE, subject=world.harbor, actor=DESK, name="Old Pier")
        for _ in range(running.ATTEMPTS):
            EventDelivery.objects.update(next_at=timezone.now())
            running.run_due()
    return EventDelivery.objects.dead().get()


def test_nothing_failed_says_what_would_stand_here(world: World) -> None:
    shown = world.root.client.get(LIST).content.decode()
    assert "No failed events" in shown
    assert "Run all again" not in shown


def test_what_failed_stands_with_its_sentence_and_the_reason(world: World) -> None:
    die(world)
    shown = world.root.client.get(LIST).content.decode()
    assert "deleted Old Pier" in shown and "parcels.count" in shown
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in shown


def test_it_is_run_again_alone_or_with_all(world: World) -> None:
    letter, notebook = die(world), Notebook()
    with listening("parcels.count", notebook.by("one"), [CODE]):
        answer = world.root.client.post(reverse("events:dead_letter_run", args=[letter.pk]), follow=True)
        assert "Event queued again" in answer.content.decode()
        running.run_due()
        assert notebook.lines == [("one", letter.entry_id)]
    die(world)
    answer = world.root.client.post(reverse("events:dead_letters_run"), follow=True)
    assert "1 event queued again" in answer.content.decode()
    again = world.root.client.post(reverse("events:dead_letters_run"), follow=True).content.decode()
    assert "0 events queued again" in again


def test_the_health_probe_tells_how_many_failed(world: World) -> None:
    die(world)
    assert number_of_dead(timezone.now()) == 1
    assert running.oldest_waiting(timezone.now()) == 0
