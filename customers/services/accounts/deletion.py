"""Accounts deleted, one or many: those that people choose, with what that does to contacts and children, and those that
an import brought and nothing of the desk refers to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count

from customers import policies
from customers.errors.records import AccountDeleted
from customers.models import Account, Association
from customers.registry import before_account_deletion, deletion_dependents
from customers.services.accounts.hierarchy import lock_hierarchies, replant
from customers.services.contacts.deletion import referred_to
from customers.services.relationships.eligibility import notice_around
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked_many
from helpdesk.core.database.lookups import one_of
from helpdesk.events.recording import Happening, record_many


@dataclass(frozen=True)
class Consequences:
    """What deleting an account touches: contacts in it, for how many it is primary, how many end with none."""

    contacts: int
    primary_for: int
    left_without: int
    children: int
    dependents: list[tuple[str, int]]


def deletion_consequences(account: Account) -> Consequences:
    """What `delete_account` would do, in numbers."""
    members = Association.objects.filter(account=account)
    primary = members.primary()
    alone = (
        Association.objects.filter(contact__in=members.values("contact"))
        .values("contact")
        .annotate(n=Count("pk"))
        .filter(n=1)
        .count()
    )
    return Consequences(
        contacts=members.count(),
        primary_for=primary.count(),
        left_without=alone,
        children=account.children.count(),
        dependents=[
            (words, number) for words, number in (count(account) for count in deletion_dependents) if number
        ],
    )


def delete_accounts(accounts: Iterable[Account], *, actor: Actor) -> int:
    """Delete accounts in a few statements; says how many. The next in each contact's list becomes primary; tickets
    stay, emptied, with the old names in their history (`customers.registry.before_account_deletion` tells the higher
    floors). Raises `AccountDeleted` when one is gone; then none is deleted."""
    policies.require_delete_account(actor)
    with transaction.atomic():
        lock_hierarchies()
        found = locked_many(Account, [account.pk for account in accounts], gone=AccountDeleted)
        _delete(found, actor=actor)
    return len(found)


def delete_account(account: Account, *, actor: Actor) -> None:
    """`delete_accounts` for one."""
    delete_accounts([account], actor=actor)


def _delete(accounts: Mapping[int, Account], *, actor: Actor) -> None:
    """Delete these accounts, which are locked as the hierarchies are: tell the floors above, record, delete, and look
    again at who acts for whom."""
    names = {pk: account.name for pk, account in accounts.items()}
    children = Account.objects.filter(one_of("parent_id", names)).exclude(one_of("id", names))
    below = set(children.values_list("pk", flat=True))
    above = {account.parent_id for account in accounts.values() if account.parent_id} - names.keys()
    lists = Association.objects.filter(one_of("account_id", names)).order_by("pk")
    places = list(lists.values_list("contact", "account", "contact__name"))
    for tell in before_account_deletion:
        tell(names, actor)
    members = Counter(account for _contact, account, _person in places)
    gone = [
        Happening("account.deleted", account, None, {"name": account.name, "contacts": members[pk]})
        for pk, account in accounts.items()
    ]
    record_many([*gone, *_removed_from_lists(places, names)], actor=actor)
    Account.objects.filter(one_of("id", names)).delete()
    trees = replant(below, left=above)
    people = {contact for contact, _account, _person in places}
    if below or above or people:
        notice_around(below | above, trees=trees, contact_ids=people, actor=actor)


def _removed_from_lists(
    places: Iterable[tuple[int, int, str]], names: Mapping[int, str]
) -> Iterator[Happening]:
    for contact, account, person in places:
        told = {"contact": person, "account": names[account], "deleted": True}
        sides = ("customers.contact", contact), ("customers.account", account)
        yield Happening("association.removed", *sides, told)


# --- Removing what was brought in by mistake --------------------------------------
OWN_ROWS = frozenset({"AccountDomain", "ImportedAccount"})


def delete_unused_accounts(identifiers: Collection[int], *, actor: Actor) -> set[int]:
    """Delete those of these accounts that nothing of the desk refers to; returns the ids of the others.

    A parent that only others of the same list stand under goes with them.
    """
    policies.require_delete_account(actor)
    with transaction.atomic():
        lock_hierarchies()
        accounts = locked_many(Account, identifiers)
        kept = referred_to(Account, accounts, except_from=OWN_ROWS | {"Account"})
        kept |= _parents_of_others(accounts.keys() - kept)
        _delete({pk: account for pk, account in accounts.items() if pk not in kept}, actor=actor)
    return kept


def _parents_of_others(candidates: set[int]) -> set[int]:
    """Those that somebody stands under who stays; and then those above them."""
    kept: set[int] = set()
    while True:
        going = candidates - kept
        staying = Account.objects.filter(parent__in=going).exclude(pk__in=going)
        more = {parent for parent in staying.values_list("parent", flat=True) if parent}
        if not more:
            return kept
        kept |= more
