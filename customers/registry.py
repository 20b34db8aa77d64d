"""Where the floors above tell this one what they know: customers cannot import tickets, yet a deletion asks about them.

Each list is filled from an `AppConfig.ready` above and only read here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpdesk.core.actors import Actor

# account -> (words such as "12 tickets", how many); shown before an account is deleted.
deletion_dependents: list[Callable[[Any], tuple[str, int]]] = []

# Called inside the transaction, before the account goes: tickets note the old name in their history.
before_account_deletion: list[Callable[[Any, Actor], None]] = []

# contact -> (words, how many); anything but zero keeps the contact from being deleted.
contact_dependents: list[Callable[[Any], tuple[str, int]]] = []


@dataclass(frozen=True)
class ContactColumn:
    """A column that a higher floor adds to the contact list: values for a whole page in one go."""

    key: str
    heading: Callable[[], str]
    css_class: str
    values: Callable[[list[int]], dict[int, Any]]


contact_columns: list[ContactColumn] = []


@dataclass(frozen=True)
class MethodUses:
    """What of a higher floor uses a contact method: in words ("12 tickets"), how many, and some to go to."""

    words: str
    number: int
    shown: list[tuple[str, str]]
    """Each the title and the address of its page."""


@dataclass(frozen=True)
class MethodUser:
    """A higher floor that uses contact methods: what is in use is not removed before it has moved."""

    uses: Callable[[Any], MethodUses]
    move: Callable[[Any, Any, Actor], int]
    """method, another method of the contact or another contact, actor -> how many moved."""


method_users: list[MethodUser] = []
