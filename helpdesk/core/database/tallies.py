"""Counting tries so that none is missed: one statement of the database counts and says how many there are.

The counts hold over all processes and machines, whatever the cache is, and parallel requests cannot slip in between
reading and writing. What is counted is hashed, so that the table tells nothing about anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from helpdesk.core.background.clock import duty
from helpdesk.core.models import Tally


@dataclass(frozen=True)
class Limit:
    """At most `number` of something within `seconds`, counted from the first."""

    name: str
    number: int
    seconds: int


@dataclass(frozen=True)
class Try:
    """One thing that counts against one limit: ``Try(PER_VISITOR, "192.0.2.1")``."""

    limit: Limit
    what: str

    @property
    def key(self) -> str:
        return salted_hmac(f"tally.{self.limit.name}", self.what, algorithm="sha256").hexdigest()


# A count whose time is over begins anew. Both databases lock the row that is there, or insert it, in one step.
_COUNT = """
INSERT INTO core_tally (key, number, until) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
  number = CASE WHEN core_tally.until <= %s THEN 1 ELSE core_tally.number + 1 END,
  until = CASE WHEN core_tally.until <= %s THEN excluded.until ELSE core_tally.until END
RETURNING number
"""


def count(tried: Try) -> int:
    """Count one more; says how many there are now."""
    now = timezone.now()
    until = now + timedelta(seconds=tried.limit.seconds)
    moment, end = (connection.ops.adapt_datetimefield_value(value) for value in (now, until))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [tried.key, end, moment, moment])
        return int(cursor.fetchone()[0])


def is_within(tries: Iterable[Try]) -> bool:
    """Count one more against each limit, in order; False at the first that is passed, and the rest is not counted."""
    return all(count(tried) <= tried.limit.number for tried in tries)


def give_back(tries: Iterable[Try]) -> None:
    """Take a try back that turned out to be no guess."""
    keys = [tried.key for tried in tries]
    if keys:
        Tally.objects.filter(key__in=keys, number__gt=0).update(number=F("number") - 1)


@duty("tallies.prune", every=timedelta(hours=1))
def prune_tallies() -> None:
    """Forget counts whose time is over."""
    Tally.objects.filter(until__lt=timezone.now()).delete()
