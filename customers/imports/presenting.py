"""Rows that were left out, as a page shows them and as a file brings them back."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from customers.imports import targets
from customers.imports.cells import neutral
from customers.imports.forms import heading
from customers.imports.problems import sentence
from customers.imports.records import display_name
from customers.models import ImportRun

SHOWN_VALUE = 120


@dataclass(frozen=True)
class LeftOut:
    """One row of a table of rows left out."""

    number: int
    who: str
    column: str
    value: str
    reason: str


def left_out(run: ImportRun, rows: Iterable[Any]) -> list[LeftOut]:
    """``rows`` are :class:`RejectedRow` objects, or dicts of the same names from a dry run."""
    return [_left_out(run, row if isinstance(row, dict) else vars(row)) for row in rows]


def _left_out(run: ImportRun, row: dict[str, Any]) -> LeftOut:
    cells, index = row["cells"], row["column"]
    named = index is not None and index < len(run.columns)
    return LeftOut(
        number=row["number"],
        who=who(cells, run.mapping),
        column=heading(run.columns[index]["header"], index) if named else _("Whole row"),
        value=_shortened(cells[index]) if named and index < len(cells) else "",
        reason=sentence(row["problem"], row["details"]),
    )


def _shortened(value: str) -> str:
    return value if len(value) <= SHOWN_VALUE else f"{value[:SHOWN_VALUE]}…"


def who(cells: Sequence[str], mapping: Sequence[str]) -> str:
    """The name in a row, as far as it can be told without reading the row properly."""
    found = dict(zip(reversed(mapping), _padded(cells, mapping), strict=True))
    name = display_name(found.get(targets.FIRST_NAME, ""), found.get(targets.LAST_NAME, ""))
    return _shortened(name or found.get(targets.NAME, "") or found.get(targets.EMAIL, ""))


def _padded(cells: Sequence[str], mapping: Sequence[str]) -> list[str]:
    """The cells from the last column to the first, so that the first column of a field wins."""
    return [*cells, *[""] * len(mapping)][: len(mapping)][::-1]


class _Echo:
    """A file that hands back what is written to it, for :mod:`csv` to write a line at a time."""

    def write(self, line: str) -> str:
        return line


def rejected_lines(run: ImportRun) -> Iterator[str]:
    """A CSV of the rows left out: the columns of the file as they were, and the problem behind them.

    It starts with the mark by which spreadsheets know UTF-8, and no cell of it runs as a formula.
    """
    writer = csv.writer(_Echo())
    width = len(run.columns)
    headers = [column["header"] for column in run.columns]
    yield "\ufeff" + writer.writerow([neutral(cell) for cell in [*headers, _("problem")]])
    for row in run.rejected_rows.order_by("number").iterator(chunk_size=1000):
        cells = [*row.cells, *[""] * width]
        extra = row.cells[width:]
        reason = sentence(row.problem, row.details)
        yield writer.writerow([neutral(cell) for cell in [*cells[:width], reason, *extra]])
