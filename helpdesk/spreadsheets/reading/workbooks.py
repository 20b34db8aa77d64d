"""Rows of a workbook (XLSX, XLS, ODS), read by python-calamine: no macros, no links, no formulas run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from helpdesk.spreadsheets.cells import row_text
from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.reading import biff, compound, ods_cells, xlsx_cells
from helpdesk.spreadsheets.reading.containers import unpacked
from helpdesk.spreadsheets.reading.number_formats import Mask
from helpdesk.spreadsheets.reading.surveys import Span

Shown = Mapping[int, Mask | str]


class Book:
    """An open workbook."""

    def __init__(self, workbook: CalamineWorkbook) -> None:
        self._workbook = workbook
        found = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        #: Names of the sheets that can hold a table, hidden ones last.
        self.worksheets = [
            one.name for one in sorted(found, key=lambda one: one.visible != SheetVisibleEnum.Visible)
        ]

    def sheet(self, name: str) -> CalamineSheet:
        with _said():
            return self._workbook.get_sheet_by_name(name)

    def position(self, name: str) -> int:
        return self._workbook.sheet_names.index(name)


@contextmanager
def opened(stream: BinaryIO) -> Iterator[Book]:
    """A workbook to read sheets from. Raises :class:`FileError`."""
    stream.seek(0)
    with _said():
        workbook = CalamineWorkbook.from_filelike(stream)
    try:
        yield Book(workbook)
    finally:
        workbook.close()


@contextmanager
def _said() -> Iterator[None]:
    """What the parser raises, in our words. Where it did not foresee a damage, it panics."""
    try:
        yield
    except PasswordError as error:
        raise FileError("encrypted") from error
    except (CalamineError, OSError, ValueError, MemoryError) as error:
        raise FileError("corrupt") from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise FileError("corrupt") from error
        raise


class SheetSource:
    """The rows of one sheet. See :class:`helpdesk.spreadsheets.reading.surveys.Source`."""

    def __init__(self, book: Book, name: str, stream: BinaryIO, how: dict[str, Any]) -> None:
        self.book, self.name, self.stream, self.kind = book, name, stream, how["format"]
        self._spans: list[Span] | None = None

    def raw(self) -> Iterator[list[Any]]:
        sheet = self.book.sheet(self.name)
        self._spans = [
            Span(top + 1, max(left - _left(sheet), 0), bottom + 1, right - _left(sheet))
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        ]
        shown = self._shown()
        number, masks = next(shown, (0, {}))
        with _said():
            for at, row in enumerate(sheet.iter_rows(), start=1):
                if at == number:
                    _show(row, masks, _left(sheet))
                while number and number <= at:
                    number, masks = next(shown, (0, {}))
                yield row

    def surely_filled(self, row: list[Any]) -> bool:
        for cell in row:  # noqa: SIM110 - a plain loop takes half the time of any()
            if cell and (not isinstance(cell, str) or cell[0].isalnum()):
                return True
        return False

    def text(self, row: list[Any]) -> list[str]:
        return row_text(row)

    def spans(self, number: int) -> list[Span]:
        return [span for span in self._spans or () if span.top <= number <= span.bottom]

    def _shown(self) -> Iterator[tuple[int, Shown]]:
        """Rows with numbers that a person reads otherwise than the parser does."""
        if self.kind == "xls":
            return iter(
                sorted(biff.masks(compound.workbook(self.stream), self.book.position(self.name)).items())
            )
        return self._shown_packed()

    def _shown_packed(self) -> Iterator[tuple[int, Shown]]:
        with unpacked(self.stream) as archive:
            if self.kind == "xlsx":
                yield from xlsx_cells.displayed(archive, self.name)
                return
            with archive.open("content.xml") as part:
                needed = ods_cells.matters(part)
            if needed:
                with archive.open("content.xml") as part:
                    yield from ods_cells.displayed(part, self.name)


def _left(sheet: CalamineSheet) -> int:
    """Rows begin with the first column that holds anything."""
    return sheet.start[1] if sheet.start else 0


def _show(row: list[Any], masks: Shown, left: int) -> None:
    for column, how in masks.items():
        index = column - left
        if 0 <= index < len(row) and type(row[index]) in (int, float):
            row[index] = (how if isinstance(how, str) else how(row[index])) or row[index]
