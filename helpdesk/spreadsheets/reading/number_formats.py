"""Number formats that change which digits a person reads: ``00042``, ``010-5550-0177``, ``12.5%``.

Formats that only decorate a quantity (decimals, thousands, currencies, exponents) are none of them: the
number itself, with all its digits, is what an import wants there.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from helpdesk.spreadsheets.cells import number_text

#: Shows a number in its format, or says "" where the plain number is as good.
Mask = Callable[[float], str]

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|[_*].|(?P<digit>[0#?])|(?P<percent>%)'
    r"|(?P<point>\.)|(?P<literal>[-+/():!^&'~{}<>= ]|[^\x00-\x7f])|(?P<other>.)",
    re.DOTALL,
)
_SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*)(?:;|$)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_LONGEST = 255


@dataclass
class _Section:
    """One of the up to four parts of a format: pieces are placeholders (as digits) and literal text."""

    pieces: list[tuple[bool, str]]
    condition: Callable[[float], bool] | None = None
    percent: bool = False
    plain: bool = False


@lru_cache(maxsize=1024)
def mask(code: str) -> Mask | None:
    """How to show numbers in this format, or nothing when it is one that only decorates."""
    if len(code) > _LONGEST:
        return None
    parts = [match[1] for match in _SECTION.finditer(code)][:3]
    sections = [_section(part) for part in parts if part]
    if not sections or all(section.plain for section in sections):
        return None
    return lambda value: _shown(sections, value)


def _section(text: str) -> _Section:
    section = _Section(pieces=[])
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "digit":
            section.pieces.append((True, match[0]))
        elif kind in ("quoted", "escaped", "literal"):
            section.pieces.append((False, match[kind]))
        elif kind == "percent":
            section.percent = True
        elif kind == "bracket":
            _bracket(section, match[kind])
        elif kind in ("point", "other"):
            section.plain = True
    section.plain = not section.percent and (section.plain or _is_plain(section.pieces))
    return section


def _bracket(section: _Section, text: str) -> None:
    """``[<=9999999]`` is a condition and ``[$€-2]`` a currency; colours and languages tell nothing."""
    if found := _CONDITION.fullmatch(text):
        compare, limit = _COMPARED[found[1]], float(found[2])
        section.condition = lambda value: compare(value, limit)
    elif text.startswith("$") and text[1:2] not in ("", "-"):
        section.plain = True


def _is_plain(pieces: list[tuple[bool, str]]) -> bool:
    places = [text for is_place, text in pieces if is_place]
    literals = "".join(text for is_place, text in pieces if not is_place).strip()
    if not places or any(unicodedata.category(c) == "Sc" for c in literals):
        return True
    return not literals and places.count("0") < 2


def _shown(sections: list[_Section], value: float) -> str:
    section, signed = _chosen(sections, value)
    if section.percent:
        return number_text(float(Decimal(f"{value:.15g}") * 100)) + "%"
    if section.plain or not float(value).is_integer():
        return ""
    shown = _filled_in(section.pieces, str(abs(int(value)))).strip()
    return f"-{shown}" if signed and shown else shown


def _chosen(sections: list[_Section], value: float) -> tuple[_Section, bool]:
    """The part that shows this number, and whether a minus sign is still to be put before it."""
    if any(section.condition for section in sections):
        fitting = (one for one in sections if one.condition is None or one.condition(value))
        return next(fitting, sections[-1]), value < 0
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], value < 0


def _filled_in(pieces: list[tuple[bool, str]], digits: str) -> str:
    """Digits go into the places from the right; what is left over goes to the first place."""
    left = sum(is_place for is_place, _text in pieces)
    shown = []
    for is_place, text in reversed(pieces):
        if not is_place:
            shown.append(text)
            continue
        left -= 1
        end = len(digits) if left else 0
        taken, digits = (digits[end - 1 :], digits[: end - 1]) if end else (digits, "")
        shown.append(taken or ("0" if text == "0" else ""))
    return "".join(reversed(shown))
