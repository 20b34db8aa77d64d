"""On which days, from today on, somebody sees what is shared at an account: today's rule of sight
(`Association.objects.giving_sight`, `ContactRelationship.objects.giving_sight`) read for the days to come.

What begins later is seen later, though nobody will be asked on that day: so a change is asked about all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Q

from customers import lending
from customers.models import Account, AccountRelationship, Association, ContactRelationship
from customers.standing import desk_today, not_over
from helpdesk.core.database.lookups import one_of

DAY = timedelta(days=1)
Key = TypeVar("Key")
Pair = tuple[int, int]
"""An account and a contact who sees what is shared there."""
Span = tuple[date, date]
"""From a day until a day, both included; `date.max` has no end."""
Coverage = dict[Pair, list[Span]]


def coverage(members: Q | None, acting: Q | None) -> Coverage:
    """Who sees what and when, through belonging (of the associations that `members` finds) and through acting (of the
    contact relationships that `acting` finds)."""
    found = defaultdict[Pair, list[Span]](list)
    if members is not None:
        for pair in _belonging(Association.objects.giving_sight().filter(members)):
            found[pair].append(always())
    if acting is not None:
        _add_acting(found, acting)
    return found


def always() -> Span:
    """From today on."""
    return desk_today(), date.max


def _belonging(rows: Any) -> Iterable[Pair]:
    pairs: Iterable[Pair] = rows.order_by().values_list("account", "contact")
    return pairs


_COLUMNS = ("account", "account__tree", "contact", "starts_on", "ends_on")
_LENDER = ("contact__associations__account", "contact__associations__account__tree")


def _relationships(acting: Q) -> Any:
    return ContactRelationship.objects.filter(acting, not_over(desk_today())).order_by()


def _add_acting(found: Coverage, acting: Q, also: Collection[tuple[int, int | None]] = ()) -> None:
    """`also`: accounts (id, hierarchy) that the contacts of these relationships are taken to belong to as well."""
    rows = _relationships(acting).filter(contact__is_active=True).values_list(*_COLUMNS, *_LENDER)
    read = [row for row in rows if row[5] is not None]
    if also:
        alone = _relationships(acting).filter(contact__is_active=True).values_list(*_COLUMNS)
        read += [(*row, *account) for row in alone for account in also]
    _add_spans(found, read)


def acting_if(lists: Mapping[int, Collection[int]]) -> Coverage:
    """What contacts would see through acting if they were active and belonged to these accounts (`{contact: ids}`)."""
    found = defaultdict[Pair, list[Span]](list)
    rows = list(_relationships(Q(one_of("contact_id", lists))).values_list(*_COLUMNS))
    accounts = {pk for row in rows for pk in lists[row[2]]}
    trees = dict(Account.objects.filter(one_of("id", accounts)).values_list("pk", "tree"))
    _add_spans(found, [(*row, pk, trees[pk]) for row in rows for pk in lists[row[2]] if pk in trees])
    return found


def _add_spans(found: Coverage, read: Collection[tuple[Any, ...]]) -> None:
    """From relationships, each beside an account (and its hierarchy) that its contact belongs to."""
    links = _links({row[0] for row in read}, {row[5] for row in read})
    for account, tree, contact, starts, ends, lender, lender_tree in read:
        pair = lending.Pair(account, tree, lender, lender_tree, links.get((account, lender), ()))
        for _ground, link in lending.grounds_of(pair):
            span = _common((starts, ends), (link.starts_on, link.ends_on) if link else (None, None))
            if span:
                found[account, contact].append(span)


def _links(accounts: Collection[int], lenders: Collection[int]) -> Mapping[Pair, list[AccountRelationship]]:
    """The account relationships between them that are not over, from both ends."""
    there = Q(one_of("from_account_id", accounts)) & Q(one_of("to_account_id", lenders))
    back = Q(one_of("from_account_id", lenders)) & Q(one_of("to_account_id", accounts))
    found = defaultdict[Pair, list[AccountRelationship]](list)
    if accounts and lenders:
        for link in AccountRelationship.objects.filter(not_over(desk_today())).filter(there | back):
            found[link.to_account_id, link.from_account_id].append(link)
            found[link.from_account_id, link.to_account_id].append(link)
    return found


def _common(*limits: tuple[date | None, date | None]) -> Span | None:
    """The days that lie within all of these, from today on."""
    first = max([desk_today(), *(first for first, _last in limits if first)])
    last = min([date.max, *(last for _first, last in limits if last)])
    return (first, last) if first <= last else None


def if_they_belonged(account: Account, contacts: Collection[int], *, shares: bool) -> Coverage:
    """What active `contacts` would see by belonging to `account`: it, while it shares; and what they act for, where
    that lets them."""
    found = defaultdict[Pair, list[Span]](list)
    for contact in contacts if shares else ():
        found[account.pk, contact].append(always())
    _add_acting(found, Q(contact__in=contacts), [(account.pk, account.tree)])
    return found


def gained(before: Mapping[Key, list[Span]], after: Mapping[Key, list[Span]]) -> dict[Key, date]:
    """Who comes to see what, each with the first day on which they did not see it before."""
    first = {key: _first_new(before.get(key, []), spans) for key, spans in after.items()}
    return {key: day for key, day in first.items() if day}


def _first_new(before: list[Span], after: list[Span]) -> date | None:
    new = (_first_uncovered(span, before) for span in after)
    return min((day for day in new if day), default=None)


def _first_uncovered(span: Span, before: list[Span]) -> date | None:
    day, last = span
    for starts, ends in sorted(before):
        if starts <= day <= ends:
            if ends == date.max:
                return None
            day = ends + DAY
    return day if day <= last else None
