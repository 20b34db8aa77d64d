"""The whole circle of rows left out: download, correct, upload, done."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Contact, ImportRun
from helpdesk.jobs.tasks import advance
from helpdesk.spreadsheets.writers import xlsx_chunks
from tests.customers.imports.conftest import csv_text, xls
from tests.customers.imports.doors import by_workspace, counts, press_start
from tests.personas import World
from tests.spreadsheets.reading.files import read

pytestmark = pytest.mark.django_db
HEADER = ("성명", "참조 번호", "이메일", "전화", "회사", "메모")
GOOD = ("한지수", "007", "jisoo@new.example", "02-555-0101", "한빛 타워", "x")
BAD = ("=1+1", "0012", "bad@nowhere", "+82 2 555 0102", '-Minus, "Ltd"; & Co', "one\ntwo 'three'")
ROWS = [HEADER, GOOD, BAD]


KINDS = {
    "comma": ("people.csv", lambda rows: csv_text(rows).encode()),
    "semicolon, CP949": ("people.csv", lambda rows: csv_text(rows, delimiter=";").encode("cp949")),
    "tab, UTF-16": ("people.txt", lambda rows: csv_text(rows, delimiter="\t").encode("utf-16")),
    "XLSX": ("people.xlsx", lambda rows: b"".join(xlsx_chunks(rows[0], rows[1:], "People"))),
    "XLS": ("people.xls", xls),
}


def download(world: World, run: ImportRun):
    return world.max.client.get(reverse("customers:import_rejected", args=[run.pk]))


def corrected(data: bytes, name: str, old: str, new: str) -> bytes:
    """The file as it is after a person opened it, corrected the cell and saved it."""
    if name.endswith(".csv"):
        return data.replace(old.encode(), new.encode())
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in book.active:
        for cell in row:
            cell.value = new if cell.value == old else cell.value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def name_of(response) -> str:
    return response["Content-Disposition"].partition('filename="')[2].rstrip('"')


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("kind", KINDS)
def test_left_out_corrected_uploaded_done(world: World, kind: str, language: str) -> None:
    world.max.user.language = language
    world.max.user.save()
    name, write = KINDS[kind]
    first = by_workspace(world, write(ROWS), "add", name=name)
    assert counts(first) == {"created": 1, "failed": 1}
    response = download(world, first)
    back = name_of(response)
    assert back == ("people-left-out.csv" if "people.x" not in name else "people-left-out.xlsx")
    data = corrected(response.getvalue(), back, "bad@nowhere", "good@new.example")
    second = by_workspace(world, data, "add", name=back)
    assert second.mapping == [*first.mapping, ""]
    assert counts(second) == {"created": 1}
    contact = Contact.objects.get(reference="0012")
    assert (contact.name, contact.primary_account.name, contact.notes) == ("=1+1", BAD[4], BAD[5])
    assert contact.methods.get(kind="phone").value == "+8225550102"
    assert contact.default_email == "good@new.example"


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_round_has_one_column_of_reasons(world: World, kind: str) -> None:
    name, write = KINDS[kind]
    response = download(world, by_workspace(world, write(ROWS), "add", name=name))
    again = by_workspace(world, response.getvalue(), "add", name=name_of(response))
    response = download(world, again)
    table, _rows = read(response.getvalue(), name_of(response))
    assert table.header == [*HEADER, "problem"]
    assert table.samples[-1] == ["Not a complete email address"]


def test_the_delimiter_that_came_in_goes_out_with_the_mark_of_utf_8(world: World) -> None:
    data = download(world, by_workspace(world, KINDS["semicolon, CP949"][1](ROWS), "add")).getvalue()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert data.startswith(b"\xef\xbb\xbf")
    assert rows[1][:3] == ["'=1+1", "0012", "bad@nowhere"]


def test_texts_of_a_workbook_stay_texts(world: World) -> None:
    run = by_workspace(world, xls(ROWS), "add", name="people.xls")
    book = openpyxl.load_workbook(io.BytesIO(download(world, run).getvalue()))
    cells = list(book.active)[1]
    assert [cell.data_type for cell in cells[:4]] == ["s"] * 4
    assert cells[1].value == "0012"


def test_a_column_called_problem_that_fills_a_field_is_the_desks_own(world: World) -> None:
    rows = [("Name", "Email", "problem"), ("Ana Lima", "bad@nowhere", "the lift")]
    file = SimpleUploadedFile("people.csv", csv_text(rows).encode())
    world.max.client.post(reverse("customers:import_create"), {"file": file})
    run = ImportRun.objects.get()
    choices = {"mode": "add", "column_0": "name", "column_1": "email", "column_2": "notes"}
    world.max.client.post(reverse("customers:import_match", args=[run.pk]), choices)
    press_start(world.max.client, run)
    advance.call(run.pk)
    text = download(world, run).getvalue().decode("utf-8-sig")
    assert text.splitlines()[1] == "Ana Lima,bad@nowhere,the lift,Not a complete email address"


def test_rows_with_more_cells_than_columns_keep_them_behind_the_reason(world: World) -> None:
    run = by_workspace(world, b"Name,Email\nAna Lima,ana@new.example,one more\n", "add")
    text = download(world, run).getvalue().decode("utf-8-sig")
    reason = "The row has more cells than there are column names"
    assert text.splitlines()[1] == f"Ana Lima,ana@new.example,{reason},one more"
