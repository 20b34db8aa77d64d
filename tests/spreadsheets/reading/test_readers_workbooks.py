"""Workbooks as other programs write them: sheets, headings, formats, and those that are meant to harm."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, time, timedelta

import openpyxl
import pytest
import xlwt

from helpdesk.spreadsheets.reading.number_formats import mask
from helpdesk.spreadsheets.reading.refusal import Unreadable
from helpdesk.spreadsheets.reading.xls_formats import SIGNATURE
from tests.customers.imports.conftest import xls, xlsx
from tests.spreadsheets.reading.files import changed, numbered, ods, problem, read

PEOPLE = [["Name", "Email"], ["Ana", "ana@example.com"]]


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    fill(book)
    book.save(stream)
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

    assert read(workbook(fill), "people.xlsx")[1] == [["Ana", shown]]


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
    assert read(xlsx(rows), "people.xlsx")[1] == [["2026-03-04", "09:30", "26:05"]]


def test_a_formula_is_read_by_its_stored_result_and_never_worked_out():
    content = changed(
        xlsx([["Name", "Sum"], ["Ana", "=6*7"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v></v>", b"<v>99</v>").replace(b"<v />", b"<v>99</v>"),
    )
    assert read(content, "people.xlsx")[1] == [["Ana", "99"]]


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

    table, rows = read(workbook(fill), "people.xlsx")
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

    table, rows = read(workbook(fill), "people.xlsx")
    assert (table.header, table.layout["header"]) == (["First", "Last", "Email", "Phone"], 2)
    assert len(rows) == 1


def test_a_heading_of_two_rows_is_read_at_its_foot():
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in (["Name", None, "Email"], ["First", "Last", None], ["Ana", "Lima", "ana@example.com"]):
            sheet.append(row)
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("C1:C2")

    table, rows = read(workbook(fill), "people.xlsx")
    assert (table.header, table.layout["header"]) == (["First", "Last", "Email"], 2)
    assert rows == [["Ana", "Lima", "ana@example.com"]]


def test_rows_have_the_numbers_that_the_spreadsheet_shows():
    content = xlsx([["Customer list"], [], ["Name", "Email"], [], ["Ana", "ana@example.com"]])
    table, rows = numbered(content, "people.xlsx")
    assert table.layout["header"] == 3
    assert rows == [(5, ["Ana", "ana@example.com"])]


def test_formats_are_found_in_a_table_that_begins_farther_right():
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet["C2"], sheet["D2"], sheet["C3"], sheet["D3"] = "Name", "Zip", "Ana", 42
        sheet["D3"].number_format = "00000"

    assert read(workbook(fill), "people.xlsx")[1] == [["Ana", "00042"]]


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
    table, rows = read(several(), "people.xlsx")
    assert table.layout["sheet"] == "People"
    assert rows == PEOPLE[1:]
    assert [(sheet.name, sheet.rows) for sheet in table.sheets] == [
        ("Sheet", 2),
        ("People", 2),
        ("Others", 3),
    ]


def test_another_sheet_can_be_chosen():
    table, rows = read(several(), "people.xlsx", sheet="Others")
    assert table.layout["sheet"] == "Others"
    assert len(rows) == table.row_count == 2


def test_a_hidden_sheet_waits_for_the_visible_ones():
    def fill(book: openpyxl.Workbook) -> None:
        for row in PEOPLE:
            book.active.append(row)
        book.active.sheet_state = "hidden"
        book.create_sheet("Seen").append(["Name", "Phone"])
        book["Seen"].append(["Max", "1"])

    assert read(workbook(fill), "people.xlsx")[0].layout["sheet"] == "Seen"


def test_a_chosen_sheet_has_to_be_there_and_hold_a_table():
    assert problem(several(), "people.xlsx", sheet="Elsewhere") == "no_sheet"
    assert problem(several(), "people.xlsx", sheet="Nothing") == "empty"


def test_a_text_has_no_sheets():
    assert read(b"Name\nAna\n", "people.csv")[0].sheets == []


# --- What is not read


def test_a_workbook_with_macros_is_read_as_data():
    content = changed(xlsx(PEOPLE), "[Content_Types].xml", lambda xml: xml.replace(
        b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"))  # fmt: skip
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", SIGNATURE + b"Sub Auto_Open()")
    assert read(stream.getvalue(), "people.xlsm")[1] == PEOPLE[1:]


def test_a_link_to_another_workbook_is_not_followed():
    content = changed(
        xlsx([["Name", "From"], ["Ana", "=[1]Sheet1!A1"]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v></v>", b"<v>kept</v>").replace(b"<v />", b"<v>kept</v>"),
    )
    assert read(content, "people.xlsx")[1] == [["Ana", "kept"]]


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in zip("abcdef", "bcdefg", strict=True))
    + "]>"
).encode()


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_entities_that_grow_are_refused_or_stay_as_they_are(part):
    content = changed(xlsx(PEOPLE), part, lambda xml: LAUGHS + xml.replace(b"Ana", b"&g;"))
    try:
        _table, rows = read(content, "people.xlsx")
    except Unreadable as error:
        assert error.code in ("bomb", "corrupt")
    else:
        assert len(str(rows)) < 100


def test_entities_in_styles_are_refused():
    assert problem(changed(xlsx(PEOPLE), "xl/styles.xml", lambda xml: LAUGHS + xml), "people.xlsx") == "bomb"


def test_entities_in_an_open_document_are_refused_or_stay_as_they_are():
    content = changed(ods(PEOPLE), "content.xml", lambda xml: LAUGHS + xml.replace(b"Ana", b"&g;"))
    try:
        _table, rows = read(content, "people.ods")
    except Unreadable as error:
        assert error.code in ("bomb", "corrupt")
    else:
        assert len(str(rows)) < 100


def test_a_part_that_is_packed_too_well_is_refused():
    stream = io.BytesIO(xlsx(PEOPLE))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.bin", b"\0" * 30_000_000)
    assert problem(stream.getvalue(), "people.xlsx") == "bomb"


def test_too_many_parts_are_refused():
    stream = io.BytesIO(xlsx(PEOPLE))
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"xl/media/{number}", b"")
    assert problem(stream.getvalue(), "people.xlsx") == "bomb"


def test_a_password_of_an_old_workbook_is_told():
    content = xls(PEOPLE)
    interface = struct.pack("<HH", 0x00E1, 2)
    assert interface in content
    assert problem(content.replace(interface, struct.pack("<HH", 0x002F, 2), 1), "people.xls") == "encrypted"


def test_another_kind_of_document_is_no_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert problem(stream.getvalue(), "people.xlsx") == "not_workbook"
