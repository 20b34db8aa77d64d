"""What an import would open: how many people come to see how many tickets of which accounts.

Whoever comes into an account is counted as the rows are folded. Parents, and people who become eligible again to act
for somebody, are tried out at the end of the dry run and taken back, so that the desk itself says what they open.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from customers.errors.records import ParentCycle
from customers.imports.engine.folding import Outcome
from customers.models import Account, Association, ContactRelationship, ImportRun
from customers.services.accounts.hierarchy import lock_hierarchies, replant
from customers.services.associations import account_limit
from customers.services.exposure import Exposure, Line, Watch, counted
from customers.services.relationships.coverage import Pair
from customers.sharing import REPLY, SEE, allows, levels_from
from customers.snapshots.states import AccountRef, Company, Person
from helpdesk.core.database.lookups import one_of


class Opening:
    """Collects, batch after batch of a dry run, what comes to be seen. Nothing that it writes stays."""

    def __init__(self) -> None:
        self._people = Counter[int]()
        self._last: dict[int, int] = {}
        self._parents: dict[AccountRef, AccountRef | None] = {}
        self._joined: set[tuple[AccountRef, int]] = set()
        """Contacts who are to act for somebody, with the accounts they come into: it may make them eligible. That
        account need not be here yet, as its hierarchy counts too."""

    def note(
        self,
        outcomes: Sequence[Outcome],
        companies: Mapping[AccountRef, tuple[Company | None, Company]],
    ) -> None:
        """What one batch does: to people, and to the parents of accounts."""
        people = [
            (one.before, one.after, one.ref)
            for one in outcomes
            if isinstance(one.after, Person) and not one.problem and isinstance(one.ref, int)
        ]
        joined = {
            (account, contact)
            for before, after, contact in people
            for account in _places(after) - _places(before)
            if contact > 0
        }
        acting = _acting({contact for _account, contact in joined})
        self._joined |= {pair for pair in joined if pair[1] in acting}
        self._count({(pk, contact) for b, a, contact in people for pk in _sees(a) - _sees(b)}, acting)
        for ref, (before, after) in companies.items():
            parent = after.fields.get("parent")
            if parent != (before.fields.get("parent") if before else None):
                self._parents[ref] = parent

    def _count(self, gained: set[Pair], acting: Mapping[int, set[int]]) -> None:
        if not gained:
            return
        accounts = {account for account, _contact in gained}
        shared = Account.objects.filter(one_of("id", accounts), sharing__in=levels_from(SEE))
        open_ones = set(shared.values_list("pk", flat=True))
        for account, contact in gained:
            if account in open_ones and account not in acting.get(contact, ()):
                self._people[account] += 1
                self._last[account] = contact

    def exposure(self) -> Exposure:
        """What all of it opens."""
        people, last = Counter(self._people), dict(self._last)
        for account, contact in self._tried():
            people[account] += 1
            last[account] = contact
        return counted(
            people, {pk: last[pk] for pk, number in people.items() if number == 1 and last[pk] > 0}
        )

    def _tried(self) -> set[Pair]:
        """Who comes to act for whom: done for a moment, looked at, and rolled back."""
        new = {account for account, _contact in self._joined if isinstance(account, str)}
        parents, above = _standing_in(self._parents, new)
        if not (parents or self._joined) or not ContactRelationship.objects.exists():
            return set()
        with transaction.atomic():
            lock_hierarchies()
            watch = Watch(acting=Q())
            made = _made(new)
            _associate({(_pk(account, made), contact) for account, contact in self._joined})
            parents |= {made[ref]: parent for ref, parent in above.items()}
            opened = set(watch.new_pairs()) if _replanted(parents) else set()
            transaction.set_rollback(True)
        return opened


def _sees(state: Any) -> set[int]:
    """The accounts that are here already whose tickets somebody sees, as far as their own places tell."""
    if not isinstance(state, Person) or not state.fields.get("is_active", True):
        return set()
    return {
        place.account
        for place in state.places
        if isinstance(place.account, int) and allows(SEE, account=REPLY, association=place.sharing)
    }


def _places(state: Any) -> set[AccountRef]:
    """The accounts that somebody belongs to."""
    return {place.account for place in state.places} if isinstance(state, Person) else set()


def _acting(contacts: Collection[int]) -> dict[int, set[int]]:
    """Those of these contacts who are to act for somebody, each with the accounts they act for today."""
    if not contacts:
        return {}
    rows = ContactRelationship.objects.filter(one_of("contact_id", contacts)).order_by()
    found: dict[int, set[int]] = {contact: set() for contact in rows.values_list("contact", flat=True)}
    for contact, account in rows.giving_sight().values_list("contact", "account") if found else ():
        found[contact].add(account)
    return found


def _standing_in(
    parents: Mapping[AccountRef, AccountRef | None], new: Collection[str]
) -> tuple[dict[int, int | None], dict[str, int | None]]:
    """The new parents of accounts that are here, and of the `new` ones that are not.

    An account that does not exist yet opens nothing of its own, but joins hierarchies: the next account above that is
    here stands in for it, or else the first of those below it.
    """
    first: dict[str, int] = {}
    found: dict[int, int | None] = {}
    for child, parent in parents.items():
        if not isinstance(child, int):
            continue
        top = _next_here(parent, parents)
        if isinstance(top, str):
            stands_in = first.setdefault(top, child)
            top = None if stands_in == child else stands_in
        found[child] = top
    tops = {ref: _next_here(ref, parents) for ref in new}
    return found, {ref: first.get(top) if isinstance(top, str) else top for ref, top in tops.items()}


def _next_here(
    account: AccountRef | None, parents: Mapping[AccountRef, AccountRef | None]
) -> AccountRef | None:
    """This account, or the first one above it that is here; where none is, the top of those that are not."""
    passed = set[str]()
    while isinstance(account, str) and account not in passed and parents.get(account) is not None:
        passed.add(account)
        account = parents[account]
    return account


def _made(new: Collection[str]) -> dict[str, int]:
    """Accounts for a moment, under names that nobody has: `{ref: id}`."""
    rows = Account.objects.bulk_create(Account(name=uuid4().hex) for _ref in new)
    return {ref: row.pk for ref, row in zip(new, rows, strict=True)}


def _pk(account: AccountRef, made: Mapping[str, int]) -> int:
    return account if isinstance(account, int) else made[account]


def _associate(pairs: Collection[Pair]) -> None:
    """Put people into accounts, last in their lists; where a list is full, the row is refused anyway."""
    ends = Association.objects.filter(one_of("contact_id", {contact for _account, contact in pairs}))
    places = dict(ends.order_by().values_list("contact").annotate(last=Max("position")))
    meanwhile = set(ends.values_list("account", "contact"))  # somebody else may have done it by now
    rows, now = [], timezone.now()
    for account, contact in sorted(set(pairs) - meanwhile):
        places[contact] = places.get(contact, 0) + 1
        if places[contact] <= account_limit():
            place = {"account_id": account, "position": places[contact], "created_at": now}
            rows.append(Association(contact_id=contact, **place))
    Association.objects.bulk_create(rows)


def _replanted(parents: Mapping[int, int | None]) -> bool:
    """Give accounts their new parents. False when that closes a circle: then it will be refused."""
    named = {*parents, *(parent for parent in parents.values() if parent)}
    here = set(
        Account.objects.filter(one_of("id", named)).values_list("pk", flat=True)
    )  # some may be deleted by now
    parents = {pk: parent if parent in here else None for pk, parent in parents.items() if pk in here}
    if not parents:
        return True
    before = Account.objects.filter(one_of("id", parents)).exclude(parent=None)
    left = {parent for parent in before.values_list("parent", flat=True) if parent}
    moved = [Account(pk=child, parent_id=parent) for child, parent in parents.items()]
    Account.objects.bulk_update(moved, ["parent"], batch_size=500)
    try:
        replant(parents.keys(), left=left)
    except ParentCycle:
        return False
    return True


# --- Told, and agreed to -------------------------------------------------------
@dataclass(frozen=True)
class Opened:
    """What a dry run found opened: `lines` name the accounts with the most tickets, `accounts` counts them all."""

    lines: list[Line]
    accounts: int

    @property
    def more(self) -> int:
        return self.accounts - len(self.lines)

    @property
    def key(self) -> str:
        """What somebody agrees to; empty when nothing is opened."""
        return hashlib.sha256(json.dumps(self.told).encode()).hexdigest()[:32] if self.lines else ""

    @property
    def told(self) -> dict[str, Any]:
        """For the record."""
        if not self.lines:
            return {}
        return {"exposure": [one.row for one in self.lines], "exposure_accounts": self.accounts}


def opened_by(run: ImportRun) -> Opened:
    """What the dry run of an import said."""
    lines = [Line(*line) for line in run.preview.get("exposure", ())]
    return Opened(lines, run.preview.get("exposure_accounts", len(lines)))
