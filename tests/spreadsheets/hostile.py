"""Files that are meant to harm, or harm by accident: cells far apart, lines too wide, sheets without number."""

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from tests.customers.imports.conftest import xls, xlsx
from tests.spreadsheets.reading.files import changed, ods

PEOPLE = [["Name", "Email"], ["Ana", "ana@example.com"]]
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FAR_CELLS = [
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    b"<row r='1048576'><c  t='n' r = 'XFD1048576'><v>1</v></c></row>",
    b'<row r="9"><c r="A99999999"><v>1</v></c><c r="AA1"><v>1</v></c></row>',
    b'<x:row xmlns:x="%s"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>' % MAIN,
    b"<row>" + b"<c><v>1</v></c>" * 5000 + b'</row><row r="1048576"><c><v>1</v></c></row>',
]
NUMBER_RECORD = struct.pack("<HHHH", 0x027E, 10, 2, 0)
EXTENT_RECORD = struct.pack("<HH", 0x0200, 14)


def workbooks() -> Iterator[tuple[str, bytes]]:
    """Names and contents, some kilobytes each."""
    for number, far in enumerate(FAR_CELLS):
        end = far + b"</sheetData>"
        yield (
            f"far-{number}.xlsx",
            changed(
                xlsx(PEOPLE),
                "xl/worksheets/sheet1.xml",
                lambda xml, end=end: xml.replace(b"</sheetData>", end),
            ),
        )
    yield "far-columns.ods", ods(PEOPLE, repeated=1_000_000_000)
    yield "far-rows.ods", ods(PEOPLE, row='table:number-rows-repeated="1000000000"')
    yield (
        "far-cell.ods",
        ods(
            PEOPLE,
            tail='<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
            '<table:table-row><table:table-cell table:number-columns-repeated="16000"/>'
            '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
            "</table:table-row>",
        ),
    )
    old = xls([["Name"], ["Ana"], [7]])
    assert NUMBER_RECORD in old
    yield "far-cell.xls", old.replace(NUMBER_RECORD, struct.pack("<HHHH", 0x027E, 10, 65_535, 65_535))
    start = old.index(EXTENT_RECORD) + 4
    yield "far-extent.xls", old[:start] + struct.pack("<IIHH", 0, 2**31, 0, 40_000) + old[start + 12 :]
    yield "many-sheets.xlsx", many_sheets(1500)


def many_sheets(count: int) -> bytes:
    """A workbook of so many sheets of one row each."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for _number in range(count):
            sheet = book.add_worksheet()
            for at, row in enumerate(PEOPLE):
                sheet.write_row(at, 0, row)
    return stream.getvalue()


def write_to(folder: Path) -> None:
    """All of them, and three text files of 60 to 95 MB, into a folder."""
    for name, content in workbooks():
        (folder / name).write_bytes(content)
    with (folder / "wide-lines.csv").open("wb") as file:
        file.writelines(b"a,b" * 2_600_000 + b"\n" for _line in range(8))
    with (folder / "long-lines.csv").open("wb") as file:
        file.writelines(b"x" * 7_900_000 + b"\n" for _line in range(12))
    with (folder / "blank-lines.csv").open("wb") as file:
        file.write(b"Name,Email\n" + b"\n" * 60_000_000 + b"Ana Kim,ana@quay.example\n")
