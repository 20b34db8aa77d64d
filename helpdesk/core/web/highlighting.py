"""Where the words that somebody looked for stand in a text as it was written: to mark them, and to cut out a piece.

A word is found as the search finds it (`helpdesk.core.search.search_form`), whatever case, accent or width it was
written in. A part of a Hangul syllable marks the whole syllable.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString

from helpdesk.core.search import asked, begins_words, initials, is_initials, search_form

EXCERPT = 160
BEFORE = 48
"""So many letters of an excerpt stand before the first word."""
LOOKED_AT = 20_000
"""So many letters of a text are folded to find a word that is written differently."""


def words_of(query: object) -> list[str]:
    """The words to look for, in search form, of a text that may have been pasted."""
    return list(dict.fromkeys(search_form(asked(str(query or "")).words).split()))


def spans(text: str, words: list[str]) -> list[tuple[int, int]]:
    """The places of `words` (search forms) in `text`, in order, none over another."""
    if not words:
        return []
    forms = [_folded(character) for character in text]
    found = _spans(forms, words)
    if not found and (letters := [word for word in words if is_initials(word)]):
        found = _spans([initials(form) for form in forms], letters)
    # A mark, which has no form of its own, belongs to the letter before it.
    return [(start, _past_marks(end, forms)) for start, end in found]


def _past_marks(end: int, forms: list[str]) -> int:
    while end < len(forms) and not forms[end]:
        end += 1
    return end


def _spans(forms: list[str], words: list[str]) -> list[tuple[int, int]]:
    """`forms` are those of the text's characters, some of them empty."""
    found: list[tuple[int, int]] = []
    places = [place for place, form in enumerate(forms) for _letter in form]
    patterns = {word: ("(?<!\\w)" if begins_words(word) else "") + re.escape(word) for word in words}
    pattern = "|".join(patterns[word] for word in sorted(words, key=len, reverse=True))
    for match in re.finditer(pattern, "".join(forms)):
        start, end = places[match.start()], places[match.end() - 1] + 1
        start = max(start, found[-1][1] if found else 0)
        if start < end:
            found.append((start, end))
    return found


def marked(text: object, query: object) -> SafeString:
    """The text, escaped, with each word of `query` in ``<mark>``."""
    plain = unicodedata.normalize("NFC", str(text if text is not None else ""))
    return _with_marks(plain, spans(plain, words_of(query)))


def excerpt(text: str, query: object) -> SafeString:
    """A piece of a long text around the first word of `query` that is in it, with marks; its beginning if none is."""
    words = words_of(query)
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    start = max(_first(plain, words) - BEFORE, 0)
    if start:  # whole words
        start = plain.find(" ", start, start + BEFORE // 2) + 1 or start
    end = start + EXCERPT
    if end < len(plain):
        end = max(plain.rfind(" ", start, end), end - BEFORE // 2)
    piece = plain[start:end]
    before, after = "… " if start else "", " …" if end < len(plain) else ""
    return SafeString(before + _with_marks(piece, spans(piece, words)) + after)


def _first(text: str, words: list[str]) -> int:
    """Where the first of the words begins. Looking as it is written is quick, and most often enough."""
    upper = text.upper()
    if len(upper) == len(text):
        found = [place for word in words if (place := upper.find(unicodedata.normalize("NFC", word))) >= 0]
        if found:
            return min(found)
    return next((start for start, _end in spans(text[:LOOKED_AT], words)), 0)


def _with_marks(text: str, found: list[tuple[int, int]]) -> SafeString:
    edges = [0, *(edge for span in found for edge in span), len(text)]
    pieces = [escape(text[start:end]) for start, end in pairwise(edges)]
    return SafeString("".join(f"<mark>{piece}</mark>" if n % 2 else piece for n, piece in enumerate(pieces)))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    return " " if character.isspace() else search_form(character)
