"""How many people come to see how many more tickets: asked while a change is being made, before it is kept.

A service that may widen sight makes a `Watch` before its change and asks it afterwards what was gained. A door that
people use says which numbers its user has agreed to ("" before they were asked): others are refused with `WidensSight`,
and the transaction takes everything back. So the page shows what would happen, not an estimate of it, and the history
keeps the same numbers. Doors without a page (None) are not asked; they are recorded too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from customers.models import Account, Association, ContactRelationship
from customers.registry import shared_records
from helpdesk.core.errors import DomainError
from helpdesk.core.words import phrase_n

Pair = tuple[int, int]
"""An account and a contact who sees what is shared there."""


@dataclass(frozen=True)
class Line:
    """What becomes visible at one account."""

    account: str
    people: int
    tickets: int

    @property
    def sentence(self) -> str:
        tickets = phrase_n("%(n)s more %(term_ticket)s", "%(n)s more %(term_tickets)s", self.tickets)
        return phrase_n(
            "%(n)s person will see %(tickets)s of %(account)s.",
            "%(n)s people will see %(tickets)s of %(account)s.",
            self.people,
            tickets=tickets,
            account=self.account,
        )


@dataclass(frozen=True)
class Exposure:
    """What a change opens, the most first; empty when it opens nothing."""

    lines: tuple[Line, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def key(self) -> str:
        """What somebody agrees to: another number asks again."""
        return ";".join(f"{line.people}:{line.tickets}:{line.account}" for line in self.lines)

    @property
    def told(self) -> dict[str, Any]:
        """For the record."""
        lines = [[line.account, line.people, line.tickets] for line in self.lines]
        return {"exposure": lines} if lines else {}


class WidensSight(DomainError):
    """More people would see more; `exposure` says how many. Confirm it, and the same call goes through."""

    def __init__(self, exposure: Exposure) -> None:
        super().__init__(" ".join(line.sentence for line in exposure.lines))
        self.exposure = exposure


class Watch:
    """Who sees what before a change. `members` and `acting` limit both sides of the rule to the rows that the change
    can reach (conditions on associations and on contact relationships); None: it does not reach that side."""

    def __init__(self, *, members: Q | None = None, acting: Q | None = None) -> None:
        self._members, self._acting = members, acting
        self._before = self._pairs()

    def _pairs(self) -> set[Pair]:
        pairs = set[Pair]()
        if self._members is not None:
            pairs |= _pairs_of(Association.objects.giving_sight().filter(self._members))
        if self._acting is not None:
            pairs |= _pairs_of(ContactRelationship.objects.giving_sight().filter(self._acting))
        return pairs

    def gained(self, *, agreed: str | None) -> Exposure:
        """What the change has opened. Raises `WidensSight` unless that is what was agreed to."""
        new = self._pairs() - self._before
        exposure = _counted(new - _seen_otherwise(new, self._members, self._acting))
        if exposure and agreed is not None and agreed != exposure.key:
            raise WidensSight(exposure)
        return exposure


def _pairs_of(rows: Any) -> set[Pair]:
    return set(rows.order_by().values_list("account", "contact"))


def _seen_otherwise(new: set[Pair], members: Q | None, acting: Q | None) -> set[Pair]:
    """Those who see the account through the side that was not watched: they gain nothing."""
    if not new or (members is not None and acting is not None):
        return set()
    accounts, contacts = ({pair[side] for pair in new} for side in (0, 1))
    other = ContactRelationship.objects if acting is None else Association.objects
    return _pairs_of(other.giving_sight().filter(account__in=accounts, contact__in=contacts))


def _counted(pairs: Iterable[Pair]) -> Exposure:
    people = defaultdict[int, set[int]](set)
    for account, contact in pairs:
        people[account].add(contact)
    if not people:
        return Exposure()
    alone = {(account, next(iter(contacts))) for account, contacts in people.items() if len(contacts) == 1}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "name"))
    tickets = defaultdict[int, int](int)
    for records in shared_records:
        for account, number in records(people.keys(), alone).items():
            tickets[account] += number
    lines = [Line(names[pk], len(people[pk]), tickets[pk]) for pk in people if tickets[pk]]
    return Exposure(tuple(sorted(lines, key=lambda line: (-line.tickets, line.account))))
