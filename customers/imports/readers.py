"""Any file in, rows of text out.

>>> table = read(stream, "contacts.csv")      # raises FileError
>>> table.header, table.layout
>>> for number, cells in rows(stream, table.layout): ...

Nothing here touches the database, and a file is never held as a whole: rows come one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from customers.imports import csv_files, workbooks
from customers.imports.errors import FileError, FileTooLargeError
from customers.imports.limits import MAX_COLUMNS, MAX_ROWS, max_bytes

SAMPLES = 3
WORKBOOKS = ("xlsx", "xls", "ods")
TEXTS = ("csv", "tsv", "txt")
_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"MZ",
    b"\x7fELF",
)
_ENCRYPTED_PARTS = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))


@dataclass(frozen=True)
class Table:
    """What one look through a file tells: how to read it, its columns, how many rows it has."""

    layout: dict[str, str]
    header: list[str]
    samples: list[list[str]] = field(default_factory=list)
    row_count: int = 0


def read(stream: BinaryIO, name: str) -> Table:
    """Look through the whole file once. Raises :class:`FileError` when it cannot be imported."""
    layout = _layout(stream, name)
    records = _records(stream, layout)
    header = _header(records)
    samples: list[list[str]] = [[] for _ in header]
    count = 0
    for _number, cells in records:
        count += 1
        if count > MAX_ROWS:
            raise FileError("too_many_rows")
        _take_samples(samples, cells)
    if not count:
        raise FileError("no_rows")
    return Table(layout, header, samples, count)


def rows(stream: BinaryIO, layout: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Row number (the heading is 1, as a spreadsheet counts) and cells of every row that is not blank."""
    records = _records(stream, layout)
    next(records, None)
    yield from records


def header(stream: BinaryIO, layout: dict[str, str]) -> list[str]:
    """The names of the columns, as the file has them."""
    return next(_records(stream, layout), (0, []))[1]


def _records(stream: BinaryIO, layout: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    source = csv_files if layout["format"] == "csv" else workbooks
    for number, cells in enumerate(source.rows(stream, layout), start=1):
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise FileError("too_many_columns")
        if cells:
            yield number, cells


def _header(records: Iterator[tuple[int, list[str]]]) -> list[str]:
    _number, cells = next(records, (0, []))
    if not cells:
        raise FileError("empty")
    if any(_is_address(cell) for cell in cells):
        raise FileError("no_header")
    return cells


def _is_address(cell: str) -> bool:
    try:
        validate_email(cell)
    except ValidationError:
        return False
    return True


def _take_samples(samples: list[list[str]], cells: list[str]) -> None:
    for kept, cell in zip(samples, cells, strict=False):
        if cell and len(kept) < SAMPLES and cell[:200] not in kept:
            kept.append(cell[:200])


def _layout(stream: BinaryIO, name: str) -> dict[str, str]:
    """Which reader takes the file: by its content, which has to agree with its name."""
    size = stream.seek(0, 2)
    if not size:
        raise FileError("empty")
    if size > max_bytes():
        raise FileTooLargeError(max_bytes())
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    kind = _kind(stream)
    if kind == "foreign" or (suffix and suffix not in WORKBOOKS + TEXTS):
        raise FileError("unknown_kind" if suffix not in WORKBOOKS + TEXTS else _mismatch(suffix))
    if kind == "text":
        return _text_layout(stream, suffix)
    if suffix in TEXTS:
        raise FileError("not_text")
    if suffix and suffix != kind:
        raise FileError("other_workbook")
    return workbooks.layout(stream, kind)


def _mismatch(suffix: str) -> str:
    return "not_workbook" if suffix in WORKBOOKS else "not_text"


def _text_layout(stream: BinaryIO, suffix: str) -> dict[str, str]:
    if _is_web_page(stream):
        raise FileError("web_page")
    if suffix in WORKBOOKS:
        raise FileError("not_workbook")
    return csv_files.layout(stream)


def _kind(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4096)
    if start.startswith(_COMPOUND):
        return _compound_kind(stream)
    if start.startswith(_ZIP):
        return "ods" if b"opendocument.spreadsheet" in start[:200] else "xlsx"
    return "foreign" if start.startswith(_FOREIGN) else "text"


def _compound_kind(stream: BinaryIO) -> str:
    """The old container holds XLS workbooks, and also XLSX ones that were given a password."""
    stream.seek(0)
    content = stream.read(max_bytes())
    if any(part in content for part in _ENCRYPTED_PARTS):
        raise FileError("encrypted")
    return "xls"


def _is_web_page(stream: BinaryIO) -> bool:
    stream.seek(0)
    start = stream.read(1024).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml"))
