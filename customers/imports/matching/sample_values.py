"""What a column is, told by a few of its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from customers.imports.matching import targets as t
from customers.imports.matching.headings import TYPE_OF, squeezed
from customers.models import CustomField
from customers.services.custom_values import UnfitValue, value_of
from customers.values import domains

Kind = CustomField.Kind
_PHONE = re.compile(r"^(\+|00?|\()[\d\s()./-]{6,22}$", re.ASCII)
_DATE = re.compile(r"^\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}\.?$", re.ASCII)
_KOREAN_MOBILE = re.compile(r"^(\+?82\D{0,3}0?|0)1[016-9]\D?\d{3,4}\D?\d{4}$", re.ASCII)
_URL = re.compile(r"^(https?://|www\.)[^\s/@]+\.[^\s@]{2,}$", re.IGNORECASE)
_HOST = re.compile(r"^([\w-]+\.)+[^\W\d_]{2,}(/\S*)?$")
_ZONE = re.compile(r"^(UTC|GMT|[A-Za-z]+(/[A-Za-z0-9_+-]+)+)$", re.ASCII)
_SOCIAL = re.compile(
    r"(linkedin|facebook|instagram|twitter|x|youtube|tiktok|github|naver|kakao)\.com", re.IGNORECASE
)
# A dot alone does not make a domain: "john.smith" is a user name.
_ENDINGS = frozenset(
    "com net org edu gov info biz io co ai app dev kr jp cn de at ch fr it es nl be uk ie us ca au nz in se no dk fi "
    "pl eu example test".split()
)


def mostly(values: Sequence[str], test: Callable[[str], bool]) -> bool:
    """Whether two thirds of the values pass: one bad cell does not hide what a column is."""
    return bool(values) and sum(map(test, values)) * 3 >= len(values) * 2


def is_email(value: str) -> bool:
    try:
        validate_email(value.strip().removeprefix("mailto:"))
    except ValidationError:
        return False
    return True


def is_phone(value: str) -> bool:
    return bool(_PHONE.match(value)) and not _DATE.match(value)


def is_korean_mobile(value: str) -> bool:
    return bool(_KOREAN_MOBILE.match(value))


def is_website(value: str) -> bool:
    """A web address with or without its scheme, but no profile on somebody else's site."""
    return not _SOCIAL.search(value) and bool(_URL.match(value) or _HOST.match(value))


def is_domain(value: str) -> bool:
    """A bare domain that could be an organisation's own."""
    ending = value.casefold().rpartition(".")[2]
    return bool(_HOST.match(value)) and ending in _ENDINGS and not domains.is_public(value)


def _is_own_domain(value: str) -> bool:
    """Several may stand in a cell."""
    parts = [part for part in re.split(r"[\s,;]+", value) if part]
    return all(
        _HOST.match(part.rpartition("@")[2]) and not domains.is_public(part.rpartition("@")[2])
        for part in parts
    )


#: Fields that refuse a row whose value does not fit: a heading alone is not enough for these.
_FITS: dict[str, Callable[[str], bool]] = {
    t.ACCOUNT_TYPE: lambda value: squeezed(value) in TYPE_OF,
    t.ACCOUNT_WEBSITE: is_website,
    t.ACCOUNT_DOMAIN: _is_own_domain,
    t.TIME_ZONE: lambda value: bool(_ZONE.match(value)),
}


def contradict(code: str, values: Sequence[str]) -> bool:
    """Whether the values say that a column is not what its heading says."""
    fits = _FITS.get(code)
    return fits is not None and bool(values) and not mostly(values, fits)


def of_a_person(values: Sequence[str]) -> str:
    """The way to reach somebody that these values are, if they are one."""
    if mostly(values, is_email):
        return t.EMAIL
    if mostly(values, is_korean_mobile):
        return t.MOBILE
    return t.PHONE if mostly(values, is_phone) else t.IGNORE


def of_an_account(values: Sequence[str]) -> str:
    """The field of an account that these values are, if they are one."""
    if mostly(values, lambda value: bool(_URL.match(value)) and is_website(value)):
        return t.ACCOUNT_WEBSITE
    return t.ACCOUNT_DOMAIN if mostly(values, is_domain) else t.IGNORE


def kind_of_values(samples: Sequence[str]) -> str:
    """The kind of field that takes all of these values; text when in doubt, since it takes everything."""
    values = [value for value in samples if value.strip()]
    if not values:
        return Kind.TEXT
    if all(not value.strip().isdigit() and _takes(Kind.BOOLEAN, value) for value in values):
        return Kind.BOOLEAN
    if all(_takes(Kind.DATE, value) for value in values):
        return Kind.DATE
    return Kind.NUMBER if all(map(_is_quantity, values)) else Kind.TEXT


def _is_quantity(value: str) -> bool:
    """A number to count with: ``0042`` and sixteen digits are names of things."""
    digits = re.sub(r"\D", "", value)
    named = re.match(r"^[+-]?0\d", value.strip()) or len(digits) > 15
    return not named and _takes(Kind.NUMBER, value)


def _takes(kind: str, value: str) -> bool:
    try:
        return value_of(CustomField(kind=kind), value) is not None
    except UnfitValue:
        return False
