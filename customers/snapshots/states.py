"""What a record is, as plain values: what an import compares, changes, writes, and puts back.

A state holds everything of a contact or an account that a file can change. It is frozen, so a row
that turns out to be an error has changed nothing; and it goes to JSON and back, for the undo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from customers.services.tags import by_form

#: An account: its id, or the search form of its name while it does not exist yet.
AccountRef = int | str


@dataclass(frozen=True, slots=True)
class Method:
    """A way to reach somebody; ``key`` is what makes two values the same."""

    kind: str
    value: str
    key: str
    label: str = ""
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of a contact's list of accounts."""

    account: AccountRef
    job_title: str = ""
    role: str = "customer"
    sharing: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A contact: own fields (custom ones as ``custom:key``), methods, and accounts with the primary first."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    methods: tuple[Method, ...] = ()
    places: tuple[Place, ...] = ()
    updated_at: str = field(default="", compare=False)
    tags: tuple[str, ...] = ()
    """In the order of their search forms."""

    @property
    def primary(self) -> AccountRef | None:
        return self.places[0].account if self.places else None

    def changed(
        self,
        fields: Mapping[str, Any],
        methods: tuple[Method, ...],
        places: tuple[Place, ...],
        tags: tuple[str, ...],
    ) -> Person:
        """Another state of the same contact; itself when all is the same."""
        if (fields, methods, places, tags) == (self.fields, self.methods, self.places, self.tags):
            return self
        return Person(fields, methods, places, self.updated_at, tags)

    def without_what_equals(self, other: Person) -> dict[str, Any]:
        """Plain JSON of what differs from another state of the same contact; :meth:`from_json` reads it."""
        stored: dict[str, Any] = {
            "fields": differing(other.fields, self.fields),
            "updated_at": self.updated_at,
        }
        if set(self.methods) != set(other.methods):
            stored["methods"] = [
                [one.kind, one.value, one.key, one.label, one.is_default] for one in self.methods
            ]
        if self.places != other.places:
            stored["places"] = [[one.account, one.job_title, one.role, one.sharing] for one in self.places]
        if self.tags != other.tags:
            stored["tags"] = list(self.tags)
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Person:
        """The part of a state that was stored."""
        return cls(
            stored["fields"],
            tuple(Method(*method) for method in stored.get("methods", ())),
            tuple(Place(*place) for place in stored.get("places", ())),
            stored["updated_at"],
            tuple(stored.get("tags", ())),
        )

    def with_accounts(self, identifiers: Mapping[AccountRef, int]) -> Person:
        """The same with the ids of accounts that have been created in the meantime."""
        if not any(isinstance(place.account, str) for place in self.places):
            return self
        return replace(
            self,
            places=tuple(
                replace(place, account=identifiers.get(place.account, place.account)) for place in self.places
            ),
        )


@dataclass(frozen=True, slots=True)
class Company:
    """An account: own fields (custom ones as ``custom:key``, the parent as a reference) and domains."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    domains: tuple[str, ...] = ()
    updated_at: str = field(default="", compare=False)

    def without_what_equals(self, other: Company) -> dict[str, Any]:
        """Plain JSON of what differs from another state of the same account; :meth:`from_json` reads it."""
        stored: dict[str, Any] = {
            "fields": differing(other.fields, self.fields),
            "updated_at": self.updated_at,
        }
        if set(self.domains) != set(other.domains):
            stored["domains"] = list(self.domains)
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Company:
        """The part of a state that was stored."""
        return cls(stored["fields"], tuple(stored.get("domains", ())), stored["updated_at"])

    def with_accounts(self, identifiers: Mapping[AccountRef, int]) -> Company:
        """The same with the id of a parent that has been created in the meantime."""
        parent = self.fields.get("parent")
        if not isinstance(parent, str):
            return self
        return replace(self, fields={**self.fields, "parent": identifiers.get(parent, parent)})


def with_tags(present: tuple[str, ...], more: Sequence[str], without: Sequence[str] = ()) -> tuple[str, ...]:
    """Tags in order with others added and some taken away. Names that differ in case and spaces only are one tag."""
    if not more and not without:
        return present
    found = by_form((*present, *more))
    gone = by_form(without)
    return tuple(name for form, name in sorted(found.items()) if form not in gone)


PERSON_FIELDS = ("first_name", "last_name", "reference", "external_id", "language", "time_zone", "notes")
COMPANY_FIELDS = ("name", "number", "external_id", "type", "phone", "website", "address", "notes")
CUSTOM = "custom:"


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The values of ``after`` that ``before`` has not; nothing and an empty text are the same."""
    if before is after:
        return {}
    return {
        name: after.get(name)
        for name in before.keys() | after.keys()
        if _or_empty(before, name) != _or_empty(after, name)
    }


def _or_empty(fields: Mapping[str, Any], name: str) -> Any:
    value = fields.get(name)
    return "" if value is None else value


def custom_part(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The custom fields among ``fields``, under their own keys."""
    return {name.removeprefix(CUSTOM): value for name, value in fields.items() if name.startswith(CUSTOM)}


def own_part(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The other fields, those that are columns of the table."""
    return {name: value for name, value in fields.items() if not name.startswith(CUSTOM)}
