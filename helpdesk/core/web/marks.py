"""What the marks of the interface are made of: letters and hues of people and accounts, bars of priorities."""

import re
import unicodedata
import zlib
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language

HUES = 8
COMPANY_FORMS = re.compile(r"^(?:㈜|\(주\)|주식회사|유한회사)\s*")
HANGUL = re.compile(r"[\uac00-\ud7a3\u3131-\u318e]")

PRIORITY_BARS = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
BARS = (
    'x="0.5" y="9" width="2.5" height="4"',
    'x="4" y="6.5" width="2.5" height="6.5"',
    'x="7.5" y="4" width="2.5" height="9"',
    'x="11" y="1.5" width="2.5" height="11.5"',
)


def stable_hue(person: Any) -> int:
    """1 to 8, always the same for the same person."""
    key = getattr(person, "pk", None)
    number = key if isinstance(key, int) else zlib.crc32(str(key or person).encode())
    return number % HUES + 1


def initials(name: str) -> str:
    """Two Latin letters (first and last word), or one Hangul syllable."""
    words = [w for w in re.split(r"[\s\-]+", unicodedata.normalize("NFC", name)) if w[:1].isalnum()]
    if not words:
        return ""
    if HANGUL.match(words[0]):
        return words[0][0]
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + _last_word(name, words)[0]).upper()


def _last_word(name: str, words: list[str]) -> str:
    # "Ji-soo Han" is J and H, not J and S: a hyphen joins parts of one name.
    spaced = [w for w in name.split() if w[:1].isalnum()]
    return spaced[-1] if len(spaced) > 1 else words[1]


def account_letters(name: str) -> str:
    """Two letters of the first two words, or the first Hangul syllable after the legal form."""
    stripped = COMPANY_FORMS.sub("", unicodedata.normalize("NFC", name).strip())
    words = [w for w in stripped.split() if w[:1].isalnum()]
    if not words:
        return ""
    if HANGUL.match(words[0]):
        return words[0][0]
    return (words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]).upper()


def lang_of_mark(letters: str) -> SafeString:
    """Latin letters on a Korean page are drawn smaller than a syllable: they say that they are Latin."""
    latin = letters.isascii() and bool(letters) and get_language() == "ko"
    return SafeString(' lang="en"' if latin else "")
