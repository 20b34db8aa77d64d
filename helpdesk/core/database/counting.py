"""Counts that stay cheap: many lists in one query, none of them beyond a thousand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import IntegerField, Model, QuerySet, Subquery
from django.utils.formats import number_format

from helpdesk.core.web.listing import MOST


class CappedCount(Subquery):
    """How many rows a query has, not counting on beyond `MOST` + 1."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()

    def __init__(self, queryset: QuerySet, **extra: Any) -> None:
        super().__init__(queryset.order_by().values("pk")[: MOST + 1], **extra)


def capped_counts(querysets: Mapping[str, QuerySet], *, row: Model) -> dict[str, int]:
    """How many rows each has: one query, hung on a row that is there, such as that of whoever asks."""
    if not querysets:
        return {}
    names = {f"count_{number}": key for number, key in enumerate(querysets)}
    counts = {name: CappedCount(querysets[key]) for name, key in names.items()}
    numbers: Any = row._meta.model._base_manager.filter(pk=row.pk).values(**counts).get()
    return {names[name]: number for name, number in numbers.items()}


def capped(number: int) -> str:
    """``61``, ``1,000+``: what comes after a thousand is not counted."""
    words = number_format(min(number, MOST), force_grouping=True)
    return f"{words}+" if number > MOST else words
