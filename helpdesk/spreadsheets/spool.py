"""The spool: the rows of a converted file as plain text, with what one look through the file told.

Lines of JSON. Each line but the last holds a block of rows, ``[[number, [cell, …]], …]``; the last one holds the table
(columns, samples, counts) and where each block begins. The file ends with the place of that last line in twenty digits,
so that a reader finds it at once and a file that was cut off is told by its end. Imports nothing of Django: the child
process writes it.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

Row = tuple[int, list[str]]

BLOCK_ROWS = 500
BLOCK_CHARACTERS = 256 * 1024
_FOOTER = 20


class BrokenSpoolError(ValueError):
    """The file is no spool, or its end is missing."""


@dataclass(frozen=True)
class SheetInfo:
    """A sheet that holds anything, and how many of its rows do."""

    name: str
    rows: int


@dataclass(frozen=True)
class Table:
    """What one look through a file tells: how it was read, its columns, how many rows it has."""

    layout: dict[str, Any]
    header: list[str]
    samples: list[list[str]] = field(default_factory=list)
    row_count: int = 0
    sheets: list[SheetInfo] = field(default_factory=list)


class SpoolWriter:
    """Writes rows to a file, a block at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.restart()

    def restart(self) -> None:
        """Forget what was written: another sheet is the one to read."""
        self._file.seek(0)
        self._file.truncate()
        self._at = self._count = self._characters = 0
        self._block: list[tuple[int, list[str]]] = []
        self._blocks: list[tuple[int, int, int]] = []

    def write(self, number: int, cells: list[str]) -> None:
        """Add a row, with its number in the file."""
        self._block.append((number, cells))
        self._characters += sum(map(len, cells))
        if len(self._block) == BLOCK_ROWS or self._characters > BLOCK_CHARACTERS:
            self._end_block()

    def _end_block(self) -> None:
        if self._block:
            self._blocks.append((self._at, self._count, self._block[0][0]))
            self._count += len(self._block)
            self._line(self._block)
            self._block, self._characters = [], 0

    def end(self, table: dict[str, Any]) -> None:
        """Add what is known of the table, and where the blocks are."""
        self._end_block()
        footer = f"{self._at:0{_FOOTER}}"
        self._line({"table": table, "blocks": self._blocks, "rows": self._count})
        self._file.write(footer.encode())
        self._file.flush()

    def refuse(self, code: str) -> None:
        """Write why there are no rows."""
        self.restart()
        self._line({"refused": code})
        self._file.write(b"0" * _FOOTER)
        self._file.flush()

    def _line(self, value: object) -> None:
        self._at += self._file.write(_encode(value).encode() + b"\n")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Spool:
    """The rows of a spool file. Raises :class:`BrokenSpoolError` when it is none."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        try:
            self._read_end()
        except (ValueError, LookupError, TypeError, AttributeError, OSError) as error:
            raise BrokenSpoolError from error

    def _read_end(self) -> None:
        size = self._file.seek(0, 2)
        if size < _FOOTER:
            raise BrokenSpoolError
        self._file.seek(size - _FOOTER)
        place = int(self._file.read(_FOOTER))
        self._file.seek(place)
        told = json.loads(self._file.read(size - _FOOTER - place))
        self.refused: str = told.get("refused", "")
        if self.refused:
            return
        self._blocks: list[list[int]] = told["blocks"]
        self.row_count: int = told["rows"]
        table = told["table"]
        self.table = Table(**{**table, "sheets": [SheetInfo(**sheet) for sheet in table["sheets"]]})

    def rows(self, *, skip: int = 0) -> Iterator[Row]:
        """Row number (as a spreadsheet counts) and cells of every row below the heading that is not blank, after
        leaving out the first ``skip``."""
        index = bisect_right(self._blocks, skip, key=lambda block: block[1]) - 1
        if index >= 0:
            yield from islice(self._from(index), skip - self._blocks[index][1], None)

    def row(self, number: int) -> list[str] | None:
        """The cells of the row with a number; None when there is no such row, or it is blank."""
        index = bisect_right(self._blocks, number, key=lambda block: block[2]) - 1
        if index < 0:
            return None
        block: Iterable[Row] = self._read(self._blocks[index][0])
        return next((cells for at, cells in block if at == number), None)

    def _from(self, index: int) -> Iterator[Row]:
        for place, _count, _number in self._blocks[index:]:
            yield from self._read(place)

    def _read(self, place: int) -> list[Row]:
        self._file.seek(place)  # somebody else may have read from the same file in between
        block: list[Row] = json.loads(self._file.readline())
        return block
