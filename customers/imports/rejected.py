"""The rows left out, as a file: the columns as they were, and the problem behind them. Correct it, upload it, done."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.utils.translation import gettext as _

from customers.imports.cells import neutral
from customers.imports.problems import sentence
from customers.models import ImportRun


class _Echo:
    """csv wants something to write into; this hands the line back instead."""

    @staticmethod
    def write(line: str) -> str:
        return line


def rows(run: ImportRun) -> Iterator[list[str]]:
    """The heading, then every row left out; no cell of it runs as a formula."""
    width = len(run.columns)
    yield [neutral(column["header"]) for column in run.columns] + [_("problem")]
    for row in run.rejected_rows.order_by("number").iterator(chunk_size=1000):
        cells = [*row.cells, *[""] * width]
        reason = sentence(row.problem, row.details)
        yield [neutral(cell) for cell in [*cells[:width], reason, *row.cells[width:]]]


def csv_lines(run: ImportRun) -> Iterator[str]:
    """As CSV, starting with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Echo())
    for number, row in enumerate(rows(run)):
        yield ("" if number else "\ufeff") + writer.writerow(row)
