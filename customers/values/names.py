"""Whole names: taken apart as people write them, and put together as the database does."""

from __future__ import annotations

import re

_HANGUL_NAME = re.compile(r"^[가-힣]{2,5}$")
_TWO_SYLLABLE_FAMILIES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "어금", "망절")


def split_name(name: str) -> tuple[str, str]:
    """``Ji-soo Han``, ``Han, Ji-soo`` and ``한지수`` as first and last name."""
    if _HANGUL_NAME.match(name):
        family = 2 if name[:2] in _TWO_SYLLABLE_FAMILIES and len(name) > 2 else 1
        return name[family:], name[:family]
    if "가" <= name[:1] <= "힣" and len(name.split()) == 2:
        last, first = name.split()
        return first, last
    if name.count(",") == 1:
        last, first = (part.strip() for part in name.split(","))
        return first, last
    first, _, last = name.rpartition(" ")
    return (first, last) if first else (last, "")


def display_name(first: str, last: str) -> str:
    """The whole name as the database derives it: family name first in Hangul."""
    if "가" <= (last or first)[:1] <= "힣":
        return f"{last}{first}"
    return f"{first} {last}".strip()
