"""The records of an XLS workbook: where cells are, and in which number format. Source: [MS-XLS]."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.limits import MAX_GRID
from helpdesk.spreadsheets.reading.number_formats import Mask, mask

_BOF, _SHEET, _FORMAT, _XF, _PASSWORD = 0x0809, 0x0085, 0x041E, 0x00E0, 0x002F
_NUMBER, _RK, _MANY_RK, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
# Cells of every kind start with their row and column.
_CELLS = {_NUMBER, _RK, _MANY_RK, _FORMULA, 0x0204, 0x0205, 0x0206, 0x0406, 0x00FD, 0x00D6} | set(range(2, 6))
_EXTENT, _ROWS = 0x0200, 65_536
_COLUMNS = 256  # what an XLS sheet has; a cell farther right is damage
_BUILT_IN = {9: "0%", 10: "0.00%"}

Record = tuple[int, int, int]  # what it is, and where its content starts and ends


def check(content: bytes) -> None:
    """Refuse a password, and cells so far apart that laying them out would fill the memory."""
    wide = high = widest = 0
    for kind, start, end in _records(content):
        if kind in _CELLS and end - start >= 4:
            row, column = struct.unpack_from("<HH", content, start)
            wide, high = max(wide, column + 1), max(high, row + 1)
            widest = max(widest, wide)
            if wide * high > MAX_GRID:
                raise FileError("bomb")
        elif kind == _PASSWORD:
            raise FileError("encrypted")
        elif kind == _EXTENT:
            _check_extent(content[start:end])
        elif kind == _BOF:
            wide = high = 0
    if widest > _COLUMNS:
        raise FileError("corrupt")


def _check_extent(record: bytes) -> None:
    """A sheet says how far its cells reach, and the parser reserves memory for as many before it reads them."""
    layout = "<IIHH" if len(record) >= 12 else "<HHHH"
    if len(record) < struct.calcsize(layout):
        raise FileError("corrupt")
    top, bottom, left, right = struct.unpack_from(layout, record)
    if not (top <= bottom <= _ROWS and left <= right <= _COLUMNS):
        raise FileError("corrupt")


def masks(content: bytes, sheet: int) -> dict[int, dict[int, Mask]]:
    """By row (from 1) and column (from 0): the number format of those cells whose format matters."""
    styles, places = _globals(content)
    if not any(styles) or sheet >= len(places):
        return {}
    found: dict[int, dict[int, Mask]] = {}
    for row, column, style in _styled(content, places[sheet]):
        shown = styles[style] if style < len(styles) else None
        if shown:
            found.setdefault(row + 1, {})[column] = shown
    return found


def _records(content: bytes, start: int = 0) -> Iterator[Record]:
    last = len(content) - 4
    while start <= last:
        kind, size = struct.unpack_from("<HH", content, start)
        yield kind, start + 4, min(start + 4 + size, len(content))
        start += 4 + size


def _globals(content: bytes) -> tuple[list[Mask | None], list[int]]:
    """The format of each style, and where each sheet starts."""
    codes, styles, places = dict(_BUILT_IN), [], []
    begun = 0
    for kind, start, end in _records(content):
        if kind == _BOF:
            begun += 1
            if begun > 1:
                break
        elif kind == _FORMAT and end - start > 5:
            codes[_number(content, start)] = _format_code(content[start + 2 : end])
        elif kind == _XF and end - start >= 4:
            styles.append(_number(content, start + 2))
        elif kind == _SHEET and end - start >= 4:
            places.append(struct.unpack_from("<I", content, start)[0])
    return [mask(codes[style]) if style in codes else None for style in styles], places


def _format_code(text: bytes) -> str:
    """BIFF8 says whether characters take one byte or two; older files always take one."""
    count, wide = struct.unpack_from("<HB", text)
    if wide <= 1 and len(text) == 3 + count * (1 + wide):
        return text[3:].decode("utf-16-le" if wide else "latin-1", "replace")
    return text[1:].decode("latin-1")


def _styled(content: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Row, column and style of the numbers of one sheet."""
    begun = 0
    for kind, start, end in _records(content, place):
        if kind == _BOF:
            begun += 1
        elif kind == 0x000A:
            begun -= 1
            if begun <= 0:
                return
        elif kind in (_NUMBER, _RK, _FORMULA) and end - start >= 6:
            yield struct.unpack_from("<HHH", content, start)
        elif kind == _MANY_RK:
            row, first = struct.unpack_from("<HH", content, start)
            for index, offset in enumerate(range(start + 4, end - 6, 6)):
                yield row, first + index, _number(content, offset)


def _number(content: bytes, offset: int) -> int:
    return int(struct.unpack_from("<H", content, offset)[0])
