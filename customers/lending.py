"""Which accounts lend their contacts to an account: whose people may be given a responsibility on it, and why.

The rule stands here once, as a table. The database reads it in `AccountQuerySet.lending_to`; the explanations
(`services.rights`) and the preview of what a change opens (`services.exposure`) read the same lines in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q

MEMBER, HIERARCHY, LINK = "member", "hierarchy", "link"


@dataclass(frozen=True)
class Pair:
    """An account and one that may lend to it, each with the hierarchy that it stands in; `links` are the account
    relationships between the two."""

    account: int
    tree: int | None
    lender: int
    lender_tree: int | None
    links: Sequence[Any] = ()


@dataclass(frozen=True)
class Ground:
    """One reason why an account lends to another.

    `condition` finds the lenders of an account (its id and `tree`, both as values or as `OuterRef`, and all account
    relationships in force) that lend to it today; `rests_on` says of a pair on what it rests: on links, whose days
    count, or on None, which always holds.
    """

    code: str
    condition: Callable[[Any, Any, Any], Q]
    rests_on: Callable[[Pair], Sequence[Any]]


def _is_itself(account: Any, tree: Any, links: Any) -> Q:
    return Q(pk=account)


def _stands_in(account: Any, tree: Any, links: Any) -> Q:
    return Q(pk__in=()) if tree is None else Q(tree=tree)


def _is_linked(account: Any, tree: Any, links: Any) -> Q:
    """For one account the links are read first: with their ids in the query the database takes two indexes, with a
    subquery it reads the whole table (100,000 accounts on PostgreSQL: 2 s against some milliseconds)."""
    if isinstance(account, OuterRef):
        return Q(Exists(links.between(OuterRef(account), OuterRef("pk"))))
    pairs = links.filter(Q(from_account=account) | Q(to_account=account))
    return Q(pk__in=set(chain.from_iterable(pairs.values_list("from_account", "to_account"))))


def _same(pair: Pair) -> Sequence[Any]:
    return [None] if pair.lender == pair.account else []


def _same_hierarchy(pair: Pair) -> Sequence[Any]:
    together = pair.tree is not None and pair.tree == pair.lender_tree
    return [None] if together and pair.lender != pair.account else []


GROUNDS = (
    Ground(MEMBER, _is_itself, _same),
    Ground(HIERARCHY, _stands_in, _same_hierarchy),
    Ground(LINK, _is_linked, lambda pair: pair.links),
)


def lends_today(account: Any, tree: Any, links: Any) -> Q:
    """The accounts that lend to an account today: the account itself, the others of its hierarchy, and those that it
    has one of `links` with, the account relationships in force."""
    return reduce(or_, (ground.condition(account, tree, links) for ground in GROUNDS))


def grounds_of(pair: Pair) -> list[tuple[str, Any]]:
    """Every reason why the one lends to the other: its code, and the link it rests on (None: it always holds)."""
    return [(ground.code, link) for ground in GROUNDS for link in ground.rests_on(pair)]
