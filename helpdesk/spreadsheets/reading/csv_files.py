"""Rows of a text file: whatever encoding, delimiter and line ends it was saved with."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, BinaryIO

from helpdesk.spreadsheets.cells import clean_row
from helpdesk.spreadsheets.reading import encodings
from helpdesk.spreadsheets.reading.inspection import Numbered, Span
from helpdesk.spreadsheets.reading.limits import MAX_DELIMITERS, MAX_LINE, MAX_RECORDS
from helpdesk.spreadsheets.reading.refusal import Unreadable

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_END = "\x00end"
_ENDED = [_END]
_CHUNK = 64 * 1024
_SAMPLE_CHARACTERS = 1_000_000
_LONG = 4 * MAX_DELIMITERS  # characters: a line that may have too many columns
_BINARY_SHARE = 0.05
_CONTROL = frozenset(range(1, 32)) - {9, 10, 12, 13, 27}


def layout(stream: BinaryIO) -> dict[str, Any]:
    """How to read this text file: its encoding and delimiter. Raises when it is not text."""
    encoding = encodings.detect(stream)
    if _is_binary(stream, encoding):
        raise Unreadable("not_text")
    sample = "".join(_first(_lines(stream, encoding)))
    return {"format": "csv", "encoding": encoding, "delimiter": _delimiter(sample)}


def _first(lines: Iterator[str]) -> Iterator[str]:
    """Some hundred lines, and no more of them than a megabyte."""
    left = _SAMPLE_CHARACTERS
    for line in islice(lines, _SAMPLE_ROWS * 4):
        yield line[:left]
        left -= len(line)
        if left <= 0:
            return


class TextSource:
    """The records of a text file. See :class:`helpdesk.spreadsheets.reading.inspection.Source`."""

    def __init__(self, stream: BinaryIO, how: dict[str, Any]) -> None:
        self._stream, self._how = stream, how

    def rows(self) -> Numbered:
        """The records that are not blank."""
        delimiter = self._how["delimiter"]
        lines = _without_separator_line(_lines(self._stream, self._how["encoding"]))
        for number, record in enumerate(_records(_narrow(lines, delimiter), delimiter), start=1):
            if number > MAX_RECORDS:
                raise Unreadable("too_many_rows")
            if not record:
                continue
            cells = clean_row(record)
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield number, cells

    def spans(self, number: int) -> list[Span]:
        """Text has no merged cells."""
        return []


def _narrow(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    """The lines, until one would be so many cells that they fill the memory."""
    for line in lines:
        if len(line) > _LONG and line.count(delimiter) > MAX_DELIMITERS:
            raise Unreadable("too_many_columns")
        yield line


def _records(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Records; a last line of our own shows whether a quotation mark was still open at the end."""
    last: list[str] = []
    try:
        for last in csv.reader(chain(lines, ["\n", _END]), delimiter=delimiter):
            if last != _ENDED:
                yield last
    except csv.Error as error:  # a cell beyond the parser's own limit of 131,072 characters
        raise Unreadable("long_cell") from error
    if last != _ENDED:
        raise Unreadable("open_quote")


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines that end in one line feed, whichever way the file ends them, without NULs."""
    stream.seek(0)
    wide = encoding.startswith("utf-16")
    guarded = io.BufferedReader(_Guarded(stream, keep_nuls=wide), _CHUNK)
    text = io.TextIOWrapper(guarded, encoding=encoding, errors="replace", newline=None)
    return (line.replace("\0", "") for line in text) if wide else text


class _Guarded(io.RawIOBase):
    """The bytes of a file without NULs; stops at a line so long that it would fill the memory."""

    def __init__(self, stream: BinaryIO, *, keep_nuls: bool) -> None:
        self._stream, self._keep_nuls, self._unbroken = stream, keep_nuls, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while chunk := self._stream.read(len(buffer)):
            self._watch(chunk)
            kept = chunk if self._keep_nuls else chunk.replace(b"\0", b"")
            if kept:
                buffer[: len(kept)] = kept
                return len(kept)
        return 0

    def _watch(self, chunk: bytes) -> None:
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._unbroken = len(chunk) - end if end >= 0 else self._unbroken + len(chunk)
        if self._unbroken > MAX_LINE:
            raise Unreadable("long_cell")


def _without_separator_line(lines: Iterator[str]) -> Iterator[str]:
    """Excel writes ``sep=;`` as a first line to tell itself the delimiter."""
    first = next(lines, "")
    return lines if first.lower().startswith("sep=") else chain([first], lines)


def _delimiter(sample: str) -> str:
    first, _, rest = sample.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """How regular a table this delimiter makes: rows of the commonest width, and that width."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row][
            :_SAMPLE_ROWS
        ]
    except csv.Error:
        return (0.0, 0)
    width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
    if width < 2:
        return (0.0, 0)
    return (count / len(widths), width)


def _is_binary(stream: BinaryIO, encoding: str) -> bool:
    """Whether control characters give away that this is no text at all."""
    stream.seek(0)
    sample = stream.read(encodings.SAMPLE_BYTES)
    if encoding.startswith("utf-16"):
        return False
    strange = sum(byte in _CONTROL for byte in sample) + max(0, sample.count(0) - len(sample) // 10)
    return strange > len(sample) * _BINARY_SHARE
