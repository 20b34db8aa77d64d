"""Counting tries: none is lost, however many come at once, and a count ends with its time."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from helpdesk.core.database.tallies import Limit, Try, count, give_back, is_within, prune_tallies
from helpdesk.core.models import Tally

LIMIT = Limit("tests", 3, 60)
TRIED = Try(LIMIT, "ana@desk.example")


@pytest.mark.django_db
def test_each_try_is_counted_until_its_time_is_over() -> None:
    assert [count(TRIED) for _try in range(3)] == [1, 2, 3]
    Tally.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert count(TRIED) == 1
    assert Tally.objects.get().until > timezone.now()


@pytest.mark.django_db
def test_what_is_counted_cannot_be_read() -> None:
    count(TRIED)
    assert "ana" not in Tally.objects.get().key


@pytest.mark.django_db
def test_after_the_first_limit_that_is_passed_nothing_more_is_counted() -> None:
    other = Try(Limit("other", 100, 60), "ana@desk.example")
    assert [is_within([TRIED, other]) for _try in range(5)] == [True, True, True, False, False]
    assert Tally.objects.get(key=other.key).number == 3


@pytest.mark.django_db
def test_a_try_can_be_given_back_and_a_count_never_falls_below_nothing() -> None:
    count(TRIED)
    give_back([TRIED])
    give_back([TRIED])
    assert Tally.objects.get().number == 0


@pytest.mark.django_db
def test_counts_that_are_over_are_forgotten() -> None:
    count(TRIED)
    count(Try(LIMIT, "max@desk.example"))
    Tally.objects.filter(key=TRIED.key).update(until=timezone.now() - timedelta(seconds=1))
    prune_tallies()
    assert Tally.objects.exclude(key=TRIED.key).count() == Tally.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_are_all_counted() -> None:
    gate, seen = threading.Barrier(20), []

    def run() -> None:
        gate.wait(timeout=30)
        try:
            seen.append(count(TRIED))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(seen) == list(range(1, 21))
