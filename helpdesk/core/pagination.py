"""Keyset pages: a page starts after a row, not after a count, so page 1,000 costs what page 1 does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

SALT = "keyset"


@dataclass
class KeysetPage:
    """One page of rows, and the cursors to its neighbours (query parameters ``after`` and ``before``)."""

    rows: list[Any]
    next_cursor: str = ""
    previous_cursor: str = ""

    @property
    def has_next(self) -> bool:
        return bool(self.next_cursor)

    @property
    def has_previous(self) -> bool:
        return bool(self.previous_cursor)

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _key(row: Any, order: Sequence[str]) -> str:
    values = []
    for name in order:
        value: Any = row
        for part in name.lstrip("-").split("__"):
            value = getattr(value, part, None)
        values.append(value.isoformat() if hasattr(value, "isoformat") else value)
    return signing.dumps(json.dumps(values), salt=SALT, compress=True)


def _values(cursor: str, order: Sequence[str]) -> list[Any] | None:
    try:
        values = json.loads(signing.loads(cursor, salt=SALT))
    except (signing.BadSignature, ValueError):
        return None
    if not isinstance(values, list) or len(values) != len(order):
        return None
    return [
        parse_datetime(v) if name.endswith("_at") and isinstance(v, str) else v
        for name, v in zip(order, values, strict=True)
    ]


def _beyond(order: Sequence[str], values: Sequence[Any], *, forward: bool) -> Q:
    """Rows that come after (or before) `values` in `order`: (a > x) or (a = x and b > y) …; nulls are not allowed."""
    condition = Q()
    equal = Q()
    for name, value in zip(order, values, strict=True):
        column = name.lstrip("-")
        operator = "lt" if name.startswith("-") == forward else "gt"
        condition |= equal & Q(**{f"{column}__{operator}": value})
        equal &= Q(**{column: value})
    first = order[0].lstrip("-")
    bound = "lte" if order[0].startswith("-") == forward else "gte"
    return Q(**{f"{first}__{bound}": values[0]}) & condition  # the redundant bound lets the index seek


def _ordering(order: Sequence[str], *, forward: bool) -> list[Any]:
    return [
        F(name.lstrip("-")).desc() if name.startswith("-") == forward else F(name.lstrip("-")).asc()
        for name in order
    ]


def paginate(queryset: QuerySet, request: HttpRequest, *, order: Sequence[str], size: int = 50) -> KeysetPage:
    """One keyset page of `queryset` by `order` (non-null columns, the last one unique; ``-`` for descending).

    A cursor that is broken or of another order starts at the first page again.
    """
    after = _values(request.GET.get("after", ""), order)
    before = None if after else _values(request.GET.get("before", ""), order)
    forward = before is None
    cursor = after if forward else before
    if cursor:
        queryset = queryset.filter(_beyond(order, cursor, forward=forward))
    rows = list(queryset.order_by(*_ordering(order, forward=forward))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if not forward:
        rows.reverse()
    if not rows:
        return KeysetPage(rows)
    return KeysetPage(
        rows,
        next_cursor=_key(rows[-1], order) if more or not forward else "",
        previous_cursor=_key(rows[0], order) if (after and forward) or (more and not forward) else "",
    )
