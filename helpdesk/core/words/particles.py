"""Korean particles: the pair in a translation, `을(를)`, becomes the form that the word before asks for.

Only the text of the translation is touched. What is filled into it is read for its last sound, not rewritten:
a ticket whose subject happens to contain `을(를)` keeps it.
"""

import re
from collections.abc import Callable
from enum import Enum

# After a consonant, after a vowel. Those with 으 also take the vowel form after ㄹ (서울로).
PAIRS = (
    ("이라고", "라고"),
    ("이라는", "라는"),
    ("이에요", "예요"),
    ("이었", "였"),
    ("으로", "로"),
    ("이나", "나"),
    ("이든", "든"),
    ("이랑", "랑"),
    ("이며", "며"),
    ("을", "를"),
    ("은", "는"),
    ("과", "와"),
    ("이", "가"),
    ("아", "야"),
)


class Final(Enum):
    """How the word before a particle ends."""

    NONE = "vowel"
    RIEUL = "ㄹ"
    OTHER = "consonant"


def _writings() -> dict[str, tuple[str, str]]:
    """Every writing → its pair: 을(를), 를(을), 을/를, 를/을; (으)로 where one holds the other."""
    found = {}
    for closed, opened in PAIRS:
        for one, other in ((closed, opened), (opened, closed)):
            found[f"{one}({other})"] = found[f"{one}/{other}"] = (closed, opened)
        if closed.endswith(opened):
            found[f"({closed.removesuffix(opened)}){opened}"] = (closed, opened)
    return found


WRITINGS = _writings()
_PAIR = re.compile("|".join(re.escape(writing) for writing in sorted(WRITINGS, key=len, reverse=True)))

# What stands between a word and its particle unread: closing marks, a tag, an escaped quotation mark.
_UNREAD = re.compile(
    r"""(?:</?[A-Za-z][^<>]{0,500}>|&(?:quot|gt|\#x27|\#39|rsquo|rdquo);|["'”’»›」』〉》】)\]}>*_`.,!?])\Z"""
)
_PLACEHOLDER = re.compile(r"%(?:\((?P<name>[^()]*)\)[sd]|(?P<percent>%))")

_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS, _RIEUL_INDEX = 0xAC00, 0xD7A3, 28, 8
_DIGITS = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))
_RIEUL_WORD = re.compile(r"l\Z|le\Z", re.IGNORECASE)
_CLOSED_WORD = re.compile(
    r"(?:[mn]|ng|ck|[aeiou][mn]e|oup|ook|(?:\A|[^aeiou])[aeiou][bckpt])\Z", re.IGNORECASE
)
_LETTER_NAMES = {"L": Final.RIEUL, "R": Final.RIEUL, "M": Final.OTHER, "N": Final.OTHER}


def final_of(text: str) -> Final | None:
    """The final sound of `text`; None when it ends in something that cannot be read."""
    text = text[-600:]
    while match := _UNREAD.search(text):
        text = text[: match.start()]
    last = text[-1:]
    if last in _DIGITS and last:
        last = _DIGITS[last]
    if last and _FIRST_SYLLABLE <= ord(last) <= _LAST_SYLLABLE:
        index = (ord(last) - _FIRST_SYLLABLE) % _FINALS
        return Final.NONE if not index else Final.RIEUL if index == _RIEUL_INDEX else Final.OTHER
    if last.isascii() and last.isalpha():
        return _final_of_latin(re.search(r"[A-Za-z]+\Z", text)[0])  # type: ignore[index]
    return None


def _final_of_latin(word: str) -> Final:
    """Read as Koreans do: capitals by letter (VPN 브이피엔), words by their usual Hangul form."""
    if word.isupper():
        return _LETTER_NAMES.get(word[-1], Final.NONE)
    if _RIEUL_WORD.search(word):
        return Final.RIEUL
    return Final.OTHER if _CLOSED_WORD.search(word) else Final.NONE


def resolve(literal: str, before: str = "") -> str:
    """`literal` with its pairs resolved, given what stands `before` it; after nothing readable one stays."""
    if "(" not in literal and "/" not in literal:
        return literal  # nearly every text of a page: no pair is written without one of the two

    def choose(match: re.Match[str]) -> str:
        closed, opened = WRITINGS[match[0]]
        final = final_of(before + literal[: match.start()])
        if final is None:
            return match[0]
        if final is Final.NONE or (final is Final.RIEUL and closed == "으로"):
            return opened
        return closed

    return _PAIR.sub(choose, literal)


def fill(message: str, value_of: Callable[[str], str]) -> str:
    """Fill the `%(name)s` of `message`, and resolve the particles of its own text.

    `value_of` gives the text for a name and raises KeyError for an unknown one.
    """
    filled = ""
    position = 0
    for match in _PLACEHOLDER.finditer(message):
        filled += resolve(message[position : match.start()], filled)
        filled += "%" if match["percent"] else value_of(match["name"])
        position = match.end()
    return filled + resolve(message[position:], filled)
