"""Many accounts created or changed at once: imports and their undo. The single case is `accounts`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from customers import policies
from customers.errors.records import AccountDeleted
from customers.models import Account
from customers.services.account_domains import rewrite_domains
from customers.services.accounts import FIELDS
from customers.services.contact_changes import referred_to, write_rows
from customers.services.custom_fields import ACCOUNT, Definitions, assign_fields
from customers.services.eligibility import notice_around
from customers.services.hierarchy import lock_hierarchies, replant
from helpdesk.core.actors import Actor
from helpdesk.core.audit import Happening, record_many
from helpdesk.core.bulk import insert
from helpdesk.core.validation import clean_changed

WITHOUT_PARENT = tuple(name for name in FIELDS if name != "parent")
OWN = (*WITHOUT_PARENT, "parent_id")


@dataclass(frozen=True)
class AccountChange:
    """New values of an account's own fields (the parent as ``parent_id``), and all its domains when they change."""

    account_id: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    domains: Sequence[str] | None = None


@dataclass(frozen=True)
class NewAccount:
    """An account to be created. A parent is given afterwards, by a change: it may be among the new ones."""

    fields: Mapping[str, Any]
    domains: Sequence[str] = ()


def create_accounts(new: Sequence[NewAccount], *, actor: Actor) -> list[Account]:
    """Create accounts in a few statements. Raises `InvalidFields`; a value that another account has for a unique
    field raises the database's `IntegrityError`. Then none is created."""
    policies.require_add_account(actor)
    custom, accounts = Definitions(ACCOUNT), []
    for item in new:
        account = Account()
        told = assign_fields(account, item.fields, allowed=WITHOUT_PARENT, definitions=custom)
        clean_changed(account, told.changes)
        accounts.append(account)
    with transaction.atomic():
        insert(accounts)
        lists = {
            account.pk: item.domains for account, item in zip(accounts, new, strict=True) if item.domains
        }
        rewrite_domains({account.pk: account for account in accounts}, lists)
        record_many(
            [Happening("account.created", account, None, {"name": account.name}) for account in accounts],
            actor=actor,
        )
    return accounts


def change_accounts(changes: Sequence[AccountChange], *, actor: Actor) -> None:
    """Change accounts in a few statements. Raises `AccountDeleted`, `InvalidFields`, `ParentCycle`: none then."""
    policies.require_change_account(actor)
    with transaction.atomic():
        if any("parent_id" in change.fields for change in changes):
            lock_hierarchies()
        accounts = _locked([change.account_id for change in changes])
        custom, changed, names, happenings = Definitions(ACCOUNT), [], set[str](), []
        moved: dict[int, int | None] = {}
        for change in changes:
            account = accounts[change.account_id]
            parent_before = account.parent_id
            told = assign_fields(account, change.fields, allowed=OWN, definitions=custom)
            if told:
                clean_changed(account, told.changes)
                names |= {name if ":" not in name else "custom_fields" for name in told.changes}
                changed.append(account)
                happenings.append(Happening("account.changed", account, None, _history(told.history)))
                if "parent_id" in told.changes:
                    moved[account.pk] = parent_before
        if changed:
            write_rows(changed, {"parent" if name == "parent_id" else name for name in names})
        lists = {change.account_id: change.domains for change in changes if change.domains is not None}
        happenings += rewrite_domains(accounts, lists)
        record_many(happenings, actor=actor)
        if moved:
            _settle(moved, actor=actor)


def _history(told: dict[str, Any]) -> dict[str, Any]:
    """The record calls the parent by the field's own name."""
    changes = {"parent" if name == "parent_id" else name: pair for name, pair in told["changes"].items()}
    return {**told, "changes": changes}


def _locked(identifiers: Iterable[int]) -> dict[int, Account]:
    wanted = set(identifiers)
    rows = Account.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk")
    found = {account.pk: account for account in rows}
    if len(found) != len(wanted):
        raise AccountDeleted
    return found


def _settle(moved: Mapping[int, int | None], *, actor: Actor) -> None:
    """After these came from under the parents that they had (``{id: parent before}``). Raises `ParentCycle`."""
    left = {parent for parent in moved.values() if parent}
    trees = replant(moved.keys(), left=left)
    notice_around(moved.keys() | left, trees=trees, actor=actor)


OWN_ROWS = frozenset({"AccountDomain", "ImportedAccount"})


def delete_unused_accounts(identifiers: Collection[int], *, actor: Actor) -> set[int]:
    """Delete those of these accounts that nothing of the desk refers to; returns the ids of the others.

    A parent that only others of the same list stand under goes with them.
    """
    policies.require_delete_account(actor)
    with transaction.atomic():
        lock_hierarchies()
        rows = Account.objects.select_for_update(of=("self",)).filter(pk__in=identifiers).order_by("pk")
        accounts = {account.pk: account for account in rows}
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
