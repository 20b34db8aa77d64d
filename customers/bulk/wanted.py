"""What a bulk update does to a contact, as a pure function from one state to the next.

The preview and the run apply the same object, so that they count the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from customers.models import BulkUpdateLeftOut
from customers.snapshots.states import CUSTOM, Person, Place, with_tags

NO_ACCOUNT = BulkUpdateLeftOut.Reason.NO_ACCOUNT
#: Columns of the contact itself. The other codes are custom fields (`custom:key`), and those below.
OWN = ("language", "time_zone", "notes", "is_active")
JOB_TITLE, ROLE, ACCOUNTS, ADD_TAGS, REMOVE_TAGS = "job_title", "role", "accounts", "add_tags", "remove_tags"


class LeftOutError(Exception):
    """This contact cannot have it; `reason` is a code of `BulkUpdateLeftOut`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Wanted:
    """What every contact is to have afterwards. None leaves as it is; an empty value clears."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    """Own fields and custom ones."""
    accounts: tuple[int, ...] | None = None
    """The whole list, the primary first: it replaces what a contact has."""
    job_title: str | None = None
    role: str | None = None
    """Both at the account that is primary afterwards."""
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Wanted()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON of what is wanted; :meth:`from_json` reads it."""
        return {code: value for code, value in asdict(self).items() if code in ("fields", *self.codes)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Wanted:
        accounts = stored.get(ACCOUNTS)
        return cls(
            stored.get("fields", {}),
            None if accounts is None else tuple(accounts),
            stored.get(JOB_TITLE),
            stored.get(ROLE),
            tuple(stored.get(ADD_TAGS, ())),
            tuple(stored.get(REMOVE_TAGS, ())),
        )

    @property
    def codes(self) -> list[str]:
        """Codes of the fields it is about."""
        places = [code for code in (ACCOUNTS, JOB_TITLE, ROLE) if getattr(self, code) is not None]
        tags = [code for code in (ADD_TAGS, REMOVE_TAGS) if getattr(self, code)]
        return [*self.fields, *places, *tags]

    @property
    def touches_places(self) -> bool:
        """Whether it looks at a contact's accounts at all."""
        return self.accounts is not None or self.job_title is not None or self.role is not None

    def applied(self, person: Person) -> Person:
        """The contact afterwards. Raises :class:`LeftOutError`; then all of it stays as it is."""
        return replace(
            person,
            fields=self._fields(person.fields),
            places=self._places(person.places),
            tags=with_tags(person.tags, self.add_tags, self.remove_tags),
        )

    def _fields(self, before: Mapping[str, Any]) -> Mapping[str, Any]:
        after = {**before, **self.fields}
        cleared = [name for name, value in self.fields.items() if name.startswith(CUSTOM) and value == ""]
        for name in cleared:  # nothing is kept under the key of a custom field that is empty
            del after[name]
        return after

    def _places(self, before: tuple[Place, ...]) -> tuple[Place, ...]:
        after = before if self.accounts is None else replaced(before, self.accounts)
        if self.job_title is None and self.role is None:
            return after
        if not after:
            raise LeftOutError(NO_ACCOUNT)
        first = after[0]
        if self.job_title is not None:
            first = replace(first, job_title=self.job_title)
        if self.role is not None:
            first = replace(first, role=self.role)
        return (first, *after[1:])


def replaced(before: Sequence[Place], accounts: Sequence[int]) -> tuple[Place, ...]:
    """The chosen accounts in their order. Who has one already keeps the job title, the role and the sharing there."""
    present = {place.account: place for place in before}
    return tuple(present.get(account) or Place(account) for account in accounts)
