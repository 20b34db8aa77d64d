"""Any file in, rows of text out.

>>> table = read(stream, "contacts.csv")      # raises FileError
>>> table.header, table.layout, table.sheets
>>> for number, cells in rows(stream, table.layout): ...

Nothing here touches the database, and a text file is never held as a whole: rows come one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.limits import MAX_COLUMNS
from helpdesk.spreadsheets.reading import kinds, surveys
from helpdesk.spreadsheets.reading.csv_files import TextSource
from helpdesk.spreadsheets.reading.surveys import SheetInfo, Source, Survey
from helpdesk.spreadsheets.reading.workbooks import SheetSource, opened

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """What one look through a file tells: how to read it, its columns, how many rows it has."""

    layout: dict[str, Any]
    header: list[str]
    samples: list[list[str]] = field(default_factory=list)
    row_count: int = 0
    sheets: list[SheetInfo] = field(default_factory=list)


def read(stream: BinaryIO, name: str, *, sheet: str | None = None) -> Table:
    """Look through the whole file once. Raises :class:`FileError` when it cannot be imported.

    Of a workbook, ``sheet`` is read, or the first sheet that looks like a table.
    """
    layout = kinds.layout(stream, name)
    if layout["format"] == "csv":
        return _table(layout, surveys.survey(TextSource(stream, layout)))
    with opened(stream) as book:
        sheets, chosen, survey = surveys.choose(
            {one: SheetSource(book, one, stream, layout) for one in book.worksheets}, sheet
        )
    return _table(layout | {"sheet": chosen}, survey, sheets)


def _table(layout: dict[str, Any], survey: Survey, sheets: list[SheetInfo] | None = None) -> Table:
    return Table(
        layout | {"header": survey.number}, survey.header, survey.samples, survey.row_count, sheets or []
    )


def rows(stream: BinaryIO, layout: dict[str, Any], *, skip: int = 0) -> Iterator[Row]:
    """Row number (as a spreadsheet counts) and cells of every row below the heading that is not blank.

    The first ``skip`` of them are passed over, which costs far less than reading them.
    """
    if layout["format"] == "csv":
        yield from _rows(TextSource(stream, layout), layout, skip)
        return
    with opened(stream) as book:
        yield from _rows(SheetSource(book, layout["sheet"], stream, layout), layout, skip)


def _rows(source: Source, layout: dict[str, Any], skip: int) -> Iterator[Row]:
    after = layout.get("header", 0)
    numbered = islice(enumerate(source.raw(), start=1), after, None)
    _pass_over(numbered, source, skip if after else skip + 1)
    text = source.text
    for number, row in numbered:
        cells = text(row)
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise FileError("too_many_columns")
        if cells:
            yield number, cells


def _pass_over(numbered: Iterator[tuple[int, list[Any]]], source: Source, skip: int) -> None:
    if skip <= 0:
        return
    for _number, row in numbered:
        skip -= surveys.is_filled(source, row)
        if not skip:
            return
