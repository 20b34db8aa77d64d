"""The rows left out, as a file of the kind that came in: the columns as they were, and the reason behind them.

Correct it, upload it, done: the column of the reasons is left out of the next import.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from customers.imports.matching.headers import is_reason, reason
from customers.imports.matching.problems import sentence
from customers.models import ImportRun, PreviewRow, RejectedRow
from helpdesk.spreadsheets.cells import neutral
from helpdesk.spreadsheets.writers import CONTENT_TYPES, CSV, XLSX, xlsx_chunks

BUFFER = 64 * 1024
Row = list[str]
LeftOut = Iterable[RejectedRow | PreviewRow]


def format_of(run: ImportRun, name: str = "") -> str:
    """CSV for a text file, XLSX for a workbook of any kind; a name that ends in either decides."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in CONTENT_TYPES:
        return suffix
    return CSV if run.layout.get("format") == CSV else XLSX


def content_type(run: ImportRun) -> str:
    return CONTENT_TYPES[format_of(run)]


def file_name(run: ImportRun) -> str:
    return f"{slugify(run.name.rpartition('.')[0]) or 'import'}-left-out.{format_of(run)}"


def chunks(run: ImportRun, form: str = "", *, left_out: LeftOut | None = None) -> Iterator[bytes]:
    """The bytes of the file, row after row, in the language of now, whenever they are asked for.

    Without ``left_out``, the rows that the import has left out.
    """
    if left_out is None:
        left_out = run.rejected_rows.order_by("number").iterator(chunk_size=1000)
    return _chunks(run, form or format_of(run), left_out, translation.get_language() or "en")


def _chunks(run: ImportRun, form: str, left_out: LeftOut, language: str) -> Iterator[bytes]:
    with translation.override(language):
        if form == XLSX:
            yield from xlsx_chunks(_heading(run), _rows(run, left_out), _("Left out"))
        else:
            yield from _csv_chunks(run, left_out)


def _kept(run: ImportRun) -> list[int]:
    """The columns, without one that holds the reasons of a round before."""
    last = len(run.columns) - 1
    if run.columns and is_reason(run.columns[last]["header"]) and not run.mapping[last]:
        return list(range(last))
    return list(range(last + 1))


def _heading(run: ImportRun) -> Row:
    return [run.columns[index]["header"] for index in _kept(run)] + [reason()]


def _rows(run: ImportRun, left_out: LeftOut) -> Iterator[Row]:
    width, kept = len(run.columns), _kept(run)
    for row in left_out:
        cells = [*row.cells, *[""] * width]
        said = sentence(row.problem, row.details)
        yield [*(cells[index] for index in kept), said, *row.cells[width:]]


def _csv_chunks(run: ImportRun, left_out: LeftOut) -> Iterator[bytes]:
    """With the delimiter that came in, and the mark by which spreadsheets know UTF-8: any reason can be said in it.

    No cell of it runs as a formula.
    """
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, delimiter=run.layout.get("delimiter", ","))
    writer.writerow([neutral(cell) for cell in _heading(run)])
    for row in _rows(run, left_out):
        writer.writerow([neutral(cell) for cell in row])
        if buffer.tell() > BUFFER:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
