"""Files made on the spot, and an import taken through all its steps."""

import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest
import xlwt
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.imports.engine import dryrun, lifecycle
from customers.imports.engine import run as running
from customers.models import ImportRun
from helpdesk.core.actors import Actor
from tests.spreadsheets.in_process import no_child_process  # noqa: F401 - a fixture of all tests here

HEADER = ("First name", "Last name", "Email", "Company", "Job title")
Rows = Sequence[Sequence[object]]


def csv_text(rows: Rows, *, delimiter: str = ",", end: str = "\n") -> str:
    quoted = [['"' + str(cell).replace('"', '""') + '"' for cell in row] for row in rows]
    return "".join(delimiter.join(row) + end for row in quoted)


def xlsx(rows: Rows, *, empty_sheet_first: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    if empty_sheet_first:
        sheet = book.create_sheet("People")
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("People")
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            sheet.write(y, x, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def actor() -> Actor:
    return Actor.system("test")


@pytest.fixture
def uploaded(actor: Actor, db: None) -> Callable[..., ImportRun]:
    """`uploaded(rows)`: a run with its columns matched as guessed and its dry run made."""

    def upload(
        rows: Rows,
        *,
        mapping: list[str] | None = None,
        name: str = "people.csv",
        kind: str = "",
        mode: str = "add",
        also_add: bool = False,
    ) -> ImportRun:
        file = SimpleUploadedFile(name, csv_text(rows).encode())
        run = lifecycle.receive(file, actor=actor, kind=kind)
        run = lifecycle.match_columns(run, mapping or run.mapping, mode, actor=actor, also_add=also_add)
        dryrun.check(run.pk)
        run.refresh_from_db()
        return run

    return upload


@pytest.fixture
def imported(uploaded: Callable[..., ImportRun], actor: Actor) -> Callable[..., ImportRun]:
    """`imported(rows)`: the same, carried out to its end."""

    def carry_out(rows: Rows, **options: object) -> ImportRun:
        run = lifecycle.start(uploaded(rows, **options), actor=actor)
        running.carry_out(run.pk)
        run.refresh_from_db()
        return run

    return carry_out
