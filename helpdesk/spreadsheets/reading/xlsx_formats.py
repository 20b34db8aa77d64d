"""Cells of an XLSX sheet whose number format matters: ZIP codes, phone numbers, percentages."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from helpdesk.spreadsheets.reading.number_formats import Mask, mask
from helpdesk.spreadsheets.reading.refusal import Unreadable

_CHUNK = 1 << 20
_BUILT_IN = {"9": "0%", "10": "0.00%"}
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")


class XlsxFormats:
    """The number formats of the cells of a workbook, of which only styles and the list of sheets are read at once."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self._styles = _styles(archive)
        self._paths = _paths(archive) if self._styles else {}

    def displayed(self, sheet: str) -> Iterator[tuple[int, dict[int, Mask]]]:
        """Row number and, by column, the format of those numbers of that row whose format matters."""
        path = self._names.get(self._paths.get(sheet, "").lower(), "")
        if path:
            with self._archive.open(path) as part:
                yield from _by_row(_cells(part, self._styles))


def _styles(archive: zipfile.ZipFile) -> dict[bytes, Mask]:
    codes = dict(_BUILT_IN)
    styles: list[str] = []
    inside = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs"):
            inside = tag
        elif tag == "xf" and inside == "cellXfs":
            styles.append(attributes.get("numFmtId", ""))

    _parse(archive, "xl/styles.xml", start)
    found = {b"%d" % index: mask(codes.get(style, "")) for index, style in enumerate(styles)}
    return {index: one for index, one in found.items() if one}


def _paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Where in the archive each sheet lies, by its name."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def of_book(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            ids.setdefault(attributes.get("name", ""), key)

    def of_relations(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(archive, "xl/workbook.xml", of_book)
    _parse(archive, "xl/_rels/workbook.xml.rels", of_relations)
    return {
        name: posixpath.normpath(posixpath.join("/xl", targets[key])).lstrip("/")
        for name, key in ids.items()
        if targets.get(key)
    }


def _parse(archive: zipfile.ZipFile, name: str, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    parser.StartDoctypeDeclHandler = _refuse
    if name in archive.namelist():
        with archive.open(name) as part:
            parser.ParseFile(part)


def _refuse(*declaration: object) -> None:
    raise Unreadable("bomb")


def _cells(part: IO[bytes], styles: dict[bytes, Mask]) -> Iterator[tuple[int, int, Mask]]:
    wanted = b"|".join(styles)
    cell = re.compile(rb"<(?:\w+:)?c(\s(?:[^>]*\s)?s\s*=\s*[\"'](?:" + wanted + rb")[\"'][^>]*)>")
    tail = b""
    while chunk := part.read(_CHUNK):
        text = tail + chunk
        end = text.rfind(b">") + 1
        text, tail = text[:end], text[end:][-4096:]
        for attributes in cell.findall(text):
            place, style = _PLACE.search(attributes), _STYLE.search(attributes)
            if place and style:
                yield int(place[2]), _column(place[1]), styles[style[1]]


def _by_row(cells: Iterator[tuple[int, int, Mask]]) -> Iterator[tuple[int, dict[int, Mask]]]:
    row, found = 0, dict[int, Mask]()
    for number, column, shown in cells:
        if number != row:
            if found:
                yield row, found
            row, found = number, {}
        found[column] = shown
    if found:
        yield row, found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
