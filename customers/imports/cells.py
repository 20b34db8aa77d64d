"""What is in a cell, as a person sees it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

# Control characters but tab and line feed, the byte order mark and lone surrogates: none of them
# can be typed, and PostgreSQL refuses the NUL outright.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_SPREADSHEET_TEXT = re.compile(r'^="([^"]*)"$')
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text(value: object) -> str:
    """A cell of a workbook as text: ids keep their digits, 12.0 is 12, dates are ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, (date, time, timedelta)):
        return str(value)
    return clean(str(value))


def _number(value: float) -> str:
    if value.is_integer():
        return str(int(value))
    # Fifteen digits are what a spreadsheet keeps and shows; "f" never writes an exponent.
    return format(Decimal(f"{value:.15g}"), "f") if value - value == 0 else ""


def _moment(value: datetime) -> str:
    if value.time() == time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="minutes" if not value.second else "seconds")


def clean(text: str) -> str:
    """Text without what cannot be typed, in one Unicode form, without the marks spreadsheets need."""
    text = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = text.strip()
    if len(text) > 1 and text[0] == "'" and text[1] in FORMULA_STARTS:
        return text[1:]  # the way we (and others) write a value that only looks like a formula
    if text.startswith("="):
        quoted = _SPREADSHEET_TEXT.match(text)
        return quoted[1].strip() if quoted else text
    return text


def neutral(text: str) -> str:
    """Text that no spreadsheet runs as a formula; :func:`clean` takes the mark off again."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
