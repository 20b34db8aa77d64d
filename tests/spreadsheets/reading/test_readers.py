"""Any file in, rows of text out; and a sentence for each file that cannot be."""

import io
import zipfile
from datetime import date, datetime

import pytest

from helpdesk.spreadsheets.errors import SENTENCES
from helpdesk.spreadsheets.reading import inspection
from tests.customers.imports.conftest import csv_text, xls, xlsx
from tests.spreadsheets.reading.files import numbered, ods, problem, read

KOREAN = [
    ["이름", "성", "회사", "이메일", "메모"],
    ["지수", "한", "한빛타워", "jisoo@hanbit.example", "로비 출입 담당"],
    ["민준", "박", "동백레지던스", "minjun@dongbaek.example", "주차장\n야간 문의"],
]
JAPANESE = [["名前", "会社", "メール"], ["山田 太郎", "東京商事株式会社", "taro@tokyo.example"]]
WESTERN = [["Name", "Company", "Email"], ["Zoë Müller", "Café Élan", "zoe@elan.example"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"])
def test_korean_in_every_encoding(encoding):
    table, rows = read(csv_text(KOREAN).encode(encoding))
    assert table.header == KOREAN[0]
    assert rows == KOREAN[1:]


@pytest.mark.parametrize("rows", [JAPANESE, WESTERN, KOREAN], ids=["japanese", "western", "korean"])
def test_old_encodings_are_told_apart(rows):
    encoding = {"名前": "cp932", "Name": "cp1252", "이름": "cp949"}[rows[0][0]]
    table, found = read(csv_text(rows).encode(encoding))
    assert table.layout["encoding"] == encoding
    assert found == rows[1:]


def test_high_bytes_that_come_late_still_decide_the_encoding():
    rows = [["Name", "Note"], *[["Somebody", "plain " * 50]] * 2000, ["한지수", "담당자"]]
    _table, found = read(csv_text(rows).encode("cp949"))
    assert found[-1] == ["한지수", "담당자"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"], ids=["CR", "LF", "CRLF"])
def test_every_delimiter_and_line_end_with_line_breaks_in_cells(delimiter, end):
    table, rows = read(csv_text(KOREAN, delimiter=delimiter, end=end).encode())
    assert table.header == KOREAN[0]
    assert rows == KOREAN[1:]


def test_the_delimiter_that_excel_announces_is_not_a_row():
    table, rows = read(b"sep=;\nName;Email\nAna;ana@example.com\n")
    assert (table.header, rows) == (["Name", "Email"], [["Ana", "ana@example.com"]])


def test_one_column_alone():
    table, rows = read(b"Email\nana@example.com\nmax@example.com\n")
    assert table.header == ["Email"]
    assert table.row_count == len(rows) == 2


def test_nuls_blank_rows_and_ragged_rows():
    content = b"Name,Email,Phone\n\n\0Ana\0,ana@example.com\n,,\nMax,max@example.com,1,2\n"
    assert numbered(content)[1] == [
        (3, ["Ana", "ana@example.com"]),
        (5, ["Max", "max@example.com", "1", "2"]),
    ]


def test_cells_that_were_made_harmless_come_back_as_they_were():
    _table, rows = read(b"""Name,Phone,Id\nAna,'+82 2 555 0142,"=""00123""\"\n""")
    assert rows == [["Ana", "+82 2 555 0142", "00123"]]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_numbers_in_a_workbook_are_as_a_person_sees_them(kind):
    make = {"xlsx": xlsx, "xls": xls}[kind]
    rows = [["Id", "Phone", "Share", "Count"], [123456789012345, 821055501770, 0.1, 12.0]]
    _table, found = read(make(rows), f"people.{kind}")
    assert found == [["123456789012345", "821055501770", "0.1", "12"]]


def test_dates_and_booleans_in_a_workbook():
    when = datetime(2026, 3, 4, 5, 6)  # noqa: DTZ001 - a spreadsheet knows no time zone
    _table, rows = read(xlsx([["A", "B", "C", "D"], ["x", date(2026, 3, 4), when, True]]), "people.xlsx")
    assert rows == [["x", "2026-03-04", "2026-03-04 05:06", "TRUE"]]


def test_the_first_sheet_with_anything_on_it_is_read():
    table, rows = read(xlsx(KOREAN, empty_sheet_first=True), "people.xlsx")
    assert table.layout["sheet"] == "People"
    assert rows == KOREAN[1:]


def test_an_open_document_spreadsheet():
    table, rows = read(ods([["Name", "Email"], ["Ana", "ana@example.com"]]), "people.ods")
    assert (table.header, rows) == (["Name", "Email"], [["Ana", "ana@example.com"]])


PEOPLE = csv_text([["Name", "Email"], ["Ana", "ana@example.com"]]).encode()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "people.csv", "empty"),
        (b"\n\n , \n", "people.csv", "empty"),
        (b"Name,Email\n", "people.csv", "no_rows"),
        (b"Ana,ana@example.com\nMax,max@example.com\n", "people.csv", "no_header"),
        (b'Name,Email\n"Ana,ana@example.com\nMax,max@example.com\n', "people.csv", "open_quote"),
        (PEOPLE, "people.xlsx", "not_workbook"),
        (PEOPLE, "people.pdf", "unknown_kind"),
        (b"%PDF-1.7 ...", "people.csv", "not_text"),
        (b"%PDF-1.7 ...", "people.xlsx", "not_workbook"),
        (bytes(range(256)) * 40, "people.csv", "not_text"),
        (b"<html><table><tr><td>Name</table>", "people.xls", "web_page"),
        (b"PK\x03\x04 and then nothing", "people.xlsx", "corrupt"),
        (xlsx([["Name"], ["Ana"]]), "people.csv", "not_text"),
        (xlsx([["Name"], ["Ana"]]), "people.xls", "other_workbook"),
        (xlsx([]), "people.xlsx", "empty"),
        (xlsx([["Name"], ["Ana"]])[:-400], "people.xlsx", "corrupt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "people.xls", "corrupt"),
        (
            ",".join(f"c{n}" for n in range(201)).encode() + b"\n" + b"x," * 200 + b"x",
            "a.csv",
            "too_many_columns",
        ),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_by_its_reason(content, name, code):
    assert problem(content, name) == code
    assert code in SENTENCES


def test_every_reason_has_a_sentence():
    assert all(str(sentence).endswith(".") for sentence in SENTENCES.values())


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr(inspection, "MAX_ROWS", 5)
    assert problem(b"Name\n" + b"x\n" * 6) == "too_many_rows"


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 400_000_000)
    assert problem(stream.getvalue(), "people.xlsx") == "bomb"


@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("uk-500.csv", 500, ["Aleshia", "Tomkiewicz"]),
        ("uk-500.xls", 500, ["Aleshia", "Tomkiewicz"]),
        ("uk-500.xlsx", 500, ["Aleshia", "Tomkiewicz"]),
        ("leads.csv", 54, ["Mrs.", "Penny"]),
        ("companies.csv", 4, ["Mautic", "Boston"]),
        ("google-contacts.csv", 1, ["Prefix Firstname Middle Lastname Suffix", "Firstname"]),
        ("locations-with-parents.csv", 19, ["Peace River", "8 Brentwood Court"]),
        ("korean-cp949.csv", 4, ["지수", "한"]),
    ],
)
def test_the_shared_files_as_they_are(shared_data, name, count, first):
    table, rows = read((shared_data / name).read_bytes(), name)
    assert table.row_count == len(rows) == count
    assert rows[0][:2] == first
