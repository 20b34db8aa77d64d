"""What kind of file it is: told by its content, which has to agree with its name."""

from __future__ import annotations

from typing import Any, BinaryIO

from helpdesk.spreadsheets.errors import FileError, FileTooLargeError
from helpdesk.spreadsheets.limits import max_bytes
from helpdesk.spreadsheets.reading import compound, containers, csv_files

#: Workbooks with macros are read like those without: a macro is never looked at, let alone run.
WORKBOOKS = {"xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "ods": "ods"}
TEXTS = ("csv", "tsv", "txt")
_ZIP = b"PK\x03\x04"
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"MZ",
    b"\x7fELF",
)
_WEB_PAGE = (b"<!doctype", b"<html", b"<table", b"<?xml")


def layout(stream: BinaryIO, name: str) -> dict[str, Any]:
    """How to read this file, as far as its kind decides it. Raises :class:`FileError`."""
    size = stream.seek(0, 2)
    if not size:
        raise FileError("empty")
    if size > max_bytes():
        raise FileTooLargeError(max_bytes())
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix and suffix not in (*WORKBOOKS, *TEXTS):
        raise FileError("unknown_kind")
    kind = _kind(stream)
    if kind == "foreign":
        raise FileError("unknown_kind" if not suffix else _mismatch(suffix))
    if kind == "text":
        return _text_layout(stream, suffix)
    if suffix in TEXTS:
        raise FileError("not_text")
    if suffix and WORKBOOKS[suffix] != kind:
        raise FileError("other_workbook")
    if kind != "xls":
        containers.check(stream, kind)
    return {"format": kind}


def _mismatch(suffix: str) -> str:
    return "not_workbook" if suffix in WORKBOOKS else "not_text"


def _text_layout(stream: BinaryIO, suffix: str) -> dict[str, Any]:
    if _is_web_page(stream):
        raise FileError("web_page")
    if suffix in WORKBOOKS:
        raise FileError("not_workbook")
    return csv_files.layout(stream)


def _kind(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4096)
    if start.startswith(compound.SIGNATURE):
        compound.check(stream)
        return "xls"
    if start.startswith(_ZIP):
        return _zip_kind(stream)
    return "foreign" if start.startswith(_FOREIGN) else "text"


def _zip_kind(stream: BinaryIO) -> str:
    with containers.unpacked(stream) as archive:
        names = {name.lower() for name in archive.namelist()}
    if "content.xml" in names:
        return "ods"
    return "xlsx" if any(name.startswith("xl/") for name in names) else "foreign"


def _is_web_page(stream: BinaryIO) -> bool:
    stream.seek(0)
    start = stream.read(1024).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return start.startswith(_WEB_PAGE)
