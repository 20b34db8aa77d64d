"""One row of a file as the contact it describes. Nothing here touches the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model

from customers.imports import targets
from customers.imports.columns import MULTIPLE
from customers.imports.problems import RowError
from customers.models import Account, Association, Contact, ContactMethod

METHODS = (targets.EMAIL, targets.PHONE, targets.MOBILE, targets.X)
_HANGUL_NAME = re.compile(r"^[가-힣]{2,5}$")
_TWO_SYLLABLE_FAMILIES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "어금", "망절")
_LANGUAGE_CODE = re.compile(r"^[a-z]{2,3}([-_][a-z]{2,8})?$")
_SEVERAL = re.compile(r"\s*(?: ::: |[;,\n])\s*")


def _limit(model: type[Model], name: str) -> int:
    return getattr(model._meta.get_field(name), "max_length", None) or 0


LIMITS: dict[str, int] = {
    targets.NAME: _limit(Contact, "first_name") + _limit(Contact, "last_name"),
    targets.FIRST_NAME: _limit(Contact, "first_name"),
    targets.LAST_NAME: _limit(Contact, "last_name"),
    targets.REFERENCE: _limit(Contact, "reference"),
    targets.EXTERNAL_ID: _limit(Contact, "external_id"),
    targets.NOTES: _limit(Contact, "notes"),
    targets.ACCOUNT: _limit(Account, "name"),
    targets.JOB_TITLE: _limit(Association, "job_title"),
    **dict.fromkeys(METHODS, _limit(ContactMethod, "value")),
}


@dataclass
class Record:
    """What a row says. An empty string means that the file says nothing about it."""

    number: int
    cells: list[str]
    fields: dict[str, str] = field(default_factory=dict)
    methods: list[tuple[str, str]] = field(default_factory=list)
    account: str = ""
    job_title: str = ""
    columns: dict[str, int] = field(default_factory=dict)

    @property
    def emails(self) -> list[str]:
        return [value for kind, value in self.methods if kind == targets.EMAIL]

    @property
    def reference(self) -> str:
        return self.fields.get(targets.REFERENCE, "")

    @property
    def external_id(self) -> str:
        return self.fields.get(targets.EXTERNAL_ID, "")

    @property
    def name(self) -> str:
        return display_name(self.fields.get("first_name", ""), self.fields.get("last_name", ""))


def display_name(first: str, last: str) -> str:
    """The whole name as the database derives it: family name first in Hangul."""
    if "가" <= (last or first)[:1] <= "힣":
        return f"{last}{first}"
    return f"{first} {last}".strip()


def parse(number: int, cells: list[str], mapping: Sequence[str]) -> Record:
    """The record of one row. Raises :class:`RowError` with the reason why there is none."""
    if any(cells[len(mapping) :]):
        raise RowError("too_many_cells")
    record = Record(number, cells)
    collected: dict[str, list[str]] = {}
    for column, (target, cell) in enumerate(zip(mapping, cells, strict=False)):
        if target and cell:
            collected.setdefault(target, []).extend(_values(target, cell, column))
            record.columns.setdefault(target, column)
    _fill(record, collected)
    return record


def _values(target: str, cell: str, column: int) -> list[str]:
    """The values in one cell, each fit for its field."""
    values = _split(target, cell)
    for value in values:
        if len(value) > LIMITS.get(target, len(value)):
            raise RowError("too_long", column, limit=LIMITS[target])
        if target == targets.EMAIL and not _is_email(value):
            raise RowError("bad_email", column)
    return [_language(value, column) for value in values] if target == targets.LANGUAGE else values


def _split(target: str, cell: str) -> list[str]:
    if target == targets.EMAIL:
        parts = _SEVERAL.split(cell)
        return [part.removeprefix("mailto:").strip("<> ") for part in parts if part]
    parts = [part.strip() for part in cell.split(MULTIPLE)]
    if target in METHODS or target == targets.NOTES:
        return [part for part in parts if part]
    # Of several accounts (or names) in one cell the first counts: only the primary account is imported.
    return [" ".join(parts[0].split())] if parts[0] else []


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def _language(value: str, column: int) -> str:
    """A code from a code or from a name, in English or in the language itself."""
    lowered = value.casefold()
    if _LANGUAGE_CODE.match(lowered):
        code = lowered.replace("_", "-")
        return code if code in LANG_INFO else code.partition("-")[0]
    for code, entry in LANG_INFO.items():
        if lowered in (entry.get("name", "").casefold(), entry.get("name_local", "").casefold()):
            return code
    raise RowError("unknown_language", column)


def _fill(record: Record, collected: dict[str, list[str]]) -> None:
    first, last = _names(collected)
    record.account = next(iter(collected.get(targets.ACCOUNT, [])), "")
    record.job_title = next(iter(collected.get(targets.JOB_TITLE, [])), "")
    for kind in METHODS:
        record.methods += [(kind, value) for value in dict.fromkeys(collected.get(kind, []))]
    if not first and not last:
        first = _name_from_address(record)
    for name, value in (("first_name", first), ("last_name", last)):
        if len(value) > LIMITS[name]:
            raise RowError("too_long", record.columns.get(targets.NAME), limit=LIMITS[name])
    notes = "\n".join(collected.get(targets.NOTES, []))
    if len(notes) > LIMITS[targets.NOTES]:
        raise RowError("too_long", record.columns[targets.NOTES], limit=LIMITS[targets.NOTES])
    record.fields = {"first_name": first, "last_name": last, "notes": notes} | {
        name: next(iter(collected.get(name, [])), "")
        for name in (targets.REFERENCE, targets.EXTERNAL_ID, targets.LANGUAGE)
    }


def _names(collected: dict[str, list[str]]) -> tuple[str, str]:
    """First and last name; columns of their own win over a column with the whole name."""
    first = next(iter(collected.get(targets.FIRST_NAME, [])), "")
    last = next(iter(collected.get(targets.LAST_NAME, [])), "")
    if first or last:
        return first, last
    return split_name(next(iter(collected.get(targets.NAME, [])), ""))


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


def _name_from_address(record: Record) -> str:
    """Who has only an address is called by it until somebody knows better."""
    if not record.emails:
        raise RowError("no_name")
    return record.emails[0].partition("@")[0][: LIMITS["first_name"]]
