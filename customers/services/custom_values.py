"""One value of a custom field: from what a person writes, and back to what a person reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_noop

from customers.models import CustomField
from helpdesk.core.text import prose, unique_form
from helpdesk.core.words import phrase

Kind = CustomField.Kind
Value = str | bool | None
MAX_TEXT, MAX_DIGITS = 2000, 40
NOT_A_NUMBER, NOT_A_DATE, NOT_YES_OR_NO = "not_a_number", "not_a_date", "not_yes_or_no"
UNKNOWN_CHOICE, TOO_LONG = "unknown_choice", "too_long"
SENTENCES: dict[str, str] = {
    NOT_A_NUMBER: gettext_noop("Enter a number, such as 1250 or 12.5."),
    NOT_A_DATE: gettext_noop("Enter a date with the year first, such as 2026-03-31."),
    NOT_YES_OR_NO: gettext_noop("Enter Yes or No."),
    UNKNOWN_CHOICE: gettext_noop("Choose one of these: %(choices)s."),
    TOO_LONG: gettext_noop("Longer than the %(limit)s characters this field takes"),
}
_THOUSANDS = re.compile(r"^([+-]?)(\d{1,3}(?:([,. '’])\d{3})(?:\3\d{3})*)(?:([.,])(\d+))?$", re.ASCII)
_PLAIN = re.compile(r"^([+-]?)(\d+)(?:\.(\d+)|,(\d{1,2}))?$", re.ASCII)
_YEAR_FIRST = re.compile(
    r"^(\d{4})(?:-|/|\. ?|년 ?)(\d{1,2})(?:-|/|\. ?|월 ?)(\d{1,2})[.일]?(?:[ T]\d{1,2}:\d{2}.*)?$", re.ASCII
)
_YEAR_LAST = re.compile(r"^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$", re.ASCII)
_YES = frozenset({"yes", "y", "true", "t", "1", "on", "x", "✓", "✔", "예", "네", "참", "o"})
_NO = frozenset({"no", "n", "false", "f", "0", "off", "아니요", "아니오", "거짓"})


class UnfitValue(ValueError):
    """A text is no value of the field: `code` and `details` to keep, `sentence` to show."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    @property
    def sentence(self) -> str:
        """What to do about it, in the reader's language."""
        return phrase(SENTENCES[self.code], **self.details)


def value_of(field: CustomField, text: str) -> Value:
    """The value to store for what somebody wrote; None for nothing. Raises `UnfitValue`."""
    text = prose(text).strip()
    return _READ[Kind(field.kind)](field, text) if text else None


def fitted(field: CustomField, value: Any) -> Value:
    """As `value_of`, also for what is not text: a number or true from an API. Raises `UnfitValue`."""
    if value is None:
        return None
    if isinstance(value, bool):
        return value if field.kind == Kind.BOOLEAN else value_of(field, text_of(field, value))
    return value_of(field, str(value))


def text_of(field: CustomField, value: Any) -> str:
    """What a person reads; `value_of` makes the same value of it. A value of another kind is shown as it is."""
    if value is None:
        return ""
    return shown(value)


def shown(value: Any) -> str:
    """A stored value in words, when the definition may be gone."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return str(value)


def _text(field: CustomField, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise UnfitValue(TOO_LONG, limit=MAX_TEXT)
    return text


def _number(field: CustomField, text: str) -> str:
    """A plain decimal. Grouped digits are read where that is beyond doubt; ``1.234`` is one and a bit."""
    folded = " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").split())
    grouped, plain = _THOUSANDS.match(folded), _PLAIN.match(folded)
    if plain and (plain[3] is not None or plain[4] is not None or not grouped):
        sign, whole, fraction = plain[1], plain[2], plain[3] or plain[4] or ""
    elif grouped and grouped[3] != grouped[4]:
        sign, whole, fraction = grouped[1], re.sub(r"\D", "", grouped[2]), grouped[5] or ""
    else:
        raise UnfitValue(NOT_A_NUMBER)
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    if len(whole) + len(fraction) > MAX_DIGITS:
        raise UnfitValue(NOT_A_NUMBER)
    number = f"{whole}.{fraction}" if fraction else whole
    return f"-{number}" if sign == "-" and number != "0" else number


def _date(field: CustomField, text: str) -> str:
    """An ISO date. ``03/04/2026`` means two different days in two countries, so it is not guessed at."""
    folded = " ".join(unicodedata.normalize("NFKC", text).split())
    if found := _YEAR_FIRST.match(folded):
        year, month, day = found.groups()
    elif found := _YEAR_LAST.match(folded):
        day, month, year = found.groups()
    else:
        raise UnfitValue(NOT_A_DATE)
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError as error:
        raise UnfitValue(NOT_A_DATE) from error


def _boolean(field: CustomField, text: str) -> bool:
    word = text.casefold()
    if word in _YES or word == gettext("Yes").casefold():
        return True
    if word in _NO or word == gettext("No").casefold():
        return False
    raise UnfitValue(NOT_YES_OR_NO)


def _choice(field: CustomField, text: str) -> str:
    wanted = unique_form(text)
    for choice in field.choices:
        if unique_form(choice) == wanted:
            return str(choice)
    raise UnfitValue(UNKNOWN_CHOICE, choices=", ".join(field.choices))


_READ: dict[Kind, Callable[[CustomField, str], Value]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _choice,
}
