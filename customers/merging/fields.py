"""The values that two or more records bring to a merge, and which of them the survivor keeps.

The page shows the lines, the service takes their values: what was shown is what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from customers.models import Account, Contact, ContactMethod
from customers.services.custom_fields import ACCOUNT, CONTACT, PREFIX, fields_of
from customers.services.custom_values import shown
from helpdesk.core.words import phrase

BOTH = "both"
NAME, JOB_TITLE, DEFAULT = "name", "job_title", "default:"
MOST_NOTES = 10_000
Sources = Mapping[str, str]


@dataclass(frozen=True)
class Choices:
    """What somebody chose: by field the id of the record whose value is kept (or `BOTH`), the accounts to drop,
    whether different external ids were confirmed, and the versions that were shown (``{id: version}``)."""

    sources: Sources = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    different_ids: bool = False
    versions: Mapping[int, int] | None = None


@dataclass(frozen=True)
class Line:
    """One field: a value for each record, the survivor's first, and which is kept."""

    key: str
    label: str
    values: dict[int, Any]
    kept: str
    takes_both: bool = False
    words: Callable[[Any], str] = str

    @property
    def value(self) -> Any:
        """What the survivor has afterwards."""
        if self.kept == BOTH:
            given = [str(value) for value in self.values.values() if value]
            return "\n\n".join(dict.fromkeys(given))[:MOST_NOTES]
        return self.values[int(self.kept)]

    @property
    def text(self) -> str:
        return self.text_of(self.value)

    def text_of(self, value: Any) -> str:
        return self.words(value) if not _blank(value) else ""

    @property
    def is_choice(self) -> bool:
        """Whether the records differ in it."""
        return len({self.text_of(value) for value in self.values.values()}) > 1

    @property
    def is_blank(self) -> bool:
        return all(_blank(value) for value in self.values.values())

    @property
    def cells(self) -> list[dict[str, Any]]:
        """For a page: one for each record."""
        return [
            {"source": str(pk), "text": self.text_of(value), "kept": self.kept == str(pk)}
            for pk, value in self.values.items()
        ]


def _blank(value: Any) -> bool:
    return value is None or value == ""


def _line(
    key: str, label: Any, values: dict[int, Any], sources: Sources, *, default: int | None = None, **more: Any
) -> Line:
    """The chosen source if it is one of these, else the first that has a value."""
    usual = next((pk for pk, value in values.items() if not _blank(value)), next(iter(values)))
    wanted = sources.get(key, "")
    possible = {str(pk) for pk in values} | ({BOTH} if more.get("takes_both") else set())
    kept = wanted if wanted in possible else str(usual if default is None else default)
    return Line(key, str(label), values, kept, **more)


def _plain(records: Sequence[Any], name: str, sources: Sources, **more: Any) -> Line:
    model = type(records[0])
    label = str(model._meta.get_field(name).verbose_name)
    values = {record.pk: getattr(record, name) for record in records}
    return _line(name, label[:1].upper() + label[1:], values, sources, **more)


def _custom(records: Sequence[Any], module: str, sources: Sources) -> list[Line]:
    return [
        _line(
            PREFIX + definition.key,
            definition.label,
            {record.pk: record.custom_fields.get(definition.key) for record in records},
            sources,
            words=shown,
        )
        for definition in fields_of(module)
    ]


def custom_values(records: Sequence[Any], lines: Sequence[Line]) -> dict[str, Any]:
    """The custom fields afterwards; of a field whose definition is gone the first value stays."""
    values: dict[str, Any] = {}
    for record in reversed(records):
        values |= record.custom_fields
    for line in lines:
        if line.key.startswith(PREFIX):
            values[line.key.removeprefix(PREFIX)] = line.value
    return {key: value for key, value in values.items() if not _blank(value)}


# --- Contacts ---------------------------------------------------------------
def contact_lines(people: Sequence[Contact], sources: Sources) -> list[Line]:
    """The lines of contacts, the survivor first; accounts and methods prefetched."""
    languages = dict(settings.LANGUAGES)
    names = {person.pk: (person.first_name, person.last_name) for person in people}
    full = {names[person.pk]: person.name for person in people}
    return [
        _line(NAME, phrase("Name"), names, sources, words=lambda pair: full[pair]),
        _job_title(people, sources),
        *(_default_method(people, kind, sources) for kind in ContactMethod.Kind),
        _plain(people, "language", sources, words=lambda code: str(languages.get(code, code))),
        _plain(people, "time_zone", sources),
        _plain(people, "external_id", sources),
        _plain(people, "is_active", sources, words=lambda yes: gettext("Yes") if yes else gettext("No")),
        _plain(people, "notes", sources, takes_both=True),
        *_custom(people, CONTACT, sources),
    ]


def _job_title(people: Sequence[Contact], sources: Sources) -> Line:
    """That at the primary account. By itself only the title at the same account fills an empty one."""
    primary = next((person.primary_account for person in people if person.primary_account), None)
    here = [person.pk for person in people if person.job_title and person.primary_account == primary]
    values = {person.pk: person.job_title for person in people}
    return _line(
        JOB_TITLE,
        phrase("Job title, primary"),
        values,
        sources,
        default=here[0] if here and not people[0].job_title else people[0].pk,
    )


def _default_method(people: Sequence[Contact], kind: ContactMethod.Kind, sources: Sources) -> Line:
    """Who has none of a kind cannot be the one to take the default from."""
    values = {person.pk: person.default_method(kind) for person in people}
    able = {key: pk for key, pk in sources.items() if values.get(int(pk) if pk.isdecimal() else 0)}
    label = phrase("Default: %(kind)s", kind=kind.label)
    return _line(DEFAULT + kind, label, values, able, words=lambda method: str(method.display))


# --- Accounts ---------------------------------------------------------------
def account_lines(accounts: Sequence[Account], below: set[int], sources: Sources) -> list[Line]:
    """The lines of accounts, the survivor first. What stands below any of them cannot be the parent."""
    return [
        _plain(accounts, NAME, sources),
        _plain(accounts, "number", sources),
        _plain(accounts, "type", sources, words=lambda code: str(Account.Type(code).label)),
        _parent(accounts, below, sources),
        *(_plain(accounts, name, sources) for name in ("phone", "website", "address", "external_id")),
        _plain(accounts, "sharing", sources, words=_sharing),
        _plain(accounts, "notes", sources, takes_both=True),
        *_custom(accounts, ACCOUNT, sources),
    ]


def _sharing(code: str) -> str:
    return str(dict(Account._meta.get_field("sharing").flatchoices)[code])


def _parent(accounts: Sequence[Account], below: set[int], sources: Sources) -> Line:
    parents = {account.pk: account.parent if account.parent_id not in below else None for account in accounts}
    return _line("parent", phrase("Parent"), parents, sources)
