"""What every list shows of its own state: chips of the active filters, sort links, how many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format

from helpdesk.core.web.pagination import KeysetPage
from helpdesk.core.words import phrase, phrase_n

MOST = 1000


@dataclass(frozen=True)
class Chip:
    """One active filter, in words, and the address of the list without it."""

    parameter: str
    name: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class Sort:
    """A column head: where its link leads, and how the list is sorted now."""

    url: str
    direction: str = ""


def address(request: HttpRequest, **changes: list[str]) -> str:
    """The present address with some parameters replaced; the page's cursor goes."""
    query = request.GET.copy()
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    for name, values in changes.items():
        query.setlist(name, values)
    return f"?{query.urlencode()}"


def chips(request: HttpRequest, filters: Any, *, without: Iterable[str] = ("q", "letter")) -> list[Chip]:
    """The active filters of a FilterSet; those with a control of their own (search, index) are left out."""
    filters.form.is_valid()  # an unknown value of one filter leaves the others as they are
    found = []
    for name, definition in filters.filters.items():
        chosen = filters.form.cleaned_data.get(name)
        if name in without or not chosen:
            continue
        words = _words(definition, chosen)
        found.append(Chip(name, str(definition.label), words, address(request, **{name: []})))
    return found


def _words(definition: Any, chosen: Any) -> str:
    if isinstance(chosen, QuerySet | list):
        return ", ".join(str(item) for item in chosen)
    labels = dict(definition.extra.get("choices", ()))
    return str(labels.get(chosen, chosen))


def sorts(
    request: HttpRequest, orders: Mapping[str, tuple[str, ...]], usual: str
) -> tuple[tuple[str, ...], dict[str, Sort]]:
    """The order in force, and for each column of `orders` (``name`` and ``-name``) its link and direction."""
    current = request.GET.get("sort", usual)
    current = current if current in orders else usual
    links = {}
    for column in {name.lstrip("-") for name in orders}:
        direction = {column: "ascending", f"-{column}": "descending"}.get(current, "")
        other = f"-{column}" if current == column else column
        target = other if other in orders else f"-{column}"
        links[column] = Sort(address(request, sort=[target]), direction)
    return orders[current], links


def how_many(queryset: QuerySet) -> int:
    """How many rows, not counting on beyond a thousand."""
    return queryset.order_by()[: MOST + 1].count()


def count_words(number: int) -> str:
    """``318``, or that there are more than a thousand."""
    if number > MOST:
        return phrase("more than %(n)s", n=number_format(MOST, force_grouping=True))
    return number_format(number, force_grouping=True)


def summary(page: KeysetPage, number: int) -> str:
    """The sentence beside the pager: ``51–100 of 318``, of the `number` rows that `how_many` counted."""
    return span(page.start, len(page), number)


def span(start: int, shown: int, number: int) -> str:
    """So many rows from a place on: ``51–100 of 318``."""
    last = start + shown - 1
    return place_words(f"{start}–{last}" if last > start else last, max(number, last))


def place_words(shown: int | str, number: int) -> str:
    """A place in a list: ``7 of 318``."""
    if number > MOST:
        return phrase("%(shown)s of more than %(n)s", shown=shown, n=number_format(MOST, force_grouping=True))
    return phrase_n("%(shown)s of %(n)s", "%(shown)s of %(n)s", number, shown=shown)
