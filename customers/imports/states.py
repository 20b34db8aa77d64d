"""What a record is, as plain values: what an import compares, changes, writes, and puts back.

A state holds everything of a contact or an account that a file can change. It is frozen, so a row
that turns out to be an error has changed nothing; and it goes to JSON and back, for the undo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

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

    @property
    def primary(self) -> AccountRef | None:
        return self.places[0].account if self.places else None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; :meth:`from_json` makes the same state of it."""
        return {
            "fields": dict(self.fields),
            "methods": [asdict(method) for method in self.methods],
            "places": [asdict(place) for place in self.places],
            "updated_at": self.updated_at,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Person:
        return cls(
            stored["fields"],
            tuple(Method(**method) for method in stored["methods"]),
            tuple(Place(**place) for place in stored["places"]),
            stored["updated_at"],
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

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; :meth:`from_json` makes the same state of it."""
        return {
            "fields": dict(self.fields),
            "domains": list(self.domains),
            "updated_at": self.updated_at,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Company:
        return cls(stored["fields"], tuple(stored["domains"]), stored["updated_at"])

    def with_accounts(self, identifiers: Mapping[AccountRef, int]) -> Company:
        """The same with the id of a parent that has been created in the meantime."""
        parent = self.fields.get("parent")
        if not isinstance(parent, str):
            return self
        return replace(self, fields={**self.fields, "parent": identifiers.get(parent, parent)})


PERSON_FIELDS = ("first_name", "last_name", "reference", "external_id", "language", "time_zone", "notes")
COMPANY_FIELDS = ("name", "number", "external_id", "type", "phone", "website", "address", "notes")
CUSTOM = "custom:"


def custom_part(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The custom fields among ``fields``, under their own keys."""
    return {name.removeprefix(CUSTOM): value for name, value in fields.items() if name.startswith(CUSTOM)}


def own_part(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The other fields, those that are columns of the table."""
    return {name: value for name, value in fields.items() if not name.startswith(CUSTOM)}
