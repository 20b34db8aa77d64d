"""Work on many records in the background: batch after batch, each one transaction, none lost to one bad record."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import IntegrityError, OperationalError

from helpdesk.core.errors import DomainError

ATTEMPTS = 5  # PostgreSQL resolves a deadlock between two runs by cancelling one of them
BREATH = 0.02  # seconds between two batches, in which others get at SQLite's one write lock

Item = TypeVar("Item")
Refusal = DomainError | IntegrityError


def persistently(
    work: Callable[[], None], *, again: tuple[type[Exception], ...] = (OperationalError,)
) -> None:
    """Try again when another change at the same moment got in the way."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except again:
            if attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.05 * attempt))  # noqa: S311 - so that two do not meet again


@contextmanager
def collector_resting() -> Iterator[None]:
    """For one batch of thousands of small objects that go as soon as nobody names them: Python's collector would look
    through everything in memory again and again for the few circles among them. These go at the end, when the function
    that did the batch has returned: so this is put around its call."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            gc.collect(1)


def by_halves(
    items: Sequence[Item],
    do: Callable[[Sequence[Item]], None],
    give_up: Callable[[Item, Refusal], None],
) -> None:
    """Do items in their order; when the desk refuses them together, by halves, until the one at fault stands alone."""
    try:
        do(items)
    except (DomainError, IntegrityError) as error:
        if len(items) == 1:
            give_up(items[0], error)
            return
        middle = len(items) // 2
        by_halves(items[:middle], do, give_up)
        by_halves(items[middle:], do, give_up)
