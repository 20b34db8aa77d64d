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

from customers.imports.targets import (
    ACCOUNT,
    EMAIL,
    EXTERNAL_ID,
    FIRST_NAME,
    IGNORE,
    JOB_TITLE,
    LANGUAGE,
    LAST_NAME,
    MOBILE,
    NAME,
    NOTES,
    PHONE,
    REFERENCE,
    SINGLE,
    X,
)

MULTIPLE = " ::: "  # how Google Contacts puts several values into one cell
BY_HEADING, BY_VALUES, TAKEN, EMPTY, UNKNOWN = "heading", "values", "taken", "empty", "unknown"

_HEADINGS: dict[str, str] = {
    NAME: "name, full name, fullname, contact, contact name, display name, person, customer name, client name, "
    "성명, 이름, 전체 이름, 고객명, 담당자, 담당자명, 연락처 이름, 연락처명",
    FIRST_NAME: "first name, firstname, first, given name, givenname, forename, 명, 이름 명, 이름만",
    LAST_NAME: "last name, lastname, last, family name, familyname, surname, 성, 성씨",
    EMAIL: "email, e mail, mail, email address, e mail address, emails, work email, business email, primary email, "
    "contact email, secondary email, other email, personal email, additional email addresses, "
    "이메일, 이메일 주소, 전자우편, 메일, 메일 주소, 회사 이메일, 업무용 이메일",
    PHONE: "phone, telephone, tel, phone number, telephone number, phone no, work phone, business phone, office phone, "
    "company phone, direct phone, home phone, other phone, work, business phone 2, home phone 2, primary phone, "
    "company main phone, asst phone, 전화, 전화번호, 회사 전화, 사무실 전화, 직장 전화, 유선전화, 내선, 연락처, 자택 전화, 집 전화",
    MOBILE: "mobile, mobile phone, mobilephone, mobile number, mobile phone number, cell, cell phone, cellphone, handy, "
    "휴대전화, 휴대폰, 휴대폰 번호, 핸드폰, 핸드폰 번호, 휴대전화번호, 휴대 전화, 모바일",
    ACCOUNT: "account, accounts, account name, accountname, company, company name, companyname, organization, "
    "organisation, organization name, organisation name, employer, business, sales account, sales accounts, "
    "associated company, primary associated company, primary account, property, building, hotel, firm, client, "
    "회사, 회사명, 회사 이름, 계정, 계정명, 계정 이름, 거래처, 거래처명, 고객사, 고객사명, 업체, 업체명, 소속, 기관, 기관명, 단체, 건물, 기본 계정",
    JOB_TITLE: "job title, jobtitle, title, position, role, occupation, designation, organization title, "
    "직책, 직위, 직급, 직함, 직무, 업무",
    REFERENCE: "reference, reference number, reference no, ref, ref no, customer number, customer no, cust no, "
    "contact number, contact no, member number, 참조 번호, 참조번호, 고객 번호, 고객번호, 회원번호",
    EXTERNAL_ID: "external id, externalid, id, record id, contact id, hs object id, crm id, uuid, 외부 id, 외부 아이디, 아이디",
    X: "x, twitter, x handle, twitter handle, twitter username, twitter id, twitter name, x twitter, 트위터",
    LANGUAGE: "language, locale, lang, preferred language, 언어, 사용 언어",
    NOTES: "notes, note, comment, comments, remarks, remark, description, memo, 메모, 비고, 참고, 설명, 노트",
}
_KNOWN = {heading.strip(): code for code, words in _HEADINGS.items() for heading in words.split(",")}
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
    return _each_field_once(_given_name_beside_family_name(found))


def _each_field_once(found: list[Guess]) -> list[Guess]:
    taken: set[str] = set()
    once = []
    for one in found:
        once.append(Guess(IGNORE, TAKEN) if one.target in taken else one)
        taken |= {one.target} & SINGLE
    return once


def twice_filled(mapping: Iterable[str]) -> dict[str, list[int]]:
    """Single-valued fields that more than one column would fill, with those columns."""
    used: dict[str, list[int]] = {}
    for index, code in enumerate(mapping):
        if code in SINGLE:
            used.setdefault(code, []).append(index)
    return {code: columns for code, columns in used.items() if len(columns) > 1}


def _one(name: str, values: Sequence[str]) -> Guess:
    if not values:
        return Guess(IGNORE, EMPTY)
    heading = normal(name)
    target = _KNOWN.get(heading) or _numbered(heading)
    if target == JOB_TITLE and all(normal(value) in _SALUTATIONS for value in values):
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
