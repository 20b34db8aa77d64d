"""CSV and workbooks, row by row."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from helpdesk.spreadsheets import writers
from helpdesk.spreadsheets.cells import clean, neutral
from helpdesk.spreadsheets.writers import csv_chunks, xlsx_chunks

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1"]


def sheet(headings, rows, title="Contacts"):
    data = b"".join(xlsx_chunks(headings, rows, title))
    return load_workbook(io.BytesIO(data))


def test_csv_has_the_mark_of_utf_8_and_lines_that_end_as_spreadsheets_want() -> None:
    data = b"".join(csv_chunks(["이름"], [["김지수"], ['two\nlines, and "more"']], ""))
    assert data == '\ufeff이름\r\n김지수\r\n"two\nlines, and ""more"""\r\n'.encode()


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_and_no_heading_of_a_csv_runs_as_a_formula(text: str) -> None:
    data = b"".join(csv_chunks([text], [[text]], "")).decode("utf-8-sig")
    for (cell,) in csv.reader(io.StringIO(data, newline="")):
        assert cell == f"'{text}"


@pytest.mark.parametrize("text", [*FORMULAS[:4], "'=1+1", "''-1", "'", "'quoted'", "O'Berg"])
def test_an_import_takes_the_mark_off_again(text: str) -> None:
    assert clean(neutral(text)) == text


@pytest.mark.parametrize("text", FORMULAS[:4])
def test_no_cell_and_no_heading_of_a_workbook_runs_as_a_formula(text: str) -> None:
    page = sheet([text], [[text]]).active
    for cell in (page["A1"], page["A2"]):
        assert cell.data_type == "s"
        assert cell.value == f"'{text}"


def test_numbers_that_are_names_stay_texts_in_a_workbook() -> None:
    row = ["000123", "+821012345678", "12345678901234567890", "2026-01-02"]
    page = sheet(["a", "b", "c", "d"], [row]).active
    assert [cell.value for cell in page[2]] == row
    assert {cell.data_type for cell in page[2]} == {"s"}
    assert {cell.number_format for cell in page[2]} == {"@"}


def test_counts_are_numbers_and_moments_are_moments_in_a_workbook() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 59, tzinfo=UTC)
    page = sheet(["a", "b", "c"], [[12, moment, None]]).active
    assert [cell.value for cell in page[2]][:2] == [12, moment.replace(second=0, tzinfo=None)]


def test_what_no_workbook_may_hold_does_not_damage_it() -> None:
    text = "bell \x07, _x0041_ and 😀"
    assert sheet(["a"], [[text]], title="[a]:*?/\\" * 9).active["A2"].value


def test_a_full_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "SHEET_ROWS", 3)
    book = sheet(["n"], [[str(n)] for n in range(5)])
    assert book.sheetnames == ["Contacts", "Contacts 2", "Contacts 3"]
    cells = [[row[0].value for row in page.rows] for page in book]
    assert cells == [["n", "0", "1"], ["n", "2", "3"], ["n", "4"]]


@pytest.mark.parametrize("write", [csv_chunks, xlsx_chunks])
def test_memory_does_not_grow_with_the_rows(write) -> None:
    def rows(number: int) -> Iterator[list[str]]:
        return ([f"{n} some text in a cell"] * 10 for n in range(number))

    def peak(number: int) -> int:
        tracemalloc.start()
        for _chunk in write(["heading"] * 10, rows(number), "t"):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(4000) < peak(1000) + 200_000
