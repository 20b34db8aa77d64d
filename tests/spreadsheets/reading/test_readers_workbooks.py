"""Workbooks as other programs write them: sheets, headings, formats, and those that are meant to harm."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, time, timedelta

import openpyxl
import pytest
import xlwt

from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.reading import compound, readers
from helpdesk.spreadsheets.reading.number_formats import mask
from tests.customers.imports.conftest import xls, xlsx
from tests.spreadsheets.reading.test_readers import ods

PEOPLE = [["Name", "Email"], ["Ana", "ana@example.com"]]


def read(content: bytes, name: str = "people.xlsx", **options: str) -> tuple[readers.Table, list[list[str]]]:
    stream = io.BytesIO(content)
    table = readers.read(stream, name, **options)
    return table, [cells for _number, cells in readers.rows(stream, table.layout)]


def problem(content: bytes, name: str = "people.xlsx", **options: str) -> str:
    with pytest.raises(FileError) as caught:
        read(content, name, **options)
    return caught.value.code


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    fill(book)
    book.save(stream)
    return stream.getvalue()


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w", 8) as target:
        for name in source.namelist():
            target.writestr(name, change(source.read(name)) if name == part else source.read(name))
    return stream.getvalue()


# --- Numbers, dates and formulas

FORMATS = [
    (42, "000000", "000042"),
    (1055500177, "000-0000-0000", "010-5550-0177"),
    (5550177, "[<=9999999]###-####;(###) ###-####", "555-0177"),
    (5555550177, "[<=9999999]###-####;(###) ###-####", "(555) 555-0177"),
    (7, '"ID-"00000', "ID-00007"),
    (0.125, "0%", "12.5%"),
    (0.1, "0.00%", "10%"),
    (1234.5, '[$€-2] #,##0.00', "1234.5"),
    (1234, '"₩"#,##0', "1234"),
    (82105550177, "General", "82105550177"),
    (82105550177, "0.00E+00", "82105550177"),
    (123456789012345, "General", "123456789012345"),
    (-42, "0000", "-0042"),
    (12.5, "0000", "12.5"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code", "shown"), FORMATS)
def test_a_number_is_read_as_its_format_shows_it_in_xlsx(value, code, shown):
    def fill(book: openpyxl.Workbook) -> None:
        book.active.append(["Name", "Number"])
        book.active.append(["Ana", value])
        book.active["B2"].number_format = code

    assert read(workbook(fill))[1] == [["Ana", shown]]


@pytest.mark.parametrize(("value", "code", "shown"), FORMATS)
def test_a_number_is_read_as_its_format_shows_it_in_xls(value, code, shown):
    book, stream = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("People")
    style = xlwt.XFStyle()
    style.num_format_str = code
    for column, heading in enumerate(["Name", "Number", "Again"]):
        sheet.write(0, column, heading)
    sheet.write(1, 0, "Ana")
    for column in (1, 2):
        sheet.write(1, column, value, style)
    book.save(stream)
    assert read(stream.getvalue(), "people.xls")[1] == [["Ana", shown, shown]]


def test_a_number_is_read_as_its_format_shows_it_in_ods():
    content = changed(ods(PEOPLE), "content.xml", lambda xml: xml.replace(b"<office:body>", STYLES, 1)
        .replace(string("Ana"), number("42", "000042"))
        .replace(string("ana@example.com"), number("0.125", "12.5%", "percentage")))  # fmt: skip
    assert read(content, "people.ods")[1] == [["000042", "12.5%"]]


STYLES = b'<number:number xmlns:number="n" number:min-integer-digits="6"/><office:body>'


def string(text: str) -> bytes:
    return f'office:value-type="string"><text:p>{text}</text:p>'.encode()


def number(value: str, shown: str, kind: str = "float") -> bytes:
    return f'office:value-type="{kind}" office:value="{value}"><text:p>{shown}</text:p>'.encode()


@pytest.mark.parametrize(
    "code", ["General", "0", "#,##0.00", "yyyy-mm-dd", "@", ";;;", "", "[Red]0.0", "x" * 999]
)
def test_formats_that_only_decorate_are_none_to_follow(code):
    assert mask(code) is None


def test_dates_times_and_durations():
    rows = [["Day", "Time", "Hours"], [date(2026, 3, 4), time(9, 30), timedelta(hours=26, minutes=5)]]
    assert read(xlsx(rows))[1] == [["2026-03-04", "09:30", "26:05"]]


def test_a_formula_is_read_by_its_stored_result_and_never_worked_out():
    content = changed(
        xlsx([["Name", "Sum"], ["Ana", "=6*7"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v></v>", b"<v>99</v>").replace(b"<v />", b"<v>99</v>"),
    )
    assert read(content)[1] == [["Ana", "99"]]


# --- Headings and merged cells


def test_a_merged_heading_names_all_its_columns_and_a_merged_value_stands_once():
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in (
            ["Name", None, "Email"],
            ["Ana", "Lima", "ana@example.com"],
            [None, "Max", "max@example.com"],
        ):
            sheet.append(row)
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("A2:A3")

    table, rows = read(workbook(fill))
    assert table.header == ["Name", "Name", "Email"]
    assert rows == [["Ana", "Lima", "ana@example.com"], ["", "Max", "max@example.com"]]


def test_names_below_merged_groups_are_the_heading():
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(["Person", None, "Reach", None])
        sheet.append(["First", "Last", "Email", "Phone"])
        sheet.append(["Ana", "Lima", "ana@example.com", "1"])
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("C1:D1")

    table, rows = read(workbook(fill))
    assert (table.header, table.layout["header"]) == (["First", "Last", "Email", "Phone"], 2)
    assert len(rows) == 1


def test_a_heading_of_two_rows_is_read_at_its_foot():
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in (["Name", None, "Email"], ["First", "Last", None], ["Ana", "Lima", "ana@example.com"]):
            sheet.append(row)
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("C1:C2")

    table, rows = read(workbook(fill))
    assert (table.header, table.layout["header"]) == (["First", "Last", "Email"], 2)
    assert rows == [["Ana", "Lima", "ana@example.com"]]


def test_rows_have_the_numbers_that_the_spreadsheet_shows():
    stream = io.BytesIO(xlsx([["Customer list"], [], ["Name", "Email"], [], ["Ana", "ana@example.com"]]))
    table = readers.read(stream, "people.xlsx")
    assert table.layout["header"] == 3
    assert list(readers.rows(stream, table.layout)) == [(5, ["Ana", "ana@example.com"])]


def test_formats_are_found_in_a_table_that_begins_farther_right():
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet["C2"], sheet["D2"], sheet["C3"], sheet["D3"] = "Name", "Zip", "Ana", 42
        sheet["D3"].number_format = "00000"

    assert read(workbook(fill))[1] == [["Ana", "00042"]]


# --- Sheets


def several() -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.append(["How to fill in this workbook"])
        book.active.append(["Use one row for each person"])
        book.create_sheet("Nothing")
        for name in ("People", "Others"):
            sheet = book.create_sheet(name)
            for row in PEOPLE:
                sheet.append(row)
        sheet.append(["Max", "max@example.com"])

    return workbook(fill)


def test_the_first_sheet_that_is_a_table_is_read_and_all_are_told():
    table, rows = read(several())
    assert table.layout["sheet"] == "People"
    assert rows == PEOPLE[1:]
    assert [(sheet.name, sheet.rows) for sheet in table.sheets] == [
        ("Sheet", 2),
        ("People", 2),
        ("Others", 3),
    ]


def test_another_sheet_can_be_chosen():
    table, rows = read(several(), sheet="Others")
    assert table.layout["sheet"] == "Others"
    assert len(rows) == table.row_count == 2


def test_a_hidden_sheet_waits_for_the_visible_ones():
    def fill(book: openpyxl.Workbook) -> None:
        for row in PEOPLE:
            book.active.append(row)
        book.active.sheet_state = "hidden"
        book.create_sheet("Seen").append(["Name", "Phone"])
        book["Seen"].append(["Max", "1"])

    assert read(workbook(fill))[0].layout["sheet"] == "Seen"


def test_a_chosen_sheet_has_to_be_there_and_hold_a_table():
    assert problem(several(), sheet="Elsewhere") == "no_sheet"
    assert problem(several(), sheet="Nothing") == "empty"


def test_a_text_has_no_sheets():
    assert read(b"Name\nAna\n", "people.csv")[0].sheets == []


def test_rows_passed_over_in_a_workbook_are_those_that_were_read():
    stream = io.BytesIO(xlsx([["Name", "Number"], *(["Ana", n] if n % 3 else ["", None] for n in range(20))]))
    table = readers.read(stream, "people.xlsx")
    every = list(readers.rows(stream, table.layout))
    assert all(list(readers.rows(stream, table.layout, skip=skip)) == every[skip:] for skip in range(15))


# --- What is not read


def test_a_workbook_with_macros_is_read_as_data():
    content = changed(xlsx(PEOPLE), "[Content_Types].xml", lambda xml: xml.replace(
        b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"))  # fmt: skip
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", compound.SIGNATURE + b"Sub Auto_Open()")
    assert read(stream.getvalue(), "people.xlsm")[1] == PEOPLE[1:]


def test_a_link_to_another_workbook_is_not_followed():
    content = changed(
        xlsx([["Name", "From"], ["Ana", "=[1]Sheet1!A1"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v></v>", b"<v>kept</v>").replace(b"<v />", b"<v>kept</v>"),
    )
    assert read(content)[1] == [["Ana", "kept"]]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_entities_that_grow_are_refused(part):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert problem(changed(xlsx(PEOPLE), part, lambda xml: bomb + xml)) == "bomb"


def test_entities_in_an_open_document_are_refused():
    content = changed(ods(PEOPLE), "content.xml", lambda xml: b'<!DOCTYPE x [<!ENTITY a "a">]>' + xml)
    assert problem(content, "people.ods") == "bomb"


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FAR = [
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    b"<row r='1048576'><c  t='n' r = 'XFD1048576'><v>1</v></c></row>",
    b'<row r="9"><c r="A99999999"><v>1</v></c><c r="AA1"><v>1</v></c></row>',
    b'<x:row xmlns:x="%s"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>' % MAIN,
    b"<row>" + b"<c><v>1</v></c>" * 5000 + b'</row><row r="1048576"><c><v>1</v></c></row>',
]


@pytest.mark.parametrize("far", FAR, ids=range(len(FAR)))
def test_far_cells_are_seen_however_they_are_written(far):
    content = changed(
        xlsx(PEOPLE),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", far + b"</sheetData>"),
    )
    assert problem(content) == "bomb"


def test_far_cells_of_an_old_workbook_are_seen():
    content = xls([["Name"], ["Ana"], [7]])
    record = struct.pack("<HHHH", 0x027E, 10, 2, 0)
    assert record in content
    far = content.replace(record, struct.pack("<HHHH", 0x027E, 10, 65_535, 65_535))
    assert problem(far, "people.xls") == "bomb"


def test_an_old_workbook_that_claims_to_reach_far_is_refused_before_memory_is_reserved():
    content = xls(PEOPLE)
    start = content.index(struct.pack("<HH", 0x0200, 14)) + 4
    far = content[:start] + struct.pack("<IIHH", 0, 2**31, 0, 40_000) + content[start + 12 :]
    assert problem(far, "people.xls") == "corrupt"


def test_empty_rows_that_push_cells_far_down_are_seen_in_an_open_document():
    tail = (
        '<table:table-row table:number-rows-repeated="99000000"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
        "</table:table-row>"
    )
    assert problem(ods(PEOPLE, tail=tail), "people.ods") == "bomb"


def test_a_part_that_is_packed_too_well_is_refused():
    stream = io.BytesIO(xlsx(PEOPLE))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.bin", b"\0" * 30_000_000)
    assert problem(stream.getvalue()) == "bomb"


def test_too_many_parts_are_refused():
    stream = io.BytesIO(xlsx(PEOPLE))
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"xl/media/{number}", b"")
    assert problem(stream.getvalue()) == "bomb"


def test_a_password_of_an_old_workbook_is_told():
    content = xls(PEOPLE)
    interface = struct.pack("<HH", 0x00E1, 2)
    assert interface in content
    assert problem(content.replace(interface, struct.pack("<HH", 0x002F, 2), 1), "people.xls") == "encrypted"


def test_another_kind_of_document_is_no_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert problem(stream.getvalue()) == "not_workbook"
