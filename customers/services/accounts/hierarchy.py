"""Whose hierarchy an account stands in: `Account.tree` follows the parents, and circles are kept out.

Every service that changes a parent, or takes a parent away, first calls `lock_hierarchies` and at the end `replant`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Exists, OuterRef

from customers.errors.records import ParentCycle
from customers.models import Account

LOCK = 0x6163_6374_7472  # any number that no other advisory lock has
BATCH = 500
Parents = dict[int, int | None]


def lock_hierarchies() -> None:
    """Change parents one transaction after the other: two moves at once could close a circle that neither sees, and
    leave accounts with the mark of a hierarchy they have left. Comes before any lock on a row, so that nobody waits
    in a circle. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def replant(moved: Collection[int], *, left: Collection[int] = ()) -> set[int]:
    """Mark anew the accounts whose parent changed and all below them; `left` are those that lost a child. Raises
    `ParentCycle`. Returns the hierarchies that gained or lost somebody."""
    above = _parents_above(moved)
    marks = {pk: _root(pk, above) for pk in moved}
    tops = set(marks.values())
    marks = _everybody_below(marks) | {top: top for top in tops}
    touched = _write(marks) | tops
    alone = Account.objects.filter(pk__in={*tops, *left}, parent__isnull=True, tree__isnull=False)
    alone.filter(~Exists(Account.objects.filter(parent=OuterRef("pk")))).update(tree=None)
    return touched


def _parents_above(accounts: Iterable[int]) -> Parents:
    """``{id: parent}`` of these and of all above them, level by level."""
    parents: Parents = {}
    level = set(accounts)
    while level:
        found = dict(Account.objects.filter(pk__in=level).values_list("pk", "parent"))
        parents |= found
        level = {parent for parent in found.values() if parent} - parents.keys()
    return parents


def _root(account: int, parents: Parents) -> int:
    top, seen = account, {account}
    while parent := parents[top]:
        if parent in seen:
            raise _circle(account)
        seen.add(parent)
        top = parent
    return top


def _circle(account_id: int) -> ParentCycle:
    account = Account.objects.select_related("parent").get(pk=account_id)
    return ParentCycle(account.name, account.parent.name if account.parent else "")


def _everybody_below(marks: dict[int, int]) -> dict[int, int]:
    """The marks of these accounts, and the same for those that stand below them."""
    found, level = dict(marks), marks
    while level:
        children = Account.objects.filter(parent__in=level).values_list("pk", "parent")
        level = {pk: level[parent] for pk, parent in children if parent and pk not in found}
        found |= level
    return found


def _write(marks: dict[int, int]) -> set[int]:
    """Write what differs; returns the hierarchies that these accounts were in."""
    were = set[int]()
    identifiers = sorted(marks)
    for start in range(0, len(identifiers), BATCH):
        batch = identifiers[start : start + BATCH]
        now = dict(Account.objects.filter(pk__in=batch).values_list("pk", "tree"))
        changed = [pk for pk, tree in now.items() if tree != marks[pk]]
        were |= {tree for pk in changed if (tree := now[pk])}
        Account.objects.bulk_update([Account(pk=pk, tree=marks[pk]) for pk in changed], ["tree"])
    return were


def wrongly_marked() -> dict[int, tuple[int | None, int | None]]:
    """``{id: (its mark, what it should be)}`` of accounts whose mark is not what the parents say: none, ever."""
    rows = {pk: (parent, tree) for pk, parent, tree in Account.objects.values_list("pk", "parent", "tree")}
    parents = {pk: parent for pk, (parent, _tree) in rows.items()}
    accompanied = {pk for pk, parent in parents.items() if parent} | {p for p in parents.values() if p}
    right = {pk: _root(pk, parents) if pk in accompanied else None for pk in rows}
    return {pk: (rows[pk][1], right[pk]) for pk in rows if rows[pk][1] != right[pk]}
