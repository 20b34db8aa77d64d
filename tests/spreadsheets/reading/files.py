"""Files made on the spot and read: in this process, which is quick, or as the desk does it, in a child process."""

import io
import tempfile
import zipfile
from collections.abc import Callable

import pytest

from helpdesk.spreadsheets import conversion
from helpdesk.spreadsheets.errors import FileError
from helpdesk.spreadsheets.reading import child
from helpdesk.spreadsheets.reading.refusal import Unreadable
from helpdesk.spreadsheets.spool import Row, Spool, SpoolWriter, Table

NAMESPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{OPEN_DOCUMENT}"/></manifest:manifest>'
)


def numbered(
    content: bytes, name: str = "people.csv", *, sheet: str | None = None
) -> tuple[Table, list[Row]]:
    """The table, and its rows with their numbers; read in this process, so of harmless files only."""
    with tempfile.TemporaryFile() as file:
        child.convert(io.BytesIO(content), name, SpoolWriter(file), sheet=sheet, confine=lambda allowed: None)
        spool = Spool(file)
        return spool.table, [(number, cells) for number, cells in spool.rows()]


def read(
    content: bytes, name: str = "people.csv", *, sheet: str | None = None
) -> tuple[Table, list[list[str]]]:
    """The table and its rows, read in this process."""
    table, rows = numbered(content, name, sheet=sheet)
    return table, [cells for _number, cells in rows]


def problem(content: bytes, name: str = "people.csv", *, sheet: str | None = None) -> str:
    """The code of why it is refused in this process."""
    with pytest.raises(Unreadable) as caught:
        read(content, name, sheet=sheet)
    return caught.value.code


def problem_apart(content: bytes, name: str = "people.csv") -> str:
    """The code of why the desk refuses it, or its child does not come back."""
    with pytest.raises(FileError) as caught:
        conversion.convert(io.BytesIO(content), name)
    assert caught.value.message
    return caught.value.code


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w", 8) as target:
        for name in source.namelist():
            target.writestr(name, change(source.read(name)) if name == part else source.read(name))
    return stream.getvalue()


def ods(
    rows: list[list[str]], *, repeated: int = 1, row: str = "", tail: str = "", manifest: str = MANIFEST
) -> bytes:
    """An open document spreadsheet of texts."""

    def cell(value: str) -> str:
        return (
            f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )

    body = "".join(f"<table:table-row {row}>{''.join(map(cell, cells))}</table:table-row>" for cells in rows)
    content = (
        f"<office:document-content{NAMESPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="People">{body}{tail}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", OPEN_DOCUMENT)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()
