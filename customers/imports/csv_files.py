"""Rows of a text file: whatever encoding, delimiter and line ends it was saved with."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from customers.imports import encodings
from customers.imports.cells import clean
from customers.imports.errors import FileError

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_END = "\x00end"
_BINARY_SHARE = 0.05
_CONTROL = frozenset(range(1, 32)) - {9, 10, 12, 13, 27}


def layout(stream: BinaryIO) -> dict[str, str]:
    """How to read this text file: its encoding and delimiter. Raises when it is not text."""
    encoding = encodings.detect(stream)
    if _is_binary(stream, encoding):
        raise FileError("not_text")
    stream.seek(0)
    sample = io.StringIO("".join(islice(_lines(stream, encoding), _SAMPLE_ROWS * 4)))
    return {"format": "csv", "encoding": encoding, "delimiter": _delimiter(sample.read())}


def rows(stream: BinaryIO, how: dict[str, str]) -> Iterator[list[str]]:
    """Every record of the file, blank ones included, as cleaned text."""
    stream.seek(0)
    lines = _without_separator_line(_lines(stream, how["encoding"]))
    for record in _parsed(lines, how["delimiter"]):
        yield [clean(cell) for cell in record]


def _parsed(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Records; a last line of our own shows whether a quotation mark was still open at the end."""
    last: list[str] = []
    try:
        for last in csv.reader(chain(lines, ["\n", _END]), delimiter=delimiter):
            if last != [_END]:
                yield last
    except csv.Error as error:  # a cell beyond the parser's limit: the same mistake in a large file
        raise FileError("open_quote") from error
    if last != [_END]:
        raise FileError("open_quote")


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines that end in one line feed, whichever way the file ends them, without NULs."""
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)
    try:
        for line in text:
            yield line.replace("\0", "")
    finally:
        if not stream.closed:
            text.detach()


def _without_separator_line(lines: Iterator[str]) -> Iterator[str]:
    """Excel writes ``sep=;`` as a first line to tell itself the delimiter."""
    for number, line in enumerate(lines):
        if number or not line.lower().startswith("sep="):
            yield line


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
