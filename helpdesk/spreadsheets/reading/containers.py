"""What is packed in an XLSX or ODS workbook, looked at before a parser takes it into memory."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Protocol
from xml.parsers.expat import ExpatError

from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.limits import MAX_GRID, MAX_PARTS, MAX_RATIO, MAX_UNPACKED
from helpdesk.spreadsheets.reading.ods_cells import OdsGrid

_CHUNK = 1 << 20
_LARGE = 20_000_000
_OVERLAP = 4096
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Places in an XLSX sheet, of cells (``r="XFD1"``) and of rows (``r="1048576"``); they may be left out.
_TAG = rb"<(?:\w+:)?(?:c|row)\s(?:[^>]*?\s)?r\s*=\s*[\"']"
_PLACE = re.compile(_TAG + rb"([A-Z]*)(\d+)[\"']")
# Cells and rows that are not written in the usual way, or lie beyond column Z or row 1049999.
_ROW_NUMBER = rb"(?:\d{1,6}|10[0-4]\d{4})"
_FAR = re.compile(
    rb'<(?:c(?! r="[A-Z]%(row)b"|[A-Za-z])|row(?! r="%(row)b"|[A-Za-z])|\w+:(?:c|row)[\s>/])'
    % {b"row": _ROW_NUMBER}
)
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_PLACELESS = re.compile(rb"<(?:\w+:)?c(?=[\s>/])(?!\sr=)(?![^>]*\sr\s*=)")


_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ExpatError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
)


class _Grid(Protocol):
    def feed(self, text: bytes) -> None: ...


@contextmanager
def unpacked(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The parts of a workbook. What is wrong with them is raised as :class:`FileError`."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            yield archive
    except _DAMAGED as error:
        raise FileError("corrupt") from error
    except RuntimeError as error:  # zipfile's way to ask for a password
        raise FileError("encrypted") from error


def check(stream: BinaryIO, kind: str) -> None:
    """Refuse what would unpack to too much.

    The sizes a ZIP file states are checked by unpacking; an archive that lies about them is damaged.
    """
    with unpacked(stream) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise FileError("bomb")
        if any(entry.compress_type not in _PACKED for entry in entries):
            raise FileError("corrupt")
        if any(entry.file_size > max(_LARGE, entry.compress_size * MAX_RATIO) for entry in entries):
            raise FileError("bomb")
        for entry in entries:
            _check_part(archive, entry, kind)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, kind: str) -> None:
    name = entry.filename.lower()
    is_xml = name.endswith((".xml", ".rels"))
    far = False
    with archive.open(entry) as part:
        for text in _whole_tags(part):
            # No workbook declares a document type: it is only there to define entities that grow.
            if is_xml and b"<!DOCTYPE" in text:
                raise FileError("bomb")
            far = far or _FAR.search(text) is not None
    if (kind, name) == ("ods", "content.xml"):
        _measure(archive, entry, OdsGrid())
    elif far:
        _measure(archive, entry, _XlsxGrid())


def _measure(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, grid: _Grid) -> None:
    with archive.open(entry) as part:
        for text in _whole_tags(part):
            grid.feed(text)


def _whole_tags(part: IO[bytes]) -> Iterator[bytes]:
    """The content in pieces that end where a tag ends."""
    tail = b""
    while chunk := part.read(_CHUNK):
        text = tail + chunk
        end = text.rfind(b">") + 1 if len(tail) < _OVERLAP else len(text)
        tail = text[end:]
        if end:
            yield text[:end]
    if tail:
        yield tail


class _XlsxGrid:
    """Two far cells span a grid of billions: a few bytes that a parser would lay out in full."""

    def __init__(self) -> None:
        self.wide = self.high = self.rows = self.cells = 0

    def feed(self, text: bytes) -> None:
        places = set(_PLACE.findall(text))
        self.wide = max(self.wide, max((_column_number(one) for one in {c for c, _r in places}), default=0))
        self.high = max(self.high, max((int(row) for _c, row in places), default=0))
        if self.rows or _PLACELESS.search(text):
            self._count(text)
        if max(self.wide, 1) * self.high > MAX_GRID:
            raise FileError("bomb")

    def _count(self, text: bytes) -> None:
        """Without places, cells follow each other."""
        first, *others = _ROW.split(text)
        counts = [self.cells + len(_CELL.findall(first)), *(len(_CELL.findall(other)) for other in others)]
        self.cells = counts[-1]
        self.rows += len(others)
        self.wide, self.high = max(self.wide, *counts), max(self.high, self.rows)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
