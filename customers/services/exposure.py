"""How many people come to see how many more tickets: asked while a change is being made, before it is kept.

A service that may widen sight makes a `Watch` before its change and asks it afterwards what was gained. A door that
people use says which numbers its user has agreed to ("" before they were asked): others are refused with `WidensSight`,
and the transaction takes everything back. So the page shows what would happen, not an estimate of it, and the history
keeps the same numbers. Doors without a page (None) are not asked; they are recorded too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from customers.models import Account, Association, ContactRelationship
from customers.registry import shared_records
from helpdesk.core.errors import AgreementNeeded
from helpdesk.core.words import phrase_n

AT_ONCE = 500
Pair = tuple[int, int]
"""An account and a contact who sees what is shared there."""


@dataclass(frozen=True)
class Line:
    """What becomes visible at one account."""

    account: str
    people: int
    tickets: int

    @property
    def row(self) -> list[Any]:
        """As it is kept: ``Line(*row)`` is the line again."""
        return [self.account, self.people, self.tickets]

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
        return {"exposure": [line.row for line in self.lines]} if self.lines else {}


class WidensSight(AgreementNeeded):
    """More people would see more; `exposure` says how many. Confirm it, and the same call goes through."""

    def __init__(self, exposure: Exposure) -> None:
        super().__init__([line.sentence for line in exposure.lines], exposure.key)
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

    def new_pairs(self) -> set[Pair]:
        """Who sees what now and did not before."""
        new = self._pairs() - self._before
        return new - _seen_otherwise(new, self._members, self._acting)

    def gained(self, *, agreed: str | None) -> Exposure:
        """What the change has opened. Raises `WidensSight` unless that is what was agreed to."""
        exposure = exposure_of(self.new_pairs())
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


def exposure_of(pairs: Iterable[Pair]) -> Exposure:
    """What these pairs open."""
    people = defaultdict[int, set[int]](set)
    for account, contact in pairs:
        people[account].add(contact)
    alone = {account: next(iter(contacts)) for account, contacts in people.items() if len(contacts) == 1}
    return counted({account: len(contacts) for account, contacts in people.items()}, alone)


def counted(people: Mapping[int, int], alone: Mapping[int, int]) -> Exposure:
    """What so many people more see of accounts (``{account: people}``); `alone` names the only one of an account, whose
    own records are nothing new."""
    lines, accounts = list[Line](), list(people)
    for start in range(0, len(accounts), AT_ONCE):
        part = accounts[start : start + AT_ONCE]
        names = dict(Account.objects.filter(pk__in=part).values_list("pk", "name"))
        tickets = Counter[int]()
        for records in shared_records:
            tickets.update(records(part, {(pk, alone[pk]) for pk in part if pk in alone}))
        lines += [Line(names[pk], people[pk], tickets[pk]) for pk in part if pk in names and tickets[pk]]
    return Exposure(tuple(sorted(lines, key=lambda line: (-line.tickets, line.account))))
