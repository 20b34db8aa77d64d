"""Rows of a workbook (XLSX, XLS, ODS), read by python-calamine: no macros, no links, no formulas run."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
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
from helpdesk.spreadsheets.reading import ods_formats
from helpdesk.spreadsheets.reading.inspection import Numbered, Span
from helpdesk.spreadsheets.reading.limits import MAX_EQUAL, MAX_SHEETS
from helpdesk.spreadsheets.reading.number_formats import Mask
from helpdesk.spreadsheets.reading.packages import unpacked
from helpdesk.spreadsheets.reading.refusal import Unreadable
from helpdesk.spreadsheets.reading.xls_formats import XlsFormats
from helpdesk.spreadsheets.reading.xlsx_formats import XlsxFormats

Shown = Mapping[int, Mask | str]
#: Of a sheet by name: its rows with numbers that a person reads otherwise than the parser does, in their order.
Displayed = Callable[[str], Iterator[tuple[int, Shown]]]


@contextmanager
def opened(stream: BinaryIO, kind: str) -> Iterator[dict[str, Sheet]]:
    """The sheets of a workbook that can hold a table, by name, hidden ones last. Raises :class:`Unreadable`."""
    with _displayed(stream, kind) as displayed:
        stream.seek(0)
        with _translated():
            workbook = CalamineWorkbook.from_filelike(stream)
        try:
            found = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
            if len(found) > MAX_SHEETS:  # each costs a look through the whole list of parts
                raise Unreadable("bomb")
            found.sort(key=lambda one: one.visible != SheetVisibleEnum.Visible)
            yield {one.name: Sheet(workbook, one.name, displayed) for one in found}
        finally:
            workbook.close()


@contextmanager
def _displayed(stream: BinaryIO, kind: str) -> Iterator[Displayed]:
    """What shows the numbers of a workbook of this kind."""
    if kind == "xls":
        stream.seek(0)
        formats = XlsFormats(stream.read())
        yield lambda name: iter(formats.displayed(name).items())
        return
    with unpacked(stream) as archive:
        if kind == "xlsx":
            yield XlsxFormats(archive).displayed
            return
        with archive.open("content.xml") as part:
            needed = ods_formats.matters(part)
        yield partial(_displayed_in_ods, archive) if needed else lambda name: iter(())


def _displayed_in_ods(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[int, Shown]]:
    with archive.open("content.xml") as part:
        yield from ods_formats.displayed(part, name)


@contextmanager
def _translated() -> Iterator[None]:
    """What the parser raises, as a code. Where it did not foresee a damage, it panics."""
    try:
        yield
    except PasswordError as error:
        raise Unreadable("encrypted") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable("corrupt") from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise Unreadable("corrupt") from error
        raise


class Sheet:
    """The rows of one sheet. See :class:`helpdesk.spreadsheets.reading.inspection.Source`."""

    def __init__(self, workbook: CalamineWorkbook, name: str, displayed: Displayed) -> None:
        self._workbook, self._name, self._displayed = workbook, name, displayed
        self._spans: list[Span] = []

    def rows(self) -> Numbered:
        """The rows that are not blank, as a person sees them."""
        with _translated():
            sheet = self._workbook.get_sheet_by_name(self._name)
        left = _left(sheet)
        # A range that is merged twenty thousand times is one range.
        self._spans = [
            Span(top + 1, max(start - left, 0), bottom + 1, end - left)
            for (top, start), (bottom, end) in set(sheet.merged_cell_ranges or ())
        ]
        self._spans.sort(key=lambda span: (span.top, span.left))
        shown = self._displayed(self._name)
        number, masks = next(shown, (0, {}))
        before, equal = list[str](), 0
        with _translated():
            for at, row in enumerate(sheet.iter_rows(), start=1):
                if at == number:
                    _show(row, masks, left)
                while number and number <= at:
                    number, masks = next(shown, (0, {}))
                cells = row_text(row)
                while cells and not cells[-1]:
                    cells.pop()
                equal = equal + 1 if cells == before else 0
                before = cells
                if cells and equal > MAX_EQUAL:
                    raise Unreadable("bomb")
                if cells:
                    yield at, cells

    def spans(self, number: int) -> list[Span]:
        """The merged cells that touch a row."""
        return [span for span in self._spans if span.top <= number <= span.bottom]


def _left(sheet: CalamineSheet) -> int:
    """Rows begin with the first column that holds anything."""
    return sheet.start[1] if sheet.start else 0


def _show(row: list[Any], masks: Shown, left: int) -> None:
    for column, how in masks.items():
        index = column - left
        if 0 <= index < len(row) and type(row[index]) in (int, float):
            row[index] = (how if isinstance(how, str) else how(row[index])) or row[index]
