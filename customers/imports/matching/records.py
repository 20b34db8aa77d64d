"""One row of a file as the person and the account it describes. Nothing here touches the database.

A :class:`Parser` is made once a file, for its mapping, and then takes row after row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Model

from customers.errors.records import NoPhone, NotAnAddress, PublicMailDomain
from customers.imports.matching import targets
from customers.imports.matching.columns import MULTIPLE
from customers.imports.matching.headings import TYPE_OF, squeezed
from customers.imports.matching.problems import RowError
from customers.imports.matching.targets import METHODS
from customers.models import Account, Association, Contact, ContactMethod, CustomField, Tag
from customers.services.custom_fields import UnfitValue, value_of
from customers.services.methods.values import PHONES, values_in
from customers.services.tags import divided
from customers.snapshots.states import CUSTOM, Method
from customers.values import domains
from customers.values.names import split_name
from customers.values.phones import number_of
from helpdesk.core.text import line, prose, unique_form
from helpdesk.core.time_zones import known_time_zones

Key = tuple[str, str]
"""Target and value of something that belongs to one contact only."""

_LANGUAGE_CODE = re.compile(r"^[a-z]{2,3}([-_][a-z]{2,8})?$")
_SEVERAL_ADDRESSES = re.compile(r"\s*(?: ::: |[;,\n])\s*")
_SEVERAL_LINES = re.compile(r"\s*(?: ::: |\n)\s*")
_SEVERAL_DOMAINS = re.compile(r"[\s,;]+")
_SHORTENED = re.compile(r"^\d[.,](\d+)E\+(\d{2})$", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_is_url = URLValidator(schemes=("http", "https"))


def _limit(model: type[Model], name: str) -> int:
    return getattr(model._meta.get_field(name), "max_length", None) or 0


LIMITS: dict[str, int] = {
    targets.NAME: _limit(Contact, "first_name") + _limit(Contact, "last_name"),
    targets.FIRST_NAME: _limit(Contact, "first_name"),
    targets.LAST_NAME: _limit(Contact, "last_name"),
    targets.REFERENCE: _limit(Contact, "reference"),
    targets.EXTERNAL_ID: _limit(Contact, "external_id"),
    targets.TIME_ZONE: _limit(Contact, "time_zone"),
    targets.NOTES: _limit(Contact, "notes"),
    targets.TAGS: _limit(Tag, "name"),
    targets.JOB_TITLE: _limit(Association, "job_title"),
    targets.ACCOUNT: _limit(Account, "name"),
    targets.ACCOUNT_NUMBER: _limit(Account, "number"),
    targets.ACCOUNT_EXTERNAL_ID: _limit(Account, "external_id"),
    targets.ACCOUNT_PARENT: _limit(Account, "name"),
    targets.ACCOUNT_PHONE: _limit(Account, "phone"),
    targets.ACCOUNT_WEBSITE: _limit(Account, "website"),
    targets.ACCOUNT_ADDRESS: _limit(Account, "address"),
    targets.ACCOUNT_NOTES: _limit(Account, "notes"),
    **dict.fromkeys(METHODS, _limit(ContactMethod, "value")),
    targets.LABEL: _limit(ContactMethod, "label"),
}
#: Which field of an account each of its targets fills.
_ACCOUNT_FIELDS = {
    targets.ACCOUNT: "name",
    targets.ACCOUNT_NUMBER: "number",
    targets.ACCOUNT_EXTERNAL_ID: "external_id",
    targets.ACCOUNT_TYPE: "type",
    targets.ACCOUNT_PHONE: "phone",
    targets.ACCOUNT_WEBSITE: "website",
    targets.ACCOUNT_ADDRESS: "address",
    targets.ACCOUNT_NOTES: "notes",
}
_PERSON_FIELDS = (
    targets.REFERENCE,
    targets.EXTERNAL_ID,
    targets.LANGUAGE,
    targets.TIME_ZONE,
    targets.NOTES,
)


SHOWN_PHONES = 3


@dataclass(slots=True)
class AccountRecord:
    """What a row says about an account; only what it says is in ``fields``."""

    fields: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    domains: tuple[str, ...] = ()
    form: str = ""
    """The search form of the name, by which an account is found."""

    @property
    def name(self) -> str:
        return str(self.fields.get("name", ""))

    @property
    def names_an_account(self) -> bool:
        return any(self.fields.get(name) for name in ("name", "number", "external_id"))

    @property
    def says_more_than_its_name(self) -> bool:
        return bool(self.parent or self.domains or self.fields.keys() - {"name"})

    def __bool__(self) -> bool:
        return bool(self.fields or self.parent or self.domains)


@dataclass(slots=True)
class Record:
    """What a row says. ``fields`` holds only what it says; ``whole_name`` is the name when one column has it."""

    number: int
    cells: list[str]
    fields: dict[str, Any] = field(default_factory=dict)
    whole_name: str = ""
    methods: tuple[Method, ...] = ()
    account: AccountRecord = field(default_factory=AccountRecord)
    job_title: str = ""
    tags: tuple[str, ...] = ()
    columns: dict[str, int] = field(default_factory=dict)
    """Target → the first column that filled it, to point at the cell when something is wrong with it."""
    keys: tuple[Key, ...] = ()
    """What the person is known by, in the order in which it counts."""

    @property
    def addresses(self) -> list[str]:
        """The e-mail addresses as they are compared."""
        return [method.key for method in self.methods if method.kind == targets.EMAIL]

    @property
    def reference(self) -> str:
        return str(self.fields.get("reference", ""))

    @property
    def external_id(self) -> str:
        return str(self.fields.get("external_id", ""))


@dataclass(slots=True)
class PhoneCounts:
    """What became of the phone cells that are not one number: said by the dry run."""

    none: int = 0
    """Cells that say that there is no number."""
    several: int = 0
    """Cells with more than one number; each is kept."""
    as_written: int = 0
    """Numbers that are not valid in the country of the file."""
    examples: list[str] = field(default_factory=list)

    def count(self, read: Sequence[tuple[str, str]]) -> None:
        """Count one cell, of which these values (with their keys) were read."""
        self.several += len(read) > 1
        for value, _key in read:
            if number_of(value) is None:
                self.as_written += 1
                if len(self.examples) < SHOWN_PHONES and value not in self.examples:
                    self.examples.append(value)


class Values(dict[str, list[str]]):
    """The values of one row by their targets."""

    labels: Mapping[str, str] = MappingProxyType({})
    """What a column beside says of ways to reach somebody, by their values."""

    def first(self, code: str) -> str:
        """The value of a target that takes one; empty when the row says nothing about it."""
        found = self.get(code)
        return found[0] if found else ""


class Parser:
    """Makes records of rows. ``custom`` holds the desk's own fields by target code; ``region`` is the country whose
    phone numbers stand in the file without a country code (empty: the desk's own)."""

    def __init__(
        self, mapping: Sequence[str], custom: Mapping[str, CustomField] | None = None, *, region: str = ""
    ) -> None:
        self.mapping = list(mapping)
        self.phones = PhoneCounts()
        self._region = region
        mapped = set(mapping)
        self._columns = [
            _Column(index, code, _label_beside(mapping, index))
            for index, code in enumerate(mapping)
            if code not in (targets.IGNORE, targets.LABEL)
        ]
        self._custom = {code: own for code, own in (custom or {}).items() if code in mapped}
        self._person_fields = [name for name in _PERSON_FIELDS if name in mapped]
        self._kinds = [kind for kind in METHODS if kind in mapped]
        self._account_fields = {code: name for code, name in _ACCOUNT_FIELDS.items() if code in mapped}

    def parse(self, number: int, cells: list[str]) -> Record:
        """The record of one row. Raises :class:`RowError` with the reason why there is none."""
        if len(cells) > len(self.mapping) and any(cells[len(self.mapping) :]):
            raise RowError("too_many_cells")
        record, values, width = Record(number, cells), Values(), len(cells)
        for column in self._columns:
            if column.index < width and (cell := cells[column.index]):
                record.columns.setdefault(column.code, column.index)
                found = column.values_in(cell)
                values.setdefault(column.code, []).extend(found)
                if column.label is not None and column.label < width:
                    label = _label(cells[column.label], column.code)
                    values.labels = {**values.labels, **dict.fromkeys(found, label)}
        self._fill(record, values)
        return record

    def _fill(self, record: Record, values: Values) -> None:
        _names(record, values)
        for name in self._person_fields:
            if found := values.get(name):
                record.fields[name] = _read(name, found, record)
        record.methods = self._methods(record, values)
        record.keys = _keys(record)
        record.tags = tuple(values.get(targets.TAGS, ()))
        record.job_title = values.first(targets.JOB_TITLE)
        self._fill_account(record, values)
        for code in self._custom:
            if text := values.first(code):
                self._fill_custom(record, code, text)

    def _methods(self, record: Record, values: Values) -> tuple[Method, ...]:
        """Each way to reach somebody once; the first of a kind is the one the file prefers."""
        found: dict[Key, Method] = {}
        for kind in self._kinds:
            for value in values.get(kind, ()):
                for kept, key in self._read_method(kind, value, record):
                    found.setdefault((kind, key), Method(kind, kept, key, values.labels.get(value, "")))
        return tuple(found.values())

    def _read_method(self, kind: str, value: str, record: Record) -> list[tuple[str, str]]:
        try:
            read = values_in(kind, value, region=self._region)
        except NoPhone:
            self.phones.none += 1
            return []
        except NotAnAddress as error:
            raise RowError("bad_email", record.columns[kind]) from error
        if kind in PHONES:
            self.phones.count(read)
        return read

    def _fill_account(self, record: Record, values: Values) -> None:
        account = record.account
        for code, name in self._account_fields.items():
            if found := values.get(code):
                account.fields[name] = _read(code, found, record)
        account.form = _unique_form(account.name)
        account.parent = values.first(targets.ACCOUNT_PARENT)
        if account.parent and _unique_form(account.parent) == account.form:
            raise RowError("own_parent", record.columns[targets.ACCOUNT_PARENT])
        if targets.ACCOUNT_DOMAIN in values:
            account.domains = _domains(values[targets.ACCOUNT_DOMAIN], record)

    def _fill_custom(self, record: Record, code: str, text: str) -> None:
        holder = record.account.fields if code.startswith(targets.ACCOUNT_CUSTOM) else record.fields
        try:
            holder[CUSTOM + code.partition(":")[2]] = value_of(self._custom[code], text)
        except UnfitValue as unfit:
            raise RowError(unfit.code, record.columns[code], **unfit.details) from unfit


_unique_form = lru_cache(maxsize=4096)(unique_form)  # many rows name the same accounts


def _read(code: str, values: list[str], record: Record) -> str:
    read = _READ.get(code)
    return read(values, record.columns[code]) if read else values[0]


def _keys(record: Record) -> tuple[Key, ...]:
    keys = [(targets.EMAIL, address) for address in record.addresses]
    if record.reference:
        keys.insert(0, (targets.REFERENCE, record.reference))
    if record.external_id:
        keys.append((targets.EXTERNAL_ID, record.external_id))
    return tuple(keys)


# --- The values in a cell ------------------------------------------------------
@dataclass(slots=True)
class _Column:
    """A column of the file, and what it fills."""

    index: int
    code: str
    label: int | None = None
    """The column that says what a way to reach somebody is called."""
    limit: int = field(init=False)
    divide: Callable[[str], list[str]] = field(init=False)
    is_of_digits: bool = field(init=False)
    canonical: Callable[[str], str] = field(init=False)

    def __post_init__(self) -> None:
        self.limit = LIMITS.get(self.code, 0)
        self.divide = _DIVIDE.get(self.code, _first_of_several)
        self.is_of_digits = self.code in _DIGITS
        self.canonical = _CANONICAL.get(self.code, line)

    def values_in(self, cell: str) -> list[str]:
        """The values in one cell, none longer than its field takes. Raises :class:`RowError`."""
        if self.divide is _first_of_several and MULTIPLE not in cell:  # most cells of most files
            values = [self.canonical(cell)]
        else:
            values = [self.canonical(value) for value in self.divide(cell)]
        if self.is_of_digits and ("e+" in cell or "E+" in cell):
            values = [_all_digits(value, self.index) for value in values]
        if self.limit and len(cell) > self.limit and any(len(value) > self.limit for value in values):
            raise RowError("too_long", self.index, limit=self.limit)
        return [value for value in values if value]


def _label_beside(mapping: Sequence[str], index: int) -> int | None:
    """The label stands before what it names, as Google Contacts has it, or else behind it."""
    if mapping[index] in METHODS:
        for beside in (index - 1, index + 1):
            if 0 <= beside < len(mapping) and mapping[beside] == targets.LABEL:
                return beside
    return None


def _label(cell: str, kind: str) -> str:
    """Google Contacts marks what is preferred with a star. A mobile called Mobile needs no label."""
    label = cell.removeprefix("* ").strip()[: LIMITS[targets.LABEL]]
    return "" if label.casefold() == kind else label


def _addresses(cell: str) -> list[str]:
    return [part.removeprefix("mailto:").strip("<> ") for part in _SEVERAL_ADDRESSES.split(cell)]


def _several_lines(value: str) -> str:
    return prose(value).strip()


def _whole(cell: str) -> list[str]:
    return [cell]


def _first_of_several(cell: str) -> list[str]:
    """Of several accounts (or names) in one cell the first counts: only the primary account is imported."""
    return [cell.partition(MULTIPLE)[0]]


#: What may be several lines.
_PROSE = (targets.NOTES, targets.ACCOUNT_NOTES, targets.ACCOUNT_ADDRESS)
_DIVIDE: dict[str, Callable[[str], list[str]]] = {
    **dict.fromkeys(METHODS, _SEVERAL_LINES.split),
    targets.EMAIL: _addresses,
    targets.ACCOUNT_DOMAIN: _SEVERAL_DOMAINS.split,
    targets.TAGS: divided,
    **dict.fromkeys(_PROSE, _whole),
}
#: What is not one line of text: several lines, and addresses, which are read as they were typed.
_CANONICAL: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(_PROSE, _several_lines),
    targets.EMAIL: str.strip,
}
#: What may be all digits, and is worth nothing when some of them are missing.
_DIGITS = frozenset(
    {
        targets.PHONE,
        targets.MOBILE,
        targets.REFERENCE,
        targets.EXTERNAL_ID,
        targets.ACCOUNT_NUMBER,
        targets.ACCOUNT_EXTERNAL_ID,
        targets.ACCOUNT_PHONE,
    }
)


def _all_digits(value: str, column: int) -> str:
    """A number that a spreadsheet wrote as ``8.2105550177E+10`` with all its digits. Raises :class:`RowError` for
    ``8.21056E+11``, which has lost some."""
    shortened = _SHORTENED.match(value)
    if not shortened:
        return value
    if len(shortened[1]) < int(shortened[2]):
        raise RowError("digits_lost", column)
    return f"{value[0]}{shortened[1]}" if len(shortened[1]) == int(shortened[2]) else value


# --- What the values mean --------------------------------------------------------
def _names(record: Record, values: Values) -> None:
    """First and last name; columns of their own win over a column with the whole name."""
    first, last = values.first(targets.FIRST_NAME), values.first(targets.LAST_NAME)
    if not first and not last and (whole := values.first(targets.NAME)):
        first, last = split_name(whole)
        record.whole_name = whole
    for name, value in (("first_name", first), ("last_name", last)):
        if len(value) > LIMITS[name]:
            raise RowError("too_long", record.columns.get(targets.NAME), limit=LIMITS[name])
        if value:
            record.fields[name] = value


def _domains(values: Sequence[str], record: Record) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in values:
        column = record.columns[targets.ACCOUNT_DOMAIN]
        try:
            domain = domains.tidy(value)
        except PublicMailDomain as error:
            raise RowError("public_domain", column, domain=value) from error
        if domain and not domains.is_domain(domain):
            raise RowError("bad_domain", column)
        found[domain] = None
    return tuple(domain for domain in found if domain)


def _language(values: Sequence[str], column: int) -> str:
    """A code from a code or from a name, in English or in the language itself."""
    lowered = values[0].casefold()
    if _LANGUAGE_CODE.match(lowered):
        code = lowered.replace("_", "-")
        return code if code in LANG_INFO else code.partition("-")[0]
    for code, entry in LANG_INFO.items():
        if lowered in (entry.get("name", "").casefold(), entry.get("name_local", "").casefold()):
            return code
    raise RowError("unknown_language", column)


@cache
def _time_zones() -> dict[str, str]:
    return {name.casefold(): name for name in known_time_zones()}


def _time_zone(values: Sequence[str], column: int) -> str:
    try:
        return _time_zones()[values[0].replace(" ", "_").casefold()]
    except KeyError as error:
        raise RowError("unknown_time_zone", column) from error


def _website(values: Sequence[str], column: int) -> str:
    address = values[0] if _SCHEME.match(values[0]) else f"https://{values[0]}"
    try:
        _is_url(address)
    except ValidationError as error:
        raise RowError("bad_website", column) from error
    return address


def _type(values: Sequence[str], column: int) -> str:
    try:
        return TYPE_OF[squeezed(values[0])]
    except KeyError as error:
        raise RowError("unknown_type", column) from error


def _lines(code: str) -> Callable[[Sequence[str], int], str]:
    def joined(values: Sequence[str], column: int) -> str:
        text = "\n".join(values)
        if len(text) > LIMITS[code]:
            raise RowError("too_long", column, limit=LIMITS[code])
        return text

    return joined


_READ: dict[str, Callable[[Sequence[str], int], str]] = {
    targets.LANGUAGE: _language,
    targets.TIME_ZONE: _time_zone,
    targets.NOTES: _lines(targets.NOTES),
    targets.ACCOUNT_WEBSITE: _website,
    targets.ACCOUNT_TYPE: _type,
    targets.ACCOUNT_NOTES: _lines(targets.ACCOUNT_NOTES),
    targets.ACCOUNT_ADDRESS: _lines(targets.ACCOUNT_ADDRESS),
}
