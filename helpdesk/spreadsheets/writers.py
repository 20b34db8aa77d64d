"""CSV and workbooks, written row by row: what is held in memory does not grow with the list."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook

from helpdesk.spreadsheets.cells import neutral

Value = str | int | datetime | None
CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CHUNK = 64 * 1024
SHEET_ROWS = 1_048_576
CELL_LENGTH = 32_767
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_NUMBER_LIKE = re.compile(r"[+-][\d\s().-]+")

Rows = Iterable[Sequence[Value]]
Writer = Callable[[Sequence[str], Rows, str], Iterator[bytes]]


def local(moment: datetime) -> datetime:
    """A moment on the reader's clock, as spreadsheets know it: without a zone."""
    return timezone.make_naive(moment).replace(second=0, microsecond=0)


def as_text(value: Value, zone: tzinfo | None = None) -> str:
    """A value as it stands in a text file, with moments on the clock of `zone` (the reader's own)."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(zone or timezone.get_current_timezone()).isoformat(" ", "minutes")[:16]
    return "" if value is None else str(value)


def csv_chunks(headings: Sequence[str], rows: Rows, title: str) -> Iterator[bytes]:
    """UTF-8 with the mark by which spreadsheets know it; no cell of it runs as a formula.

    The headings go out before the first row is asked for: the database may have to sort first.
    """
    buffer, zone = io.StringIO(), timezone.get_current_timezone()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([neutral(heading) for heading in headings])
    yield _emptied(buffer)
    for row in rows:
        writer.writerow([neutral(value) if type(value) is str else as_text(value, zone) for value in row])
        if buffer.tell() > CHUNK:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return content


def xlsx_chunks(headings: Sequence[str], rows: Rows, title: str) -> Iterator[bytes]:
    """A workbook whose texts are text cells, so that no reference or phone number is taken for a number.

    The format needs all rows before its first byte: they wait in a file on disk, not in memory.
    """
    with tempfile.TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True, "in_memory": False}) as book:
            sheets = _Sheets(book, headings, title)
            for row in rows:
                sheets.write(row)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


class _Sheets:
    """The sheets of a workbook: another begins where one is full."""

    def __init__(self, book: Workbook, headings: Sequence[str], title: str) -> None:
        self.book, self.headings = book, headings
        self.title = _SHEET_NAME.sub(" ", title)[:25].strip() or "1"
        self.text = book.add_format({"num_format": "@"})
        self.bold = book.add_format({"num_format": "@", "bold": True})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.number = 0
        self._begin()

    def _begin(self) -> None:
        self.number += 1
        name = self.title if self.number == 1 else f"{self.title} {self.number}"
        self.sheet, self.row = self.book.add_worksheet(name), 1
        self.sheet.set_column(0, max(len(self.headings) - 1, 0), 22, self.text)
        self.sheet.freeze_panes(1, 0)
        self.sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{SHEET_ROWS}"})
        for column, heading in enumerate(self.headings):
            self.sheet.write_string(0, column, neutral(heading), self.bold)

    def write(self, row: Sequence[Value]) -> None:
        if self.row == SHEET_ROWS:
            self._begin()
        for column, value in enumerate(row):
            self._cell(column, value)
        self.row += 1

    def _cell(self, column: int, value: Any) -> None:
        if isinstance(value, datetime):
            self.sheet.write_datetime(self.row, column, local(value), self.moment)
        elif isinstance(value, int):
            self.sheet.write_number(self.row, column, value)
        elif value:
            text = value if _NUMBER_LIKE.fullmatch(value) else neutral(value)
            self.sheet.write_string(self.row, column, text[:CELL_LENGTH], self.text)


WRITERS: dict[str, Writer] = {CSV: csv_chunks, XLSX: xlsx_chunks}
