"""A stretch of code that writes nothing: the second lock where something must only be looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection

_WRITING = re.compile(r'\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)


class WriteRefused(PermissionDenied):
    """Something was about to be written while only looking was allowed."""


@contextmanager
def read_only() -> Iterator[None]:
    """Refuse every change to a row of ours; what the cache keeps in a table of its own passes."""
    with connection.execute_wrapper(_refuse_writes):
        yield


@cache
def _tables() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models(include_auto_created=True))


def _refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    writing = _WRITING.match(sql)
    if writing and writing[1] in _tables():
        raise WriteRefused(f"write to {writing[1]}")
    return execute(sql, params, many, context)
