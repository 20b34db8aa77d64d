"""What kind of file it is: told by its content, which has to agree with its name."""

from __future__ import annotations

from typing import BinaryIO

from helpdesk.spreadsheets.reading.packages import unpacked
from helpdesk.spreadsheets.reading.refusal import Unreadable
from helpdesk.spreadsheets.reading.xls_formats import SIGNATURE, is_protected

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


def kind_of(stream: BinaryIO, name: str) -> str:
    """``text``, ``xls``, ``xlsx`` or ``ods``. Raises :class:`Unreadable` for anything else, and where the name says
    otherwise."""
    if not stream.seek(0, 2):
        raise Unreadable("empty")
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix and suffix not in (*WORKBOOKS, *TEXTS):
        raise Unreadable("unknown_kind")
    kind = _kind(stream)
    if kind == "foreign":
        raise Unreadable("unknown_kind" if not suffix else _mismatch(suffix))
    if kind == "text":
        if _is_web_page(stream):
            raise Unreadable("web_page")
        if suffix in WORKBOOKS:
            raise Unreadable("not_workbook")
    elif suffix in TEXTS:
        raise Unreadable("not_text")
    elif suffix and WORKBOOKS[suffix] != kind:
        raise Unreadable("other_workbook")
    return kind


def _mismatch(suffix: str) -> str:
    return "not_workbook" if suffix in WORKBOOKS else "not_text"


def _kind(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4096)
    if start.startswith(SIGNATURE):
        if is_protected(stream):  # then it may be an XLSX inside
            raise Unreadable("encrypted")
        return "xls"
    if start.startswith(_ZIP):
        return _zip_kind(stream)
    return "foreign" if start.startswith(_FOREIGN) else "text"


def _zip_kind(stream: BinaryIO) -> str:
    with unpacked(stream) as archive:
        names = {name.lower() for name in archive.namelist()}
    if "content.xml" in names:
        return "ods"
    return "xlsx" if any(name.startswith("xl/") for name in names) else "foreign"


def _is_web_page(stream: BinaryIO) -> bool:
    stream.seek(0)
    start = stream.read(1024).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return start.startswith(_WEB_PAGE)
