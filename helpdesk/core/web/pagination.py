"""Keyset pages: a page starts after a row, not after a count, so page 1,000 costs what page 1 does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.core import signing
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

SALT = "keyset"


@dataclass(frozen=True)
class Part:
    """A stretch of a list: the rows of `condition` in the order of these columns.

    A list of parts orders what no index does at once, such as one status after the other, or what has no account last.
    The parts exclude one another.
    """

    order: tuple[str, ...]
    condition: Q = field(default_factory=Q)


Order = Sequence[str] | Sequence[Part]


@dataclass
class KeysetPage:
    """One page of rows, and the cursors to its neighbours (query parameters ``after`` and ``before``)."""

    rows: list[Any]
    next_cursor: str = ""
    previous_cursor: str = ""
    cursors: list[str] = field(default_factory=list)
    """Where each row stands, for finding its neighbours again."""
    start: int = 1
    """The place of the first row in the whole list; a guess once rows have come or gone since the first page."""

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
        value = str(value) if isinstance(value, UUID) else value
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


class Cursor(NamedTuple):
    """A row of a list: the part it stands in, the values it is ordered by, and its place when it was shown."""

    part: int
    values: list[Any]
    place: int = 1


def _number(text: str, most: int) -> int | None:
    """A plain number below `most`."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else most
    return number if number < most else None


def read_cursor(text: str, parts: Sequence[Part]) -> Cursor | None:
    """What a cursor says; None for a broken one or one of another order."""
    first, _dot, rest = text.partition(".")
    second, _dot, key = rest.partition(".")
    part, place = _number(first, len(parts)), _number(second, 10**9)
    if part is None or place is None:
        return None
    values = _values(key, parts[part].order)
    return Cursor(part, values, place) if values is not None else None


def write_cursor(number: int, row: Any, parts: Sequence[Part], place: int = 1) -> str:
    """The cursor that stands at a row of a part."""
    return f"{number}.{place}.{_key(row, parts[number].order)}"


def up_to(cursor: Cursor, parts: Sequence[Part]) -> Q:
    """The rows that stand before a cursor."""
    number, values, _place = cursor
    condition = parts[number].condition & _beyond(parts[number].order, values, forward=False)
    for part in parts[:number]:
        condition |= part.condition
    return condition


def as_parts(order: Order) -> list[Part]:
    """Every order as parts: one that is only names is a single part."""
    names = [name for name in order if isinstance(name, str)]
    return [Part(tuple(names))] if names else [part for part in order if isinstance(part, Part)]


def by_keys(rows: QuerySet, most: int) -> list[Any]:
    """The first rows of an ordered queryset in two queries: their keys, then those rows alone.

    A walk through many rows that do not match never leaves an index that holds all it asks for.
    """
    keys = list(rows.values_list("pk", flat=True)[:most])
    return list(rows.filter(pk__in=keys)) if keys else []


ALL_KEYS = (Q(),)


def by_keys_of_each(rows: QuerySet, conditions: Sequence[Q], most: int) -> list[Any]:
    """As `by_keys`, of rows each of which satisfies one of `conditions` at least. The first rows of each are found by
    themselves, through an index that holds them in order, which none does for all of them together."""
    keys = rows.values_list("pk", flat=True)
    first, *others = [keys.filter(condition)[:most] for condition in conditions]
    if not others or not connection.features.supports_slicing_ordering_in_compound:
        return by_keys(rows, most)
    found = list(first.union(*others, all=True))
    return list(rows.filter(pk__in=found)[:most]) if found else []


@dataclass(frozen=True)
class Walk:
    """How a list is gone through: part after part, to its end or its start; with `keys_of` by `by_keys_of_each`."""

    parts: Sequence[Part]
    forward: bool
    keys_of: Sequence[Q] = ()

    def rows(self, queryset: QuerySet, part: Part, most: int) -> list[Any]:
        """The nearest rows of one part."""
        ordered = queryset.order_by(*_ordering(part.order, forward=self.forward))
        return by_keys_of_each(ordered, self.keys_of, most) if self.keys_of else list(ordered[:most])


def from_cursor(queryset: QuerySet, cursor: Cursor | None, walk: Walk, most: int) -> list[tuple[int, Any]]:
    """At most `most` rows beyond a cursor with the part each stands in, nearest first: one query a part at most."""
    start, values, _place = cursor or Cursor(0 if walk.forward else len(walk.parts) - 1, [])
    found: list[tuple[int, Any]] = []
    for number in range(start, len(walk.parts)) if walk.forward else range(start, -1, -1):
        part = walk.parts[number]
        rows = queryset.filter(part.condition)
        if values and number == start:
            rows = rows.filter(_beyond(part.order, values, forward=walk.forward))
        found += [(number, row) for row in walk.rows(rows, part, most - len(found))]
        if len(found) >= most:
            break
    return found


def paginate(
    queryset: QuerySet,
    request: HttpRequest,
    *,
    order: Order,
    size: int = 50,
    keys_of: Sequence[Q] = (),
) -> KeysetPage:
    """One keyset page of `queryset` by `order` (non-null columns, the last one unique; ``-`` for descending).

    An order may be of `Part`s, each a stretch of the list with columns of its own. With `keys_of` the keys of the page
    are found first, of each of these conditions by itself; every row satisfies one of them at least. It is for searches
    (`ALL_KEYS`), and for what comes together from several indexes. A cursor that is broken or of another order starts
    at the first page again.
    """
    parts = as_parts(order)
    after = read_cursor(request.GET.get("after", ""), parts)
    before = None if after else read_cursor(request.GET.get("before", ""), parts)
    forward = before is None
    found = from_cursor(queryset, after or before, Walk(parts, forward, keys_of), size + 1)
    more, found = len(found) > size, found[:size]
    if not forward:
        found.reverse()
    if not found:
        return KeysetPage([])
    has_previous = bool(after) if forward else more
    start = _start(after, before, len(found)) if has_previous else 1
    cursors = [write_cursor(number, row, parts, start + at) for at, (number, row) in enumerate(found)]
    return KeysetPage(
        [row for _number, row in found],
        next_cursor=cursors[-1] if more or not forward else "",
        previous_cursor=cursors[0] if has_previous else "",
        cursors=cursors,
        start=start,
    )


def _start(after: Cursor | None, before: Cursor | None, rows: int) -> int:
    """The place of the first of these rows, as far as the page they were reached from could know."""
    if after:
        return after.place + 1
    return max(before.place - rows, 2) if before else 1  # there are rows before: it is not the first
