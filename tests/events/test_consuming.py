"""Consumers of events: who hears, in which order, what happens to what fails."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from helpdesk.core.models import Tally
from helpdesk.events.consuming import dead_letters, running
from helpdesk.events.consuming.consumers import Consumer, register
from helpdesk.events.models import AuditEntry, EventDelivery
from helpdesk.events.recording import Happening, record, record_many
from tests.events.listening import Batches, Notebook, Stage, listening
from tests.factories import DESK, AccountFactory
from tests.personas import World

pytestmark = pytest.mark.django_db

CREATED, CHANGED, DELETED = "account.created", "account.changed", "account.deleted"


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    EventDelivery.objects.all().delete()
    yield Notebook()


def happen(world: World, code: str = CREATED, **actor: object) -> AuditEntry:
    return record(code, subject=world.harbor, actor=replace(DESK, **actor), name="Harbor Tower")


def due_now() -> None:
    EventDelivery.objects.filter(state="waiting").update(next_at=timezone.now())


def waiting() -> list[str]:
    rows = EventDelivery.objects.filter(state="waiting").order_by("pk")
    return list(rows.values_list("consumer", flat=True))


# --- Who hears -------------------------------------------------------------------------
def test_a_delivery_is_written_for_who_listens_at_that_moment(world: World, notebook: Notebook) -> None:
    happen(world)
    with listening("one", notebook.by("one"), [CREATED]), listening("two", notebook.by("two"), [DELETED]):
        entry = happen(world)
        assert waiting() == ["one"]
        assert running.run_due() == 1
    assert notebook.lines == [("one", entry.pk)]
    assert not EventDelivery.objects.exists()
    assert running.run_due() == 0


def test_many_at_once_are_delivered_each(world: World, notebook: Notebook) -> None:
    others = [AccountFactory() for _ in range(3)]
    with listening("one", notebook.by("one"), [DELETED]):
        record_many([Happening(DELETED, each, None, {"name": each.name}) for each in others], actor=DESK)
        running.run_due()
    told = AuditEntry.objects.filter(code=DELETED).order_by("pk").values_list("pk", "subject_id")
    assert [subject for _pk, subject in told] == [each.pk for each in others]
    assert notebook.lines == [("one", pk) for pk, _subject in told]


def test_what_is_taken_back_is_not_delivered(world: World, notebook: Notebook) -> None:
    with listening("one", notebook.by("one"), [CREATED]):
        with pytest.raises(RuntimeError), transaction.atomic():
            happen(world)
            raise RuntimeError
        assert waiting() == []


def test_two_consumers_need_two_names() -> None:
    with listening("one", print, [CREATED]), pytest.raises(ValueError, match="called one"):
        register(Consumer("one", (CREATED,), print))


# --- In which order ----------------------------------------------------------------------
def test_stages_follow_one_another_for_an_entry(world: World, notebook: Notebook) -> None:
    with (
        listening("tell", notebook.by("tell"), [CREATED], stage=Stage.TELLING),
        listening("clock", notebook.by("clock"), [CREATED], stage=Stage.SERVICE_LEVELS),
        listening("rule", notebook.by("rule"), [CREATED], stage=Stage.RULES),
    ):
        happen(world)
        EventDelivery.objects.filter(consumer="clock").update(next_at=timezone.now() + timedelta(hours=1))
        assert running.run_due() == 0, "the later stages wait"
        due_now()
        assert running.run_due() == 3
    assert [name for name, _entry in notebook.lines] == ["clock", "rule", "tell"]


def test_a_stage_that_is_given_up_holds_nobody_up(world: World, notebook: Notebook) -> None:
    with (
        listening("clock", fail, [CREATED], stage=Stage.SERVICE_LEVELS),
        listening("tell", notebook.by("tell"), [CREATED]),
    ):
        happen(world)
        for _ in range(running.ATTEMPTS):
            due_now()
            running.run_due()
    assert [name for name, _entry in notebook.lines] == ["tell"]


def test_entries_about_one_subject_keep_their_order_and_others_go_on(
    world: World, notebook: Notebook
) -> None:
    with listening("one", notebook.by("one"), [CREATED]):
        first, second = happen(world), happen(world)
        other = record(CREATED, subject=world.far_away, actor=DESK, name="x")
        later = timezone.now() + timedelta(seconds=30)
        EventDelivery.objects.filter(entry=first).update(next_at=later)
        running.run_due()
        assert notebook.lines == [("one", other.pk)]
        due_now()
        running.run_due()
    assert notebook.lines[1:] == [("one", first.pk), ("one", second.pk)]


# --- What fails --------------------------------------------------------------------------
def fail(entry: AuditEntry) -> None:
    Tally.objects.create(key=f"half {entry.pk}", number=1, until=timezone.now())
    raise ValueError("the third party says no")


def test_what_fails_three_times_is_a_dead_letter_and_has_done_nothing(
    world: World, notebook: Notebook
) -> None:
    with listening("one", fail, [CREATED, DELETED]):
        entry, next_one = happen(world), happen(world, DELETED)
        for attempt in range(1, running.ATTEMPTS + 1):
            assert running.run_due() == (1 if attempt < running.ATTEMPTS else 2), "the next goes on at once"
            row = EventDelivery.objects.get(entry=entry)
            assert (row.attempts, row.worker) == (attempt, "")
            EventDelivery.objects.filter(entry=entry).update(next_at=timezone.now())
    assert (row.state, row.failure) == ("dead", "ValueError: the third party says no")
    assert row.died_at
    assert EventDelivery.objects.get(entry=next_one).attempts == 1
    assert not Tally.objects.filter(key__startswith="half").exists()


def test_the_three_attempts_are_made_within_a_minute() -> None:
    assert len(running.PAUSES) == running.ATTEMPTS - 1
    assert sum(running.PAUSES) < 60


def test_a_consumer_that_is_gone_leaves_a_dead_letter(world: World, notebook: Notebook) -> None:
    with listening("one", fail, [CREATED]):
        happen(world)
    for _ in range(running.ATTEMPTS):
        due_now()
        running.run_due()
    assert EventDelivery.objects.get().failure.startswith("UnknownConsumer")


def dead(world: World) -> EventDelivery:
    entry = happen(world)
    values = {"state": "dead", "died_at": timezone.now(), "attempts": 3, "failure": "x"}
    return EventDelivery.objects.create(
        consumer="one", entry=entry, stage=3, subject_type="customers.account", subject_id=1, **values
    )


def test_a_dead_letter_is_run_again(world: World, notebook: Notebook) -> None:
    letter = dead(world)
    with listening("one", notebook.by("one"), [CREATED]):
        dead_letters.run_again(letter, actor=world.root.actor)
        with pytest.raises(dead_letters.NotDead):
            dead_letters.run_again(letter, actor=world.root.actor)
        running.run_due()
    assert notebook.lines == [("one", letter.entry_id)]
    assert AuditEntry.objects.latest("pk").code == "dead_letter.run_again"


def test_dead_letters_are_kept_for_ninety_days(world: World, notebook: Notebook) -> None:
    old, new = dead(world), dead(world)
    EventDelivery.objects.filter(pk=old.pk).update(died_at=timezone.now() - timedelta(days=91))
    dead_letters.prune()
    assert list(EventDelivery.objects.all()) == [new]


# --- Workers -------------------------------------------------------------------------------
def test_what_a_dead_worker_held_is_done_by_another(world: World, notebook: Notebook) -> None:
    with listening("one", notebook.by("one"), [CREATED]):
        happen(world)
        assert running.claim("dead worker")
        assert running.run_due("living") == 0
        assert running.take_up(lambda: ["living"]) == 1
        assert running.run_due("living") == 1
    assert len(notebook.lines) == 1


def test_a_worker_that_was_taken_for_dead_does_nothing_more(world: World, notebook: Notebook) -> None:
    with listening("one", notebook.by("one"), [CREATED]):
        happen(world)
        held = running.claim("slow")
        assert held
        running.take_up(list)
        running._handle(held)
        assert notebook.lines == []
        assert running.run_due() == 1


def test_what_kills_its_workers_is_given_up(world: World, notebook: Notebook) -> None:
    with listening("one", notebook.by("one"), [CREATED]):
        happen(world)
        for n in range(running.MOST_LOSSES):
            assert running.claim(f"worker {n}")
            running.release(f"worker {n}")
    assert EventDelivery.objects.get().failure.startswith("LostTooOften")


# --- Batches -------------------------------------------------------------------------------
ENDED = "bulk_update.finished"


def run_a_job(world: World, batch: int = 77, number: int = 3, asked: frozenset[str] = frozenset()) -> None:
    actor = replace(DESK, batch=batch, asked=asked)
    record_many(
        [Happening(DELETED, ("customers.account", n + 1), None, {"name": "x"}) for n in range(number)],
        actor=actor,
    )
    counts = {"changed": number, "unchanged": 0, "left_out": 0}
    record(ENDED, subject=("customers.bulkupdate", batch), actor=actor, **counts)


@pytest.mark.parametrize(
    ("batches", "number"), [(Batches.EACH, 5), (Batches.ONCE, 1), (Batches.ASKED, 0), (Batches.NEVER, 0)]
)
def test_a_consumer_says_what_it_does_with_a_batch(
    world: World, notebook: Notebook, monkeypatch: pytest.MonkeyPatch, batches: Batches, number: int
) -> None:
    monkeypatch.setattr(running, "SLICE", 2)
    with listening("one", notebook.by("one"), [DELETED], batches=batches):
        run_a_job(world, number=5)
        assert len(waiting()) == (number > 0), "one row for a batch"
        running.run_due()
        assert len(notebook.lines) == len(set(notebook.lines)) == number
    if batches == Batches.ONCE:
        assert AuditEntry.objects.get(pk=notebook.lines[0][1]).code == ENDED
    assert not EventDelivery.objects.exists()


def test_who_starts_a_job_may_ask_for_each_change(world: World, notebook: Notebook) -> None:
    with listening("one", notebook.by("one"), [DELETED], batches=Batches.ASKED):
        run_a_job(world, asked=frozenset({"one"}))
        running.run_due()
    assert len(notebook.lines) == 3


def test_the_undo_of_a_job_is_a_batch_of_its_own(world: World, notebook: Notebook) -> None:
    with listening("one", notebook.by("one"), [DELETED], batches=Batches.EACH):
        run_a_job(world, number=2)
        run_a_job(world, number=1)
        running.run_due()
    assert len(notebook.lines) == len(set(notebook.lines)) == 3


def test_a_batch_goes_to_who_listens_to_something_in_it(world: World, notebook: Notebook) -> None:
    with (
        listening("one", notebook.by("one"), [CREATED], batches=Batches.EACH),
        listening("end", notebook.by("end"), [ENDED]),
    ):
        run_a_job(world)
        assert waiting() == ["end"], "the entry that ends it is an entry like others"
        running.run_due()


def test_a_slice_that_fails_is_done_again_and_those_before_are_not(
    world: World, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SLICE", 2)

    def handle(entry: AuditEntry) -> None:
        count = Tally.objects.filter(key__startswith="entry").count()
        Tally.objects.create(key=f"entry {entry.pk}", number=1, until=timezone.now())
        if count == 2 and EventDelivery.objects.get().attempts == 0:
            raise ValueError

    with listening("one", handle, [DELETED], batches=Batches.EACH):
        run_a_job(world, number=5)
        running.run_due()
        assert Tally.objects.filter(key__startswith="entry").count() == 2
        due_now()
        running.run_due()
    assert Tally.objects.filter(key__startswith="entry").count() == 5
