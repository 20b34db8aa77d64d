"""One look through a table: where its heading is, what its columns hold, how many rows it has.

Its rows go to the spool on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Protocol

from helpdesk.spreadsheets.reading.limits import MAX_COLUMNS, MAX_ROWS
from helpdesk.spreadsheets.reading.refusal import Unreadable
from helpdesk.spreadsheets.spool import Row, SheetInfo, SpoolWriter

SAMPLES = 3
_LOOKED_AT = 50  # rows that decide where the heading is
_LONGEST_NAME = 80
_NEWS = 50  # different values of a column that are looked at for samples
_VALUE = re.compile(r"[\d\s.,:/+()%-]*\d[\d\s.,:/+()%-]*")
# As people write addresses: all that is asked here is whether a row holds a record or names.
_ADDRESS = re.compile(r"[^@\s\"(),:;<>\[\]\\]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,63}")

Numbered = Iterator[Row]


class Source(Protocol):
    """The rows of one table, read forward."""

    def rows(self) -> Numbered:
        """Number (as a spreadsheet counts) and cells of each row that is not blank, as a person sees them."""

    def spans(self, number: int) -> list[Span]:
        """The merged cells that touch a row, once its rows are being read."""


@dataclass(frozen=True)
class Span:
    """Cells merged into one: rows as a spreadsheet counts, columns from 0; ends are included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Inspection:
    """The heading (its row number and names), samples of each column, rows below it and in all."""

    number: int = 0
    header: list[str] = field(default_factory=list)
    samples: list[list[str]] = field(default_factory=list)
    row_count: int = 0
    filled: int = 0

    @property
    def is_wide(self) -> bool:
        return sum(map(bool, self.header)) > 1


def inspect(source: Source, spool: SpoolWriter | None = None) -> Inspection:
    """Look through a table, and write its rows to the spool. Raises :class:`Unreadable` when it has no heading or no
    rows below it."""
    rows = source.rows()
    start = list(islice(rows, _LOOKED_AT))
    if not start:
        raise Unreadable("empty")
    found = _heading(source, start)
    samples = _Samples(len(found.header))
    for number, cells in chain(start, rows):
        if number <= found.number:
            continue
        found.row_count += 1
        if found.row_count > MAX_ROWS:
            raise Unreadable("too_many_rows")
        if len(cells) > MAX_COLUMNS:
            raise Unreadable("too_many_columns")
        samples.look_at(cells)
        if spool:
            spool.write(number, cells)
    if not found.row_count:
        raise Unreadable("no_rows")
    found.samples = samples.kept
    found.filled = found.row_count + sum(number <= found.number for number, _cells in start)
    return found


def choose(
    sources: Mapping[str, Source], wanted: str | None, spool: SpoolWriter
) -> tuple[list[SheetInfo], str, Inspection]:
    """The sheets that hold anything, and the one to read: the wanted, or the first that is a table. Its rows go to the
    spool. Not a title page, and not a list of notes, as long as there is anything wider."""
    if wanted is not None and wanted not in sources:
        raise Unreadable("no_sheet")
    sheets: list[SheetInfo] = []
    best: tuple[int, str, Inspection | Unreadable] | None = None
    for name, source in sources.items():
        is_candidate = name == wanted if wanted is not None else best is None or best[0] < 2
        result = _attempt(source, spool if is_candidate and (best is None or not best[0]) else None)
        filled = result.filled if isinstance(result, Inspection) else sum(1 for _row in source.rows())
        if filled:
            sheets.append(SheetInfo(name, filled))
        if not is_candidate or not (filled or name == wanted):
            continue
        rank = 0 if isinstance(result, Unreadable) else 1 + result.is_wide
        if best is None or rank > best[0]:
            if best and best[0]:  # a list of notes was taken for the table
                spool.restart()
                result = inspect(source, spool)
            best = rank, name, result
    if best is None:
        raise Unreadable("empty")
    _rank, name, chosen = best
    if isinstance(chosen, Unreadable):
        raise chosen
    return sheets, name, chosen


def _attempt(source: Source, spool: SpoolWriter | None) -> Inspection | Unreadable:
    """What cannot be a table leaves nothing in the spool."""
    try:
        return inspect(source, spool)
    except Unreadable as error:
        if error.code == "corrupt":
            raise
        if spool:
            spool.restart()
        return error


class _Samples:
    """The first different values of each column."""

    def __init__(self, width: int) -> None:
        self.kept: list[list[str]] = [[] for _column in range(width)]
        self._seen: dict[int, set[str]] = {column: {""} for column in range(width)}

    def look_at(self, cells: list[str]) -> None:
        width = len(cells)
        for column, seen in list(self._seen.items()) if self._seen else ():
            if column < width and (cell := cells[column]) not in seen:
                seen.add(cell)
                if cell[:200] not in self.kept[column]:
                    self.kept[column].append(cell[:200])
                if len(self.kept[column]) == SAMPLES or len(seen) > _NEWS:
                    del self._seen[column]


# --- Where the heading is


def _heading(source: Source, start: list[Row]) -> Inspection:
    rows = dict(start)
    number = _heading_row(source, rows)
    cells = rows[number]
    if len(cells) > MAX_COLUMNS:
        raise Unreadable("too_many_columns")
    if any(map(_is_address, cells)):
        raise Unreadable("no_header")
    return Inspection(*_under_merged_names(source, number, rows))


def _heading_row(source: Source, rows: dict[int, list[str]]) -> int:
    """The first row that is about as wide as the table: titles and notes above it are narrower."""
    counts = {number: sum(map(bool, cells)) for number, cells in rows.items()}
    usual = _usual(list(counts.values()))
    enough = 1 if usual < 2 else max(2, -(-usual // 2))
    numbers = list(rows)
    for number, following in zip(numbers, [*numbers[1:], 0], strict=True):
        if counts[number] < enough or (counts[number] < usual and _is_note(rows[number])):
            continue
        if following and _groups_names(source, number, rows[number]) and _are_names(rows[following]):
            continue
        return number
    return numbers[0]


def _usual(counts: list[int]) -> int:
    """How many cells the rows of the table fill, whatever stands above and below them."""
    return max(sorted(counts)[int(0.75 * (len(counts) - 1))], min(counts[-2:]))


def _is_note(cells: list[str]) -> bool:
    """``Exported on: | 2026-03-04``: a label with its value, as reports print them on top."""
    filled = [cell for cell in cells if cell]
    return len(filled) <= 2 and any(cell.endswith((":", ":")) or _is_value(cell) for cell in filled)


def _are_names(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    strange = any(len(cell) > _LONGEST_NAME or _is_value(cell) or _is_address(cell) for cell in filled)
    return len(set(filled)) == len(filled) and not strange


def _is_value(cell: str) -> bool:
    return _VALUE.fullmatch(cell) is not None


def _is_address(cell: str) -> bool:
    return _ADDRESS.fullmatch(cell) is not None


def _groups_names(source: Source, number: int, cells: list[str]) -> bool:
    """Whether every cell of the row spans columns: ``Person | | Address | |`` above the names proper."""
    wide = {span.left for span in source.spans(number) if span.right > span.left and span.bottom == number}
    return bool(wide) and all(index in wide for index, cell in enumerate(cells) if cell)


def _under_merged_names(source: Source, number: int, rows: dict[int, list[str]]) -> tuple[int, list[str]]:
    """The names at the foot of a heading whose cells are merged downwards, each merged name in all its columns."""
    spans = source.spans(number)
    foot = max(
        (span.bottom for span in spans if span.bottom in rows and span.bottom < number + 4), default=number
    )
    names = list(rows[foot])
    for span in spans:
        if span.right >= MAX_COLUMNS:
            raise Unreadable("too_many_columns")
        above = rows[number][span.left] if span.top == number and span.left < len(rows[number]) else ""
        names += [""] * (span.right + 1 - len(names))
        for index in range(span.left, span.right + 1):
            names[index] = names[index] or above
    while names and not names[-1]:
        names.pop()
    return foot, names
