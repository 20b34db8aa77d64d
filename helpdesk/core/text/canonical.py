"""Canonical forms of text: `line` for one line, `prose` for several, `unique_form` to compare names by.

Two texts that look the same are stored the same. Both forms are composed (NFC), so that Hangul typed on macOS is
Hangul; both leave out characters that nobody sees and that only tell two equal names apart: controls, format
characters (Unicode's Cf), fillers, and lone surrogates, which no database takes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Default_Ignorable_Code_Point of Unicode 15 (DerivedCoreProperties.txt) without the joiners and variation selectors,
# which are judged by what stands around them.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_JOINERS = "\u200c\u200d"
_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_SURROGATES = "\ud800-\udfff"

_INVISIBLE = re.compile(f"[{_IGNORABLE}{_CONTROLS}{_SURROGATES}]")
#: A name keeps a joiner between the parts of an emoji, and a selector behind the character that it selects a glyph of:
#: family names in Japan are told apart by such glyphs. Elsewhere both are as invisible as the rest.
_STRAY = re.compile(
    f"(?<![\u00a9-\U0001faff{_SELECTORS}])[{_SELECTORS}]|(?<=[{_SELECTORS}])[{_SELECTORS}]"
    "|\u200c|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
#: `prose` may hold languages that are written with joiners and with marks of direction; what it may not hold turns the
#: direction of whole passages round, or hides text.
_INVISIBLE_IN_PROSE = re.compile(
    f"[{_IGNORABLE.replace(chr(0x200E) + chr(0x200F), '')}{_CONTROLS}{_SURROGATES}]"
)
#: Characters of a text whose canonical form is remembered.
_REMEMBERED = 100
_LINE_ENDS = re.compile("\r\n?|\x85|\u2028|\u2029")
_SEEN_BY_NOBODY = re.compile(f"[{_IGNORABLE}{_SELECTORS}{_JOINERS}]")


def line(text: str) -> str:
    """One line of canonical text: ``"  한빛\\u200b   tower\\n"`` → ``"한빛 tower"``. Empty when nothing can be seen."""
    if _is_plain(text):
        return text
    return _folded_before(text) if len(text) <= _REMEMBERED else _folded(text)


def _folded(text: str) -> str:
    composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    folded = " ".join(_STRAY.sub("", composed).split())
    # Taking characters out can bring a letter and its mark together.
    return unicodedata.normalize("NFC", folded)


# An import asks for each name of a batch when it reads the row and again when a service takes it, and in a file of
# thousands of people the same family names and accounts come up all the time.
_folded_before = lru_cache(maxsize=8192)(_folded)


def _is_plain(text: str) -> bool:
    """Whether `line` has nothing to do, seen without taking the text apart: an import asks for each of its cells."""
    if not (text.isascii() and text.isprintable()):
        return False
    return " " not in text or ("  " not in text and text[0] != " " and text[-1] != " ")


def prose(text: str) -> str:
    """Canonical text of any number of lines, divided by ``\\n``; spaces stay as they were written."""
    if text.isascii() and "\r" not in text and not _INVISIBLE_IN_PROSE.search(text):
        return text
    return unicodedata.normalize("NFC", _INVISIBLE_IN_PROSE.sub("", _LINE_ENDS.sub("\n", text)))


def visible(text: str) -> str:
    """`line` without any character that shows nothing by itself, joiners and selectors included."""
    text = line(text)
    return text if text.isascii() else unicodedata.normalize("NFC", _SEEN_BY_NOBODY.sub("", text))


def unique_form(text: str) -> str:
    """What two names have in common that may not both be there: case, spaces and invisible characters do not tell them
    apart, marks do (*Café* is not *Cafe*). The database derives the same (`helpdesk.core.search.UniqueForm`)."""
    return unicodedata.normalize("NFD", visible(text).upper())
