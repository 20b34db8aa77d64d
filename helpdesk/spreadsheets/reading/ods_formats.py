"""How an ODS sheet shows its numbers, read from the XML: the parser of its values drops that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from helpdesk.spreadsheets.cells import number_text
from helpdesk.spreadsheets.reading.refusal import Unreadable

Shown = dict[int, str]

_CHUNK = 1 << 18
_CELLS = ("table:table-cell", "table:covered-table-cell")
_MATTERS = re.compile(rb'percentage-style|min-integer-digits="(?:[2-9]|\d\d)"|value-type="percentage"')
_DIGITS = re.compile(r"(?=0\d|.+[-()/+])[-\d ()/+]+")


class _Display:
    """Counts rows and columns (a run of equal ones is written once, with a number), and keeps how numbers of one sheet
    are shown, where that is more than the number itself."""

    def __init__(self, sheet: str) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.wanted, self.here, self.done = sheet, False, False
        self.row = self.column = self.repeated = 0
        self.text: list[str] = []
        self.number: tuple[str, str, int, int] | None = None
        self.shown: Shown = {}
        self.rows: list[tuple[int, Shown]] = []

    def doctype(self, *declaration: object) -> None:
        """No workbook declares a document type: it is only there to define entities that grow."""
        raise Unreadable("bomb")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _CELLS:
            times = _times(attributes, "table:number-columns-repeated")
            self.cell(attributes, times)
            self.column += times
        elif tag == "table:table-row":
            self.column, self.repeated = 0, _times(attributes, "table:number-rows-repeated")
        elif tag == "table:table":
            self.row = 0
            self.done = self.done or self.here
            self.here = attributes.get("table:name", "") == self.wanted

    def cell(self, attributes: dict[str, str], times: int) -> None:
        """A cell begins at ``column``."""
        kind, value = attributes.get("office:value-type", ""), attributes.get("office:value", "")
        self.text = []
        self.number = None
        if self.here and value and kind in ("float", "percentage"):
            self.number = kind, value, self.column, times

    def characters(self, text: str) -> None:
        if self.number:
            self.text.append(text)

    def end(self, tag: str) -> None:
        if tag in _CELLS and self.number:
            kind, value, column, times = self.number
            self.number = None
            shown = _shown(kind, value, "".join(self.text))
            self.shown |= dict.fromkeys(range(column, column + times), shown) if shown else {}
        elif tag == "table:table-row":
            if self.shown:
                numbers = range(self.row + 1, self.row + 1 + self.repeated)
                self.rows += [(number, self.shown) for number in numbers]
                self.shown = {}
            self.row += self.repeated


def _times(attributes: dict[str, str], name: str) -> int:
    return int(attributes.get(name, 1))


def matters(part: IO[bytes]) -> bool:
    """Whether styles ahead of the cells show numbers with zeros in front, or as percentages."""
    seen = b""
    while chunk := part.read(_CHUNK):
        seen = seen[-200:] + chunk
        if _MATTERS.search(seen):
            return True
        if b"<office:body" in seen:
            return False
    return False


def displayed(part: IO[bytes], sheet: str) -> Iterator[tuple[int, Shown]]:
    """Row number and, by column, the text that shows a number of that row."""
    walk = _Display(sheet)
    while not walk.done and (chunk := part.read(_CHUNK)):
        walk.parser.Parse(chunk, False)
        yield from walk.rows
        walk.rows = []


def _shown(kind: str, value: str, text: str) -> str:
    number, text = float(value), text.strip()
    if kind == "percentage":
        return number_text(float(f"{number * 100:.15g}")) + "%"
    if not _DIGITS.fullmatch(text) or not number.is_integer():
        return ""
    return text if int(re.sub(r"\D", "", text) or 0) == abs(number) else ""
