"""Small tables that every page reads: kept in the cache under a version, and in the process while the version stands.

A change makes a new version, which every process notices within a second. A cache of one process (the demo's) is put
right when the version expires.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.cache import cache
from django.db import DatabaseError

Value = TypeVar("Value")
VERSION_SECONDS = 60
TRUST_SECONDS = 1.0


class _Known(NamedTuple, Generic[Value]):
    """What this process last saw; replaced as a whole, so that no thread sees half of it."""

    value: Value
    version: str = ""
    checked_at: float = 0.0


class SharedMemo(Generic[Value]):
    """`make(read())`: `read` gives the rows of a small table as plain values, `make` what the process keeps of them.

    Before the first migration there is no table: then it is `make(empty)`.
    """

    def __init__(self, name: str, read: Callable[[], Any], make: Callable[[Any], Value], empty: Any) -> None:
        self.name, self._read, self._make, self._empty = name, read, make, empty
        self._known: _Known[Value] | None = None

    @property
    def version_key(self) -> str:
        """Where the cache keeps the version."""
        return f"{self.name}:version"

    def value(self) -> Value:
        """What was made of the rows, anew when the version has changed. Asks the cache at most once a second."""
        now, known = time.monotonic(), self._known
        if known and now - known.checked_at < TRUST_SECONDS:
            return known.value
        try:
            version = str(
                cache.get(self.version_key)
                or cache.get_or_set(self.version_key, _new_version, VERSION_SECONDS)
            )
        except DatabaseError:  # a cache in the database has no table before the first migration
            return known.value if known else self._make(self._empty)
        same = known is not None and known.version == version
        value = known.value if known is not None and same else self._make(self._rows(version))
        self._known = _Known(value, version, now)
        return value

    def forget(self) -> None:
        """Make every process read the rows again."""
        cache.delete(self.version_key)
        self._known = None

    def _rows(self, version: str) -> Any:
        key = f"{self.name}:rows:{version}"
        rows = cache.get(key)
        if rows is None:
            try:
                rows = self._read()
            except DatabaseError:
                return self._empty  # before the first migration there is no table yet
            cache.set(key, rows, VERSION_SECONDS * 2)
        return rows


def _new_version() -> str:
    return uuid.uuid4().hex
