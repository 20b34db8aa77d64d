"""The hierarchy that an account stands in, laid out to be read: cut where it would be too long."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Case, Q, When

from customers.models import Account

MOST = 200


@dataclass(frozen=True)
class Leaf:
    """One line: an account, and how deep it stands."""

    account: Account
    depth: int


@dataclass(frozen=True)
class Family:
    """The lines from the top; `is_cut` says that there are more accounts than lines."""

    leaves: list[Leaf]
    is_cut: bool


def family_of(account: Account) -> Family:
    """The whole hierarchy of an account; of a huge one those above it, below it and beside it before the others. One
    query, and one for each account above. Empty for an account that stands alone."""
    if account.tree is None:
        return Family([], is_cut=False)
    line = [account]
    while parent := line[-1].parent:
        line.append(parent)
    beside = Q(parent=account) if account.parent is None else Q(parent__in=[account, account.parent])
    near = Case(When(pk__in=[row.pk for row in line], then=0), When(beside, then=1), default=2)
    rows = Account.objects.filter(tree=account.tree).order_by(near, "search", "pk")[: MOST + 1]
    leaves = _laid_out(sorted(rows, key=lambda row: (row.search, row.pk)))
    return Family(leaves[:MOST], is_cut=len(rows) > MOST)


def _laid_out(rows: list[Account]) -> list[Leaf]:
    """From the top down; what hangs on an account that is not here is left out."""
    children = defaultdict[int | None, list[Account]](list)
    for row in rows:
        children[row.parent_id].append(row)
    leaves: list[Leaf] = []
    waiting = [(row, 0) for row in reversed(children[None])]
    while waiting:
        row, depth = waiting.pop()
        leaves.append(Leaf(row, depth))
        waiting += [(child, depth + 1) for child in reversed(children[row.pk])]
    return leaves
