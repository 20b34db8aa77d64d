"""Accounts deleted: one that people choose, with what that does to its contacts and children, and those that an import
brought and nothing of the desk refers to.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F

from customers import policies
from customers.errors.records import AccountDeleted
from customers.models import Account, Association
from customers.registry import before_account_deletion, deletion_dependents
from customers.services.contact_deletion import referred_to
from customers.services.eligibility import notice_around
from customers.services.hierarchy import lock_hierarchies, replant
from helpdesk.core.actors import Actor
from helpdesk.core.locks import locked, locked_many
from helpdesk.events.recording import Happening, record, record_many


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


def delete_account(account: Account, *, actor: Actor) -> None:
    """Delete an account: the next in each contact's list becomes primary; tickets stay, emptied, with the old name
    in their history (`customers.registry.before_account_deletion` tells the higher floors)."""
    policies.require_delete_account(actor)
    with transaction.atomic():
        lock_hierarchies()
        account = locked(Account, account.pk, gone=AccountDeleted)
        children = set(account.children.values_list("pk", flat=True))
        above = {account.parent_id} if account.parent_id else set()
        people = list(account.associations.values_list("contact", flat=True))
        happenings = _deletion_happenings(account)
        for tell in before_account_deletion:
            tell(account, actor)
        record("account.deleted", subject=account, actor=actor, name=account.name, contacts=len(people))
        record_many(happenings, actor=actor)
        account.delete()
        trees = replant(children, left=above)
        notice_around(children | above, trees=trees, contact_ids=people, actor=actor)


def _deletion_happenings(account: Account) -> list[Happening]:
    rows = account.associations.annotate(person=F("contact__name")).order_by("pk")
    related = ("customers.account", account.pk)
    return [
        Happening(
            "association.removed",
            ("customers.contact", row.contact_id),
            related,
            {"contact": row.person, "account": account.name, "deleted": True},
        )
        for row in rows
    ]


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
        gone = [account for pk, account in accounts.items() if pk not in kept]
        record_many([Happening("account.deleted", a, None, {"name": a.name}) for a in gone], actor=actor)
        Account.objects.filter(pk__in=[account.pk for account in gone]).delete()
        replant([], left={account.parent_id for account in gone if account.parent_id})
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
