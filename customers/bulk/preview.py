"""What a bulk update would do, before it is done: counted with the very function that does it, writing nothing.

Contacts, their accounts and their tags are read side by side, each by one query, however many there are.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Q

from customers.bulk.lifecycle import MOST, TooManyContactsError
from customers.bulk.wanted import OWN, LeftOutError, Wanted
from customers.models import Account, Association, BulkUpdateLeftOut, ContactRelationship, ContactTag
from customers.querysets import ContactQuerySet
from customers.services.exposure import Exposure, counted
from customers.services.relationships.coverage import acting_if, always, coverage, gained
from customers.sharing import SEE, allows
from customers.snapshots.states import CUSTOM, Person, Place
from helpdesk.core.database.lookups import one_of

SAMPLES = 20
CHUNK = 2000
NAMED = 2
Reason = BulkUpdateLeftOut.Reason
Pair = tuple[int, int]


@dataclass(frozen=True)
class Sample:
    """A contact whose accounts change: the names before and after, the primary first."""

    contact_id: int
    name: str
    before: list[str]
    after: list[str]


@dataclass
class Consequences:
    """The numbers of a preview."""

    total: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    """Associations that go, by the name of the account."""
    added: int = 0
    """Associations that come."""
    other_primary: int = 0
    """Contacts whose primary account is another one afterwards."""
    first_primary: int = 0
    no_account: int = 0
    """Contacts who have accounts, and none afterwards."""
    seeing_less: Sight = field(default_factory=lambda: Sight())
    opened: Exposure = field(default_factory=Exposure)
    """What they come to see."""
    samples: list[Sample] = field(default_factory=list)
    fingerprint: str = ""

    @property
    def associations_removed(self) -> int:
        return self.removed.total()

    @property
    def named(self) -> list[tuple[str, int]]:
        """The accounts that lose most people."""
        return sorted(self.removed.items(), key=lambda each: (-each[1], each[0]))[:NAMED]

    @property
    def others_removed(self) -> int:
        """The associations at the accounts that are not named."""
        return self.associations_removed - sum(number for _name, number in self.named)


@dataclass
class Sight:
    """How many people no longer see the tickets of how many accounts."""

    people: int = 0
    accounts: set[int] = field(default_factory=set)

    def add(self, accounts: set[int]) -> None:
        if accounts:
            self.people += 1
            self.accounts |= accounts


def consequences_of(wanted: Wanted, contacts: ContactQuerySet) -> Consequences:
    """What `wanted` would do to these contacts. Raises `TooManyContactsError`."""
    if contacts.order_by()[: MOST + 1].count() > MOST:
        raise TooManyContactsError
    reading = _Reading(wanted, contacts)
    found, opening = Consequences(), _Opening(reading)
    for row in reading.contacts():
        _count(found, wanted, row, reading, opening)
    found.opened = opening.exposure()
    found.fingerprint = _fingerprint(wanted, found)
    return found


@dataclass(frozen=True)
class _Row:
    """One contact with as much of it as matters."""

    pk: int
    name: str
    is_erased: bool
    person: Person
    acting: frozenset[int]


def _count(found: Consequences, wanted: Wanted, row: _Row, reading: _Reading, opening: _Opening) -> None:
    found.total += 1
    try:
        if row.is_erased:
            raise LeftOutError(Reason.ERASED)
        after = wanted.applied(row.person)
    except LeftOutError as error:
        found.left_out[error.reason] += 1
        return
    if after == row.person:
        found.unchanged += 1
        return
    found.changed += 1
    if after.places != row.person.places:
        _count_places(found, row, after, reading)
    seen, sees = reading.sight(row.person, row.acting), reading.sight(after, row.acting)
    found.seeing_less.add(seen - sees)
    if reading.looks_at_sight:
        opening.note(row.pk, after)


def _count_places(found: Consequences, row: _Row, after: Person, reading: _Reading) -> None:
    old = [place.account for place in row.person.places]
    new = [place.account for place in after.places]
    gone = set(old) - set(new)
    found.removed.update(reading.name_of(account) for account in gone)
    found.added += len(set(new) - set(old))
    if old and not new:
        found.no_account += 1
    elif not old and new:
        found.first_primary += 1
    elif old and old[0] != new[0]:
        found.other_primary += 1
    if (gone or old != new) and len(found.samples) < SAMPLES:
        names = [[reading.name_of(account) for account in places] for places in (old, new)]
        found.samples.append(Sample(row.pk, row.name, *names))


def _fingerprint(wanted: Wanted, found: Consequences) -> str:
    """The same as long as the same is wanted and comes of it: what was confirmed is what is done."""
    counted = [found.total, found.changed, found.unchanged, sorted(found.left_out.items())]
    told = json.dumps(
        [wanted.to_json(), counted, sorted(found.removed.items()), found.opened.key], sort_keys=True
    )
    return hashlib.sha256(told.encode()).hexdigest()[:32]


# --- Reading -----------------------------------------------------------------
class _Reading:
    """Contacts with what the change looks at, streamed in the order of their ids."""

    def __init__(self, wanted: Wanted, contacts: ContactQuerySet) -> None:
        self._wanted = wanted
        self._contacts = contacts.order_by()
        self.looks_at_sight = wanted.accounts is not None or "is_active" in wanted.fields
        self._looks_at_places = wanted.touches_places or self.looks_at_sight
        chosen = Account.objects.filter(pk__in=wanted.accounts or ())
        self._accounts = {
            pk: (name, level) for pk, name, level in chosen.values_list("pk", "name", "sharing")
        }

    def contacts(self) -> Iterator[_Row]:
        """Up to five queries, however many contacts there are."""
        own = [name for name in OWN if name in self._wanted.fields and name != "is_active"]
        columns = ("pk", "name", "erased_at", "is_active", *self._custom, *own)
        places, tags, acting = self._places(), self._tags(), self._acting()
        for row in self._contacts.order_by("pk").values(*columns).iterator(chunk_size=2000):
            fields = {name: row[name] for name in (*own, "is_active")}
            fields |= {f"{CUSTOM}{key}": value for key, value in row.get("custom_fields", {}).items()}
            pk = row["pk"]
            person = Person(fields, places=tuple(places(pk)), tags=tuple(tags(pk)))
            yield _Row(pk, row["name"], row["erased_at"] is not None, person, frozenset(acting(pk)))

    @property
    def _custom(self) -> list[str]:
        return ["custom_fields"] if any(name.startswith(CUSTOM) for name in self._wanted.fields) else []

    def _places(self) -> Callable[[int], list[Place]]:
        if not self._looks_at_places:
            return _nothing
        places = Association.objects.filter(contact__in=self._contacts.values("pk"))
        rows = places.order_by("contact_id", "position").values_list(
            "contact_id", "account_id", "job_title", "role", "sharing", "account__name", "account__sharing"
        )
        return _beside(rows.iterator(chunk_size=2000), self._place)

    def _place(self, row: tuple[Any, ...]) -> Place:
        _contact, account, title, role, sharing, name, level = row
        self._accounts.setdefault(account, (name, level))
        return Place(account, title, role, sharing)

    def _tags(self) -> Callable[[int], list[str]]:
        if not (self._wanted.add_tags or self._wanted.remove_tags):
            return _nothing
        tags = ContactTag.objects.filter(contact__in=self._contacts.values("pk"))
        rows = tags.order_by("contact_id", "tag__search").values_list("contact_id", "tag__name")
        return _beside(rows.iterator(chunk_size=2000), lambda row: row[1])

    def _acting(self) -> Callable[[int], list[int]]:
        if not self.looks_at_sight:
            return _nothing
        acting = ContactRelationship.objects.standing().filter(contact__in=self._contacts.values("pk"))
        rows = acting.order_by("contact_id").values_list("contact_id", "account_id")
        return _beside(rows.iterator(chunk_size=2000), lambda row: row[1])

    def name_of(self, account: Any) -> str:
        return self._accounts[account][0]

    def sight(self, person: Person, acting: frozenset[int]) -> set[int]:
        """The accounts whose tickets somebody sees: `AssociationQuerySet.giving_sight` and its sister, on states."""
        if not self.looks_at_sight or not person.fields["is_active"]:
            return set()
        return self.shared_with(person) | acting

    def shared_with(self, person: Person) -> set[int]:
        """Those that share their tickets with somebody who belongs to them."""
        return {
            place.account
            for place in person.places
            if isinstance(place.account, int)
            and allows(SEE, account=self._accounts[place.account][1], association=place.sharing)
        }


class _Opening:
    """Collects, some thousand contacts at a time, what they come to see by belonging and by acting."""

    def __init__(self, reading: _Reading) -> None:
        self._reading = reading
        self._waiting: dict[int, Person] = {}
        self._people = Counter[int]()
        self._last: dict[int, int] = {}

    def note(self, contact: int, after: Person) -> None:
        """What becomes of one contact."""
        self._waiting[contact] = after
        if len(self._waiting) >= CHUNK:
            self._look()

    def exposure(self) -> Exposure:
        """What all of it opens. What begins on a later day is counted with the rest."""
        self._look()
        alone = {account: self._last[account] for account, number in self._people.items() if number == 1}
        return counted(self._people, alone)

    def _look(self) -> None:
        people = {pk: after for pk, after in self._waiting.items() if after.fields["is_active"]}
        self._waiting = {}
        if not people:
            return
        watched = Q(one_of("contact_id", people))
        lists = {
            pk: [p.account for p in after.places if isinstance(p.account, int)]
            for pk, after in people.items()
        }
        after = acting_if(lists)
        for pk, person in people.items():
            after |= {(account, pk): [always()] for account in self._reading.shared_with(person)}
        for account, contact in gained(coverage(watched, watched), after):
            self._people[account] += 1
            self._last[account] = contact


def _nothing(_pk: int) -> list[Any]:
    return []


def _beside(rows: Iterable[Any], read: Callable[[Any], Any]) -> Callable[[int], list[Any]]:
    """Rows that belong to contacts, in the order of these, handed out contact by contact."""
    groups = groupby(rows, key=lambda row: row[0])
    waiting: list[tuple[int, list[Any]]] = []

    def of(pk: int) -> list[Any]:
        while not waiting or waiting[0][0] < pk:
            waiting.clear()
            group = next(groups, None)
            if group is None:
                return []
            waiting.append((group[0], [read(row) for row in group[1]]))
        return waiting[0][1] if waiting[0][0] == pk else []

    return of
