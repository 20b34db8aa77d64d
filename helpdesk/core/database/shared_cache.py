"""A cache in the database, the default of a desk that is no demo: its table, and what has expired in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from helpdesk.core.background.clock import duty


def create_cache_table(*, using: str, verbosity: int = 1, **_: Any) -> None:
    """After every migration: the table that CACHE_URL names, unless it is there."""
    if _tables():
        call_command("createcachetable", database=using, verbosity=max(0, verbosity - 1))


def cache_table_is_missing() -> bool:
    """Whether CACHE_URL names a table that `migrate` has not made yet: no page works without it."""
    wanted = _tables()
    return bool(wanted) and not wanted <= set(connection.introspection.table_names())


@duty("cache.prune", every=timedelta(hours=1))
def prune_cache() -> None:
    """Delete what has expired. Django does so only when the table is full."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        for table in _tables():
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name} WHERE expires < %s", [now])  # noqa: S608 - our own table


def _tables() -> set[str]:
    all_of_them = (caches[alias] for alias in settings.CACHES)
    in_tables: list[Any] = [cache for cache in all_of_them if isinstance(cache, BaseDatabaseCache)]
    return {cache._table for cache in in_tables}
