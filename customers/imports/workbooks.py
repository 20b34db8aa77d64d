"""Rows of a workbook (XLSX, XLS, ODS), read by python-calamine: no macros, no links, no formulas run."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, ZipError

from customers.imports.cells import as_text
from customers.imports.errors import FileError
from customers.imports.limits import MAX_COLUMNS, MAX_GRID, MAX_ROWS, MAX_UNPACKED

_CHUNK = 1 << 20
_OVERLAP = 4096
# Places in an XLSX sheet, of cells (``r="XFD1"``) and of rows (``r="1048576"``).
_PLACE = re.compile(rb"""\br=["']([A-Z]{0,3})(\d{1,7})["']""")
_REPEATED = re.compile(
    rb'number-columns-repeated="(\d+)"[^>]*office:value-type|office:value-type[^>]*number-columns-repeated="(\d+)"'
)

_REPEATED_ROWS = re.compile(
    rb'number-rows-repeated="(\d{5,})"[^>]*>(?:(?!</table:table-row).){0,2000}?office:value-type', re.DOTALL
)


def layout(stream: BinaryIO, kind: str) -> dict[str, str]:
    """How to read this workbook: its kind and the first sheet that holds anything."""
    if kind in ("xlsx", "ods"):
        _check_container(stream)
    book = _opened(stream)
    try:
        for name in book.sheet_names:
            if _sheet(book, name).height:
                return {"format": kind, "sheet": name}
    finally:
        book.close()
    raise FileError("empty")


def rows(stream: BinaryIO, how: dict[str, str]) -> Iterator[list[str]]:
    """Every row of the sheet from row 1 on, so that numbers are those a spreadsheet shows."""
    book = _opened(stream)
    try:
        for row in _sheet(book, how["sheet"]).iter_rows():
            yield [as_text(cell) for cell in row]
    finally:
        book.close()


def _opened(stream: BinaryIO) -> CalamineWorkbook:
    stream.seek(0)
    try:
        return CalamineWorkbook.from_filelike(stream)
    except PasswordError as error:
        raise FileError("encrypted") from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise FileError("corrupt") from error


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise FileError("corrupt") from error


def _check_container(stream: BinaryIO) -> None:
    """Refuse what would unpack to too much, before a parser takes it into memory.

    The sizes a ZIP file states are checked by unpacking; an archive that lies about them is damaged.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise FileError("bomb")
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    _check_part(part)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise FileError("corrupt") from error
    except RuntimeError as error:  # zipfile's way to ask for a password
        raise FileError("encrypted") from error


def _check_part(part: IO[bytes]) -> None:
    """Two far cells span a grid of billions: a few bytes that a parser would lay out in full."""
    tail, wide, high = b"", 0, 0
    while chunk := part.read(_CHUNK):
        text = tail + chunk
        for column, row in _PLACE.findall(text):
            wide, high = max(wide, _column_number(column)), max(high, int(row))
        if wide * high > MAX_GRID or _repeats_too_much(text):
            raise FileError("bomb")
        tail = text[-_OVERLAP:]


def _repeats_too_much(text: bytes) -> bool:
    """ODS writes a run of equal cells or rows once, with a number; empty ones at the edges are harmless."""
    columns = [int(a or b) for a, b in _REPEATED.findall(text)]
    rows = [int(number) for number in _REPEATED_ROWS.findall(text)]
    return max(columns, default=0) > MAX_COLUMNS * 10 or max(rows, default=0) > MAX_ROWS


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
