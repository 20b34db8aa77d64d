"""How many people come to see how many more tickets: asked while a change is being made, before it is kept.

A service that may widen sight makes a `Watch` before its change and asks it afterwards what was gained. A door that
people use says which numbers its user has agreed to ("" before they were asked): others are refused with `WidensSight`,
and the transaction takes everything back. So the page shows what would happen, not an estimate of it, and the history
keeps the same numbers. What begins on a later day is told with the day. Doors without a page (None) are not asked;
they are recorded too. Which doors these are: `docs/decisions/0030-exposure.md`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format

from customers.models import Account, Association, ContactRelationship
from customers.registry import shared_records
from customers.services.relationships.coverage import Coverage, Pair, coverage, gained, if_they_belonged
from customers.sharing import SEE, allows
from customers.standing import desk_today
from helpdesk.core.actors import Actor
from helpdesk.core.database.lookups import one_of
from helpdesk.core.errors import AgreementNeeded
from helpdesk.core.words import phrase_n
from helpdesk.events.recording import Happening

AT_ONCE = 500
NAMED = 3
KEPT = 50
"""Accounts that are named where there may be hundreds, those with the most tickets first; the others are counted."""


@dataclass(frozen=True)
class Line:
    """What becomes visible at one account, at once or from a day on (`begins`, as the record keeps it)."""

    account: str
    people: int
    tickets: int
    begins: str = ""

    @property
    def row(self) -> list[Any]:
        """As it is kept: ``Line(*row)`` is the line again."""
        return [self.account, self.people, self.tickets, *([self.begins] if self.begins else [])]

    @property
    def sentence(self) -> str:
        tickets = phrase_n("%(n)s more %(term_ticket)s", "%(n)s more %(term_tickets)s", self.tickets)
        if self.begins:
            return phrase_n(
                "From %(day)s on, %(n)s person will see %(tickets)s of %(account)s.",
                "From %(day)s on, %(n)s people will see %(tickets)s of %(account)s.",
                self.people,
                day=date_format(date.fromisoformat(self.begins)),
                tickets=tickets,
                account=self.account,
            )
        return phrase_n(
            "%(n)s person will see %(tickets)s of %(account)s.",
            "%(n)s people will see %(tickets)s of %(account)s.",
            self.people,
            tickets=tickets,
            account=self.account,
        )

    @property
    def key(self) -> str:
        return ":".join([str(self.people), str(self.tickets), self.account, *filter(None, [self.begins])])


@dataclass(frozen=True)
class Exposure:
    """What a change opens, the most first; empty when it opens nothing."""

    lines: tuple[Line, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def key(self) -> str:
        """What somebody agrees to: another number asks again."""
        return ";".join(line.key for line in self.lines)

    @property
    def told(self) -> dict[str, Any]:
        """For the record."""
        return {"exposure": [line.row for line in self.lines]} if self.lines else {}

    @property
    def told_shortly(self) -> dict[str, Any]:
        """For the record of what may open hundreds of accounts: those with the most tickets, and how many there are."""
        if not self.lines:
            return {}
        return {"exposure": [line.row for line in self.lines[:KEPT]], "exposure_accounts": len(self.lines)}


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
        self._before = coverage(members, acting)

    @classmethod
    def of_people(cls, contact_ids: Collection[int]) -> Watch:
        """Over all that these contacts see."""
        ids = list(contact_ids)
        return cls(members=Q(contact__in=ids), acting=Q(contact__in=ids))

    @classmethod
    def of_hierarchies(cls, account_ids: Collection[int]) -> Watch:
        """Over all who are to act for an account of the hierarchies that these stand in, wherever these go."""
        ids = list(account_ids)
        trees = Account.objects.filter(one_of("id", ids), tree__isnull=False).values("tree")
        rows = ContactRelationship.objects.filter(Q(one_of("account_id", ids)) | Q(account__tree__in=trees))
        return cls(acting=Q(one_of("id", rows.order_by().values_list("pk", flat=True))))

    def new_pairs(self) -> dict[Pair, date]:
        """Who will see what that they did not see before, and from which day on."""
        after = coverage(self._members, self._acting)
        new = gained(self._before, after)
        return gained(_with(self._before, self._other_side(new)), after) if new else {}

    def _other_side(self, new: Collection[Pair]) -> Coverage:
        """What these people see of these accounts through the side that is not watched: that is nothing gained."""
        if self._members is not None and self._acting is not None:
            return {}
        accounts, contacts = ({pair[side] for pair in new} for side in (0, 1))
        there = Q(one_of("account_id", accounts)) & Q(one_of("contact_id", contacts))
        return coverage(there if self._members is None else None, there if self._acting is None else None)

    def gained(self, *, agreed: str | None, actor: Actor) -> Exposure:
        """What the change has opened, for the record. Raises `WidensSight` unless that is what was agreed to."""
        return settled(self.new_pairs(), agreed=agreed, actor=actor)


def settled(new: Mapping[Pair, date], *, agreed: str | None, actor: Actor) -> Exposure:
    """What these open. Raises `WidensSight` unless it was agreed to; a customer is asked about (and told of) the
    accounts that are theirs to see, and of no others."""
    opened = exposure_of(new)
    if opened and agreed is not None:
        asked = opened if actor.is_staff else exposure_of(_known_to(actor, new))
        if asked and agreed != asked.key:
            raise WidensSight(asked)
    return opened


def _known_to(actor: Actor, new: Mapping[Pair, date]) -> dict[Pair, date]:
    accounts = Account.objects.visible_to(actor).filter(pk__in={account for account, _contact in new})
    known = set(accounts.values_list("pk", flat=True))
    return {pair: day for pair, day in new.items() if pair[0] in known}


def _with(one: Coverage, other: Coverage) -> Coverage:
    return {pair: [*one.get(pair, ()), *other.get(pair, ())] for pair in one.keys() | other.keys()}


def first_sight(contact_ids: Collection[int], *, agreed: str | None, actor: Actor) -> Exposure:
    """What people see who were not there before. Raises `WidensSight` unless it was agreed to."""
    ids = list(contact_ids)
    new = gained({}, coverage(Q(contact__in=ids), Q(contact__in=ids)))
    return settled(new, agreed=agreed, actor=actor)


def recorded_with(
    opened: Exposure, happenings: Iterable[Happening], opens: Callable[[Happening], bool]
) -> list[Happening]:
    """The entries of a change, with what it opened in the first that lets somebody see more, as `opens` says of it."""
    told = list(happenings)
    if opened:
        at = next((index for index, each in enumerate(told) if opens(each)), 0)
        told[at] = replace(told[at], data={**told[at].data, **opened.told})
    return told


def if_associated(account: Account, contact_ids: Collection[int]) -> Exposure:
    """What these contacts, active ones, would come to see by belonging to `account`: nothing is changed for it."""
    ids = list(contact_ids)
    before = coverage(Q(contact__in=ids), Q(contact__in=ids))
    here = set(Association.objects.filter(account=account, contact__in=ids).values_list("contact", flat=True))
    shares = allows(SEE, account=account.sharing)
    after = if_they_belonged(account, set(ids) - here, shares=shares)
    return exposure_of(gained(before, after))


def shared_by(account: Account) -> int:
    """How many tickets somebody comes to see who joins an account."""
    if not allows(SEE, account=account.sharing):
        return 0
    return sum(records([account.pk], set()).get(account.pk, 0) for records in shared_records)


def exposure_of(new: Mapping[Pair, date]) -> Exposure:
    """What these pairs open, each from its day on."""
    by_day = defaultdict[str, set[Pair]](set)
    for pair, day in new.items():
        by_day[told_from(day)].add(pair)
    return in_order(line for day, pairs in by_day.items() for line in _lines_of(pairs, day))


def told_from(day: date) -> str:
    """A line's `begins`: nothing for what holds today."""
    return day.isoformat() if day > desk_today() else ""


def _lines_of(pairs: Iterable[Pair], begins: str) -> Iterable[Line]:
    people = defaultdict[int, set[int]](set)
    for account, contact in pairs:
        people[account].add(contact)
    alone = {account: next(iter(contacts)) for account, contacts in people.items() if len(contacts) == 1}
    return _counted({account: len(contacts) for account, contacts in people.items()}, alone, begins)


def counted(people: Mapping[int, int], alone: Mapping[int, int]) -> Exposure:
    """What so many people more see of accounts (``{account: people}``); `alone` names the only one of an account, whose
    own records are nothing new."""
    return in_order(_counted(people, alone))


def in_order(lines: Iterable[Line]) -> Exposure:
    """The most tickets first."""
    return Exposure(tuple(sorted(lines, key=lambda line: (-line.tickets, line.account, line.begins))))


def _counted(people: Mapping[int, int], alone: Mapping[int, int], begins: str = "") -> list[Line]:
    lines, accounts = list[Line](), list(people)
    for start in range(0, len(accounts), AT_ONCE):
        part = accounts[start : start + AT_ONCE]
        names = dict(Account.objects.filter(pk__in=part).values_list("pk", "name"))
        tickets = Counter[int]()
        for records in shared_records:
            tickets.update(records(part, {(pk, alone[pk]) for pk in part if pk in alone}))
        lines += [
            Line(names[pk], people[pk], tickets[pk], begins) for pk in part if pk in names and tickets[pk]
        ]
    return lines


def opened(data: Mapping[str, Any]) -> str:
    """What a change opened, behind what it was in the history; empty when it opened nothing."""
    rows, accounts = data.get("exposure", []), data.get("exposure_accounts")
    sentences = sentences_of([Line(*row) for row in (rows if accounts is None else rows[:NAMED])], accounts)
    return f". {' '.join(sentences)}" if sentences else ""


def sentences_of(lines: Sequence[Line], accounts: int | None = None) -> list[str]:
    """Lines in words; `accounts` counts all of them, those that are left off too."""
    said = [line.sentence for line in lines]
    if accounts and (more := accounts - len(lines)):
        said.append(
            phrase_n(
                "More people see more of %(n)s other %(term_account)s.",
                "More people see more of %(n)s other %(term_accounts)s.",
                more,
            )
        )
    return said
