"""The hierarchy that an account stands in, laid out to be read: cut where it would be too long."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

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
    """The whole hierarchy of an account; of a huge one only those above it, beside it and directly below it. One query,
    and in a huge one another for each account above. Empty for an account that stands alone."""
    if account.tree is None:
        return Family([], is_cut=False)
    rows = list(Account.objects.filter(tree=account.tree).order_by("search", "pk")[: MOST + 1])
    is_cut = len(rows) > MOST
    return Family(_laid_out(_nearest(account) if is_cut else rows), is_cut)


def _nearest(account: Account) -> list[Account]:
    line = [account]
    while parent := line[-1].parent:
        line.append(parent)
    near = Q(parent=account) | Q(parent=account.parent_id) if account.parent_id else Q(parent=account)
    others = Account.objects.filter(near).exclude(pk=account.pk).order_by("search", "pk")
    return sorted([*line, *others[:MOST]], key=lambda row: (row.search, row.pk))


def _laid_out(rows: list[Account]) -> list[Leaf]:
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
