"""Which field a column fills, guessed from its heading and, where that says nothing, from its values.

The headings are those that people write in English and Korean and those that other products export
(Zoho, Freshsales, HubSpot, Salesforce, Google Contacts, Outlook). The person always has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from customers.imports.headings import FIELD_OF
from customers.imports.targets import (
    ACCOUNT,
    EMAIL,
    FIRST_NAME,
    IGNORE,
    JOB_TITLE,
    LAST_NAME,
    NAME,
    PHONE,
    SINGLE,
)

MULTIPLE = " ::: "  # how Google Contacts puts several values into one cell
BY_HEADING, BY_VALUES, TAKEN, EMPTY, UNKNOWN = "heading", "values", "taken", "empty", "unknown"

_NUMBERED = re.compile(
    r"^(e mail|email|phone|organization) \d+ (value|address|name|title)$|^(e mail|email|phone) \d+$"
)
_NUMBERED_TARGETS = {"e mail": EMAIL, "email": EMAIL, "phone": PHONE}
_PHONE_LIKE = re.compile(r"^(\+|0)[\d\s()./-]{6,}$")
_SALUTATIONS = {
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "sir",
    "mister",
    "herr",
    "frau",
    "m",
    "mme",
    "씨",
    "님",
}


@dataclass(frozen=True)
class Guess:
    """The field a column probably fills, and what told us."""

    target: str
    reason: str


def guess(header: Sequence[str], samples: Sequence[Sequence[str]]) -> list[Guess]:
    """One guess a column. No single-valued field is guessed twice: the first column with values has it."""
    found = [_one(name, values) for name, values in zip(header, samples, strict=True)]
    return _each_field_once(_given_name_beside_family_name(found), samples)


def _each_field_once(found: list[Guess], samples: Sequence[Sequence[str]]) -> list[Guess]:
    once, taken = list(found), set[str]()
    for index in sorted(range(len(found)), key=lambda index: not samples[index]):
        if found[index].target in taken:
            once[index] = Guess(IGNORE, TAKEN)
        taken |= {found[index].target} & SINGLE
    return once


def twice_filled(mapping: Iterable[str]) -> dict[str, list[int]]:
    """Single-valued fields that more than one column would fill, with those columns."""
    used: dict[str, list[int]] = {}
    for index, code in enumerate(mapping):
        if code in SINGLE:
            used.setdefault(code, []).append(index)
    return {code: columns for code, columns in used.items() if len(columns) > 1}


def _one(name: str, values: Sequence[str]) -> Guess:
    heading = normal(name)
    target = FIELD_OF.get(heading) or _numbered(heading)
    if target == JOB_TITLE and values and all(normal(value) in _SALUTATIONS for value in values):
        return Guess(IGNORE, UNKNOWN)
    if target:
        return Guess(target, BY_HEADING)
    return _by_values(values)


def normal(heading: str) -> str:
    """A heading in lower case, without marks: ``E-mail_1 (Work)`` is ``e mail 1 work``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", heading)
    return " ".join(re.findall(r"[^\W_]+", spaced.casefold()))


def _numbered(heading: str) -> str:
    """``Phone 1 - Value`` and ``Organization 1 - Title``, but not ``Phone 1 - Type``."""
    match = _NUMBERED.match(heading) or re.match(r"^(e mail|email|phone|tel)\d*(\d)$", heading)
    if not match:
        return IGNORE
    kind = next(
        word for word in ("e mail", "email", "phone", "tel", "organization") if heading.startswith(word)
    )
    if kind == "organization":
        return {"name": ACCOUNT, "title": JOB_TITLE}.get(heading.rsplit(" ", 1)[-1], IGNORE)
    return _NUMBERED_TARGETS.get(kind, PHONE)


def _by_values(values: Sequence[str]) -> Guess:
    if not values:
        return Guess(IGNORE, EMPTY)
    if _mostly(values, _is_address):
        return Guess(EMAIL, BY_VALUES)
    if _mostly(values, lambda value: bool(_PHONE_LIKE.match(value))):
        return Guess(PHONE, BY_VALUES)
    return Guess(IGNORE, UNKNOWN)


def _mostly(values: Sequence[str], test: Callable[[str], bool]) -> bool:
    return bool(values) and sum(test(value) for value in values) * 3 >= len(values) * 2


def _is_address(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def _given_name_beside_family_name(found: list[Guess]) -> list[Guess]:
    """``이름`` (and ``Name``) is the given name when a column beside it holds only the family name."""
    targets = [one.target for one in found]
    if LAST_NAME not in targets or FIRST_NAME in targets:
        return found
    return [Guess(FIRST_NAME, one.reason) if one.target == NAME else one for one in found]
