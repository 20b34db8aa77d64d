"""The search for people who stand here twice: a walk over everybody, and from then on over what has changed.

It runs by the clock in slices of some seconds and in batches, each a handful of queries by index and one short
transaction, so that nobody waits for it. It may be stopped anywhere and run twice: a batch makes the pairs of its
contacts what they are now. Once a week everybody is looked at again, for what no change of a contact tells (an account
was deleted, a switchboard has lost its eleventh extension).
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from customers.duplicates.signs import Pair, Reason, just_too_many, pairs_of
from customers.models import Contact, DuplicatePair, DuplicateSearch, Merge, MergedRecord
from helpdesk.core.database.locks import lock_many

BATCH = 1000
SETTLED = timedelta(minutes=1)
"""A change is looked at when it is as old as this: by then the transaction that made it has ended."""
AGAIN = timedelta(days=7)


def search_on(*, seconds: float = 10, settled: timedelta = SETTLED) -> bool:
    """Look on for so many seconds; says whether there is more to do."""
    search = _the_search()
    ends = time.monotonic() + seconds
    until = timezone.now() - settled
    _look_at_undone_merges(search)
    while time.monotonic() < ends:
        if not (_step_over_changes(search, until) or _step_of_walk(search)):
            return False
    return True


def _the_search() -> DuplicateSearch:
    now = timezone.now()
    return DuplicateSearch.objects.get_or_create(pk=1, defaults={"changes_until": now, "merges_until": now})[
        0
    ]


def _step_over_changes(search: DuplicateSearch, until: datetime) -> bool:
    seen, seen_id = search.changes_until, search.changes_id
    changed = Contact.objects.filter(updated_at__gte=seen, updated_at__lte=until)
    changed = changed.filter(Q(updated_at__gt=seen) | Q(pk__gt=seen_id)).order_by("updated_at", "pk")
    rows = list(changed.values_list("pk", "updated_at")[:BATCH])
    if rows:
        examine({pk for pk, _at in rows})
        search.changes_id, search.changes_until = rows[-1]
        search.save(update_fields=["changes_id", "changes_until"])
    return bool(rows)


def _step_of_walk(search: DuplicateSearch) -> bool:
    """A batch of everybody, by name: namesakes come together, so that each name is looked up about once."""
    if search.walked_at and timezone.now() - search.walked_at < AGAIN:
        return False
    ahead = Contact.objects.filter(search__gte=search.walk_name)
    ahead = ahead.filter(Q(search__gt=search.walk_name) | Q(pk__gt=search.walk_id))
    rows = list(ahead.order_by("search", "pk").values_list("pk", "search")[:BATCH])
    if rows:
        examine({pk for pk, _name in rows})
        search.walk_id, search.walk_name, search.walked_at = *rows[-1], None
    else:
        search.walk_id, search.walk_name, search.walked_at = 0, "", timezone.now()
    search.save(update_fields=["walk_id", "walk_name", "walked_at"])
    return bool(rows)


def _look_at_undone_merges(search: DuplicateSearch) -> None:
    """Whoever came back from a merge is as old as before, so no change tells of them."""
    now = timezone.now()
    undone = Merge.objects.filter(kind=Merge.Kind.CONTACT, undone_at__gt=search.merges_until - SETTLED)
    back = set(undone.values_list("survivor_id", flat=True))
    back |= set(MergedRecord.objects.filter(merge__in=undone).values_list("former_id", flat=True))
    if back:
        examine(back)
    search.merges_until = now
    search.save(update_fields=["merges_until"])


# --- One batch --------------------------------------------------------------------
def examine(contact_ids: Collection[int]) -> None:
    """Make the pairs of these contacts what they are now: add, change and remove what differs from what is kept."""
    wanted = set(contact_ids)
    wanted |= just_too_many(wanted)
    found = pairs_of(wanted)
    if _differs(_kept(wanted), found):
        with transaction.atomic():
            _write(wanted, found)


def _kept(contact_ids: set[int]) -> QuerySet[DuplicatePair]:
    return DuplicatePair.objects.touching(list(contact_ids)).order_by()


def _differs(kept: QuerySet[DuplicatePair], found: dict[Pair, set[str]]) -> bool:
    known = {_key(pair): set(pair.reasons) for pair in kept if pair.reasons}
    return known != found


def _write(contact_ids: set[int], found: dict[Pair, set[str]]) -> None:
    """Contacts are locked first and in the order of their ids, as everywhere: a pair points at both, and a merge that
    holds one of them changes their pairs."""
    known = list(_kept(contact_ids))
    people = {pk for pair in [*map(_key, known), *found] for pk in pair}
    here = set(lock_many(Contact, people, no_key=True))
    kept = {_key(pair): pair for pair in _kept(contact_ids)}
    new = [pair for pair in sorted(found.keys() - kept.keys()) if here.issuperset(pair)]
    DuplicatePair.objects.bulk_create(
        [_set(DuplicatePair(first_id=pair[0], second_id=pair[1]), found[pair]) for pair in new],
        ignore_conflicts=True,
    )
    changed = [pair for key, pair in kept.items() if set(pair.reasons) != found.get(key, set())]
    gone = [pair.pk for pair in changed if _key(pair) not in found and pair.dismissed_at is None]
    DuplicatePair.objects.filter(pk__in=gone).delete()
    stay = [_set(pair, found.get(_key(pair), set())) for pair in changed if pair.pk not in set(gone)]
    DuplicatePair.objects.bulk_update(stay, [*Reason.values, "dismissed_at"], batch_size=BATCH)


def _key(pair: DuplicatePair) -> Pair:
    return (pair.first_id, pair.second_id)


def _set(pair: DuplicatePair, reasons: set[str]) -> DuplicatePair:
    """The pair with these reasons; a new one among them opens again what was told apart."""
    for reason in Reason.values:
        setattr(pair, reason, reason in reasons)
    if not reasons <= set(pair.dismissed_reasons):
        pair.dismissed_at = None
    return pair
