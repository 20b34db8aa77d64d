"""Phone numbers as they are written, kept without losing a digit: a number (E.164) and an extension where all of the
text is one valid number of the chosen country, several numbers where it is several, and else the text as it stands.

Stored and compared as RFC 3966 writes them: ``+8227771234;ext=11``. Two people behind one switchboard have different
keys, and so does the switchboard itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from helpdesk.core.text import line

#: Words for an extension that the library does not know, in front of its digits.
_EXTENSION_WORDS = re.compile(
    r"내선(?:\s*번호)?|구내|内線|内线|分机|分機|transfer|durchwahl|poste", re.IGNORECASE
)
_EXTENSION_SIGNS = re.compile(r";?\s*(?:ext(?:ension|n)?\.?|x|#)\s*[=:.]?\s*(?=\d)", re.IGNORECASE)
_BETWEEN_NUMBERS = re.compile(
    r"\s*(?:[/|\n]|[,;](?!\s*(?:ext|x|#))|(?<=\d)\s+(?:or|또는|및)\s+(?=[\d+(]))\s*", re.IGNORECASE
)
_DIGITS_ALONE = re.compile(r"^[\d\s().-]+$")
_STORED = re.compile(r"^\+\d{7,15}(?:;ext=\d{1,7})?$", re.ASCII)
#: ``555-1001~3`` and ``555-1000-03``: more than one number, of which only the first is written out.
_RANGE = re.compile(r"[~～〜]|(?P<first>\d{4,})\s*[-–]\s*(?P<last>\d{1,3})$")
_AREA_AND_SLASH = re.compile(r"^\(?0\d{1,4}\)?\s*/\s*\d[\d\s-]*$")
_NONE = re.compile(
    r"n\.?\s*/?\s*a\.?|none|nil|null|unknown|tbd|no(?: phone| number)?|x+|없음|해당\s*없음|미정|모름|무|[^\w+]*",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^(?:tel|callto|phone|전화)\s*:\s*", re.IGNORECASE)


def phones_in(text: str, region: str) -> list[str]:
    """The numbers that a text holds, each in the form in which it is stored, one at least. Without a country code they
    are read as numbers of `region` (two letters). A text that nothing can be made of is returned as it is; one that
    says that there is no number (``n/a``, ``-``) holds none."""
    return list(_read(line(text), region))


def key_of(value: str) -> str:
    """What a stored value is compared by: of one kept as written, its digits, where it holds nothing else."""
    if _STORED.match(value) or not _DIGITS_ALONE.match(value):
        return value.casefold()
    return "".join(filter(str.isdigit, unicodedata.normalize("NFKC", value)))


def number_of(stored: str) -> PhoneNumber | None:
    """The number behind a stored value; None for one that is kept as it was written."""
    if not _STORED.match(stored):
        return None
    try:
        return phonenumbers.parse(stored)
    except phonenumbers.NumberParseException:
        return None


def shown(stored: str, region: str) -> str:
    """As people read it: numbers of the desk's own `region` in national form, others in international."""
    number = number_of(stored)
    if number is None:
        return stored
    own = phonenumbers.region_code_for_number(number) == region
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if own else PhoneNumberFormat.INTERNATIONAL
    )


# An import asks twice for each value of a batch: when it reads the row, and when the row is written.
@lru_cache(maxsize=8192)
def _read(text: str, region: str) -> tuple[str, ...]:
    if _NONE.fullmatch(text):
        return ()
    plain = _SCHEME.sub("", unicodedata.normalize("NFKC", text))
    parts = [part for part in _BETWEEN_NUMBERS.split(plain) if part]
    if len(parts) > 1:
        found = [_one(part, region) for part in parts]
        if all(found):
            return tuple(dict.fromkeys(found))
        if not _AREA_AND_SLASH.match(plain):
            return (text,)
        plain = plain.replace("/", " ")
    return (_one(plain, region) or text,)


def _one(text: str, region: str) -> str:
    """The stored form of a text that is one valid number and nothing else; else empty."""
    if _is_range(text):
        return ""
    text = _EXTENSION_WORDS.sub(" ext. ", text)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    # With its country code a number is kept also where the library does not know its range yet.
    is_number = (
        phonenumbers.is_possible_number if text.strip().startswith("+") else phonenumbers.is_valid_number
    )
    if not (is_number(number) and _says_nothing_else(text, number)):
        return ""
    stored = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{stored};ext={number.extension}" if number.extension else stored


def _is_range(text: str) -> bool:
    """``1234567-68`` is two numbers; ``1234567-0`` is the switchboard of one."""
    found = _RANGE.search(text.strip())
    if not found or found["last"] is None:
        return bool(found)
    return int(found["last"]) > int(found["first"][-len(found["last"]) :])


def _says_nothing_else(text: str, number: PhoneNumber) -> bool:
    """Whether the number accounts for each digit and letter of the text; the library drops what it cannot use."""
    spelled = phonenumbers.convert_alpha_characters_in_number(_EXTENSION_SIGNS.sub("", text))
    if any(letter.isalpha() for letter in spelled):
        return False
    typed = "".join(letter for letter in spelled if letter.isdigit())
    end = phonenumbers.national_significant_number(number) + (number.extension or "")
    code = number.country_code
    region = phonenumbers.region_code_for_number(number) or ""
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or "0"
    before = rf"(?:(?:00\d{{0,3}}|011|810)?{code})?(?:{trunk})?"
    return typed.endswith(end) and bool(re.fullmatch(before, typed.removesuffix(end)))
