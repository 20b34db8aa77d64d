"""One look through a table: where its heading is, what its columns hold, how many rows it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.limits import MAX_COLUMNS, MAX_ROWS

SAMPLES = 3
_LOOKED_AT = 50  # rows that decide where the heading is
_LONGEST_NAME = 80
_NEWS = 50  # different values of a column that are looked at for samples
_VALUE = re.compile(r"[\d\s.,:/+()%-]*\d[\d\s.,:/+()%-]*")

Numbered = Iterator[tuple[int, list[Any]]]


class Source(Protocol):
    """The rows of one table, read forward: as the file keeps them, and as text."""

    def raw(self) -> Iterator[list[Any]]:
        """Every row from row 1 on, blank ones included."""

    def surely_filled(self, row: list[Any]) -> bool:
        """Whether a glance tells that the row is not blank."""

    def text(self, row: list[Any]) -> list[str]:
        """The row as a person sees it."""

    def spans(self, number: int) -> list[Span]:
        """The merged cells that touch this row."""


@dataclass(frozen=True)
class Span:
    """Cells merged into one: rows as a spreadsheet counts, columns from 0; ends are included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class SheetInfo:
    """A sheet that holds anything, and how many of its rows do."""

    name: str
    rows: int


@dataclass
class Survey:
    """The heading (its row number and names), samples of each column, rows below it and in all."""

    number: int = 0
    header: list[str] = field(default_factory=list)
    samples: list[list[str]] = field(default_factory=list)
    row_count: int = 0
    filled: int = 0


def survey(source: Source) -> Survey:
    """Look through a table. Raises :class:`FileError` when it has no heading or no rows below it."""
    rows = _filled(source)
    start = list(islice(rows, _LOOKED_AT))
    if not start:
        raise FileError("empty")
    found = _heading(source, start)
    below = (one for one in chain(start, rows) if one[0] > found.number)
    _fill_samples(source, found, below)
    if not found.row_count:
        raise FileError("no_rows")
    found.filled = found.row_count + sum(number <= found.number for number, _row in start)
    return found


def choose(sources: Mapping[str, Source], wanted: str | None) -> tuple[list[SheetInfo], str, Survey]:
    """The sheets that hold anything, and the one to read: the wanted, or the first that is a table."""
    if wanted is not None and wanted not in sources:
        raise FileError("no_sheet")
    found: dict[str, Survey | FileError] = {}
    sheets = []
    for name, source in sources.items():
        result = found[name] = _attempt(source)
        filled = result.filled if isinstance(result, Survey) else sum(1 for _row in _filled(source))
        if filled:
            sheets.append(SheetInfo(name, filled))
    name = wanted if wanted is not None else _first_table(found, [sheet.name for sheet in sheets])
    chosen = found[name]
    if isinstance(chosen, FileError):
        raise chosen
    return sheets, name, chosen


def _attempt(source: Source) -> Survey | FileError:
    try:
        return survey(source)
    except FileError as error:
        if error.code == "corrupt":
            raise
        return error


def _first_table(found: Mapping[str, Survey | FileError], names: list[str]) -> str:
    """Not a title page, and not a list of notes, as long as there is anything wider."""
    if not names:
        raise FileError("empty")
    readable = {name: one for name in names if isinstance(one := found[name], Survey)}
    wide = [name for name, one in readable.items() if sum(map(bool, one.header)) > 1]
    return next(chain(wide, readable, names))


def is_filled(source: Source, row: list[Any]) -> bool:
    """Whether anything is left of the row as text."""
    return bool(row) and (source.surely_filled(row) or any(source.text(row)))


def _filled(source: Source) -> Numbered:
    return (one for one in enumerate(source.raw(), start=1) if is_filled(source, one[1]))


def _fill_samples(source: Source, found: Survey, rows: Numbered) -> None:
    """Count the rows, and take the first different values of each column."""
    samples = _Samples(source, len(found.header))
    for _number, row in rows:
        found.row_count += 1
        if found.row_count > MAX_ROWS:
            raise FileError("too_many_rows")
        if len(row) > MAX_COLUMNS and _width(source.text(row)) > MAX_COLUMNS:
            raise FileError("too_many_columns")
        samples.look_at(row)
    found.samples = samples.kept


class _Samples:
    """The first different values of each column; turns rows into text only where there is news."""

    def __init__(self, source: Source, width: int) -> None:
        self.source = source
        self.kept: list[list[str]] = [[] for _column in range(width)]
        self._seen: dict[int, set[Any]] = {column: {"", None} for column in range(width)}

    def look_at(self, row: list[Any]) -> None:
        width = len(row)
        for column, seen in self._seen.items():
            if column < width and row[column] not in seen:
                self._take(row)
                return

    def _take(self, row: list[Any]) -> None:
        for column, (raw, cell) in enumerate(zip(row, self.source.text(row), strict=False)):
            seen = self._seen.get(column)
            if seen is None:
                continue
            seen.add(raw)
            if cell and cell[:200] not in self.kept[column]:
                self.kept[column].append(cell[:200])
            if len(self.kept[column]) == SAMPLES or len(seen) > _NEWS:
                del self._seen[column]


def _width(cells: list[str]) -> int:
    return max((index for index, cell in enumerate(cells, start=1) if cell), default=0)


# --- Where the heading is


def _heading(source: Source, start: list[tuple[int, list[Any]]]) -> Survey:
    rows = {number: source.text(row) for number, row in start}
    number = _heading_row(source, rows)
    cells = rows[number][: _width(rows[number])]
    if len(cells) > MAX_COLUMNS:
        raise FileError("too_many_columns")
    if any(map(_is_address, cells)):
        raise FileError("no_header")
    number, names = _under_merged_names(source, number, rows)
    return Survey(number, names)


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
    if "@" not in cell:
        return False
    try:
        validate_email(cell)
    except ValidationError:
        return False
    return True


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
        above = rows[number][span.left] if span.top == number and span.left < len(rows[number]) else ""
        names += [""] * (span.right + 1 - len(names))
        for index in range(span.left, span.right + 1):
            names[index] = names[index] or above
    return foot, names[: _width(names)]
