"""What is in a cell, as a person sees it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

# Control characters but tab and line feed, the byte order mark and lone surrogates: none of them
# can be typed, and PostgreSQL refuses the NUL outright.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_SPREADSHEET_TEXT = re.compile(r'^="([^"]*)"$')
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# A formula behind our mark, or behind several: of what is written that way itself, one mark is ours.
_WATCHED = frozenset((*FORMULA_STARTS, "'"))
_MARKED = re.compile(r"^'+[=+\-@\t\r]")


def row_text(row: list[Any]) -> list[str]:
    """A row of a workbook as text; most rows are text already."""
    try:
        return clean_row(row)
    except TypeError:
        return list(map(as_text, row))


def as_text(value: object) -> str:
    """A cell of a workbook as text: ids keep their digits, 12.0 is 12, dates are ISO dates."""
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, time):
        return value.isoformat(timespec="minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value)


def _duration(value: timedelta) -> str:
    """Hours go on beyond 24, as a spreadsheet shows them."""
    seconds = round(abs(value.total_seconds()))
    shown = f"{seconds // 3600}:{seconds // 60 % 60:02}"
    return ("-" if value < timedelta() else "") + shown + (f":{seconds % 60:02}" if seconds % 60 else "")


def number_text(value: float) -> str:
    """A number with all its digits and nothing else: never an exponent, never a needless ``.0``."""
    if value.is_integer():
        return str(int(value))
    # Fifteen digits are what a spreadsheet keeps and shows; "f" never writes an exponent.
    return format(Decimal(f"{value:.15g}"), "f") if value - value == 0 else ""


def _moment(value: datetime) -> str:
    if value.time() == time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="minutes" if not value.second else "seconds")


def clean_row(cells: list[str]) -> list[str]:
    """:func:`clean` for each cell. Most rows have nothing to clean, and that shows for all cells at once."""
    joined = "".join(cells)
    if _is_plain(joined) and "'" not in joined and "=" not in joined:
        return [cell.strip() for cell in cells] if " " in joined else cells
    return list(map(clean, cells))


def clean(text: str) -> str:
    """Text without what cannot be typed, in one Unicode form, without the marks spreadsheets need."""
    if not _is_plain(text):
        text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = unicodedata.normalize("NFC", text)
    text = text.strip()
    if _MARKED.match(text):
        return text[1:]  # the way we (and others) write a value that only looks like a formula
    if text.startswith("="):
        quoted = _SPREADSHEET_TEXT.match(text)
        return quoted[1].strip() if quoted else text
    return text


def _is_plain(text: str) -> bool:
    """Whether nothing would be taken out or composed; what is true of the whole is true of its parts."""
    return text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text))


def neutral(text: str) -> str:
    """Text that no spreadsheet runs as a formula; :func:`clean` takes the mark off again."""
    if text[:1] not in _WATCHED:  # most cells of an export: nothing else is asked of them
        return text
    return f"'{text}" if text.startswith(FORMULA_STARTS) or _MARKED.match(text) else text
