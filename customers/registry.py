"""Where the floors above tell this one what they know: customers cannot import tickets, yet a deletion asks about them.

Each list is filled from an `AppConfig.ready` above and only read here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from helpdesk.core.actors import Actor

# account -> (words such as "12 tickets", how many); shown before an account is deleted.
deletion_dependents: list[Callable[[Any], tuple[str, int]]] = []

# Conditions, with OuterRef("pk"), that find what a higher floor keeps of an account: what they find is in use.
account_uses: list[Callable[[], Any]] = []

# Called inside the transaction, before accounts go, with their names by id: tickets note them in their history.
before_account_deletion: list[Callable[[Mapping[int, str], Actor], None]] = []


@dataclass(frozen=True)
class Dependents:
    """What a higher floor keeps for contacts, and which keeps them from being deleted."""

    words: Callable[[int], str]
    count: Callable[[Collection[int]], dict[int, int]]
    """contact ids -> how many each has; who has none may be left out."""
    reassign: Callable[[Collection[int], Any, Actor], int]
    """Give what these contacts have to another one; says how many."""
    delete: Callable[[Collection[int], Actor], int]
    """Delete what these contacts have; says how many."""


contact_dependents: list[Dependents] = []


@dataclass(frozen=True)
class Duty:
    """What somebody does on a higher floor, and what a colleague takes over when they leave."""

    words: Callable[[int], str]
    count: Callable[[Any], int]
    hand_over: Callable[[Any, Any, Actor], int]
    """leaver, colleague or None, actor -> how many the colleague got (with None: how many ended)."""
    without_colleague: Callable[[int], str]
    """What becomes of that many when nobody takes them over, as a sentence."""
    key: str
    count_within: Callable[[Any, Collection[int], Actor], int]
    """contact, account ids, actor -> how many of these accounts' the actor could hand over."""
    hand_over_within: Callable[[Any, Any, Collection[int], Actor], int]
    """leaver, colleague, account ids, actor -> how many of these accounts' the colleague got; the rest is untouched."""


contact_duties: list[Duty] = []


@dataclass(frozen=True)
class Erasure:
    """What the desk holds about a person in one place, and how it goes. Both get the `Erased` person
    (`customers.erasing.contacts`); `goes` and `stays` are told beforehand: words and a number each."""

    goes: Callable[[Any], list[tuple[str, int]]]
    stays: Callable[[Any], list[tuple[str, int]]]
    erase: Callable[[Any], None]


contact_erasures: list[Erasure] = []


@dataclass(frozen=True)
class ListColumn:
    """A column that a higher floor adds to the list of contacts or accounts: values for a whole page in one go."""

    key: str
    heading: Callable[[], str]
    css_class: str
    values: Callable[[list[int], Actor], dict[int, Any]]
    """ids, who reads -> a value for each, of what that reader may see."""
    cell: str = "number"
    """How a value is shown: number, moment or text."""
    usual: bool = True
    """Whether it is there before anybody chooses columns."""


contact_columns: list[ListColumn] = []
account_columns: list[ListColumn] = []


def columns_for(contact_ids: list[int], actor: Actor) -> list[dict[str, Any]]:
    """What the floors above say of these contacts: each a heading, a class, and the values by contact."""
    return [
        {
            "heading": column.heading(),
            "css_class": column.css_class,
            "values": column.values(contact_ids, actor),
        }
        for column in contact_columns
    ]


@dataclass(frozen=True)
class MethodUses:
    """What of a higher floor uses a contact method: in words ("12 tickets"), how many, and some to go to."""

    words: str
    number: int
    shown: list[tuple[str, str]]
    """Each the title and the address of its page."""

    @property
    def more(self) -> int:
        return self.number - len(self.shown)


@dataclass(frozen=True)
class MethodUser:
    """A higher floor that uses contact methods: what is in use is not removed before it has moved."""

    uses: Callable[[Any, Actor | None], MethodUses]
    """method, who reads (nobody: names nothing) -> what uses it."""
    move: Callable[[Any, Any, Actor], int]
    """method, another method of the contact or another contact, actor -> how many moved."""


method_users: list[MethodUser] = []


# accounts, (account, contact) pairs -> how many records of each account are shared among those who see it. A pair names
# the only person who comes to see an account: what is their own, they see already.
shared_records: list[Callable[[Collection[int], Collection[tuple[int, int]]], dict[int, int]]] = []

# actor -> a condition on audit entries that finds what this reader must not read of in the history of a contact or an
# account; None for whoever reads all.
hidden_entries: list[Callable[[Actor], Q | None]] = []
