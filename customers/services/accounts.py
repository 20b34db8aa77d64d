"""Accounts: create, change, find by name, delete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q

from customers import policies
from customers.errors.records import AccountDeleted
from customers.models import Account, Association
from customers.registry import before_account_deletion, deletion_dependents
from customers.services.account_domains import rewrite_domains
from customers.services.custom_fields import assign_fields
from customers.services.eligibility import notice_around
from customers.services.exposure import Watch
from customers.services.freshness import refuse_stale
from customers.services.hierarchy import lock_hierarchies, refuse_circle, replant
from helpdesk.core.actors import Actor
from helpdesk.core.audit import Happening, record, record_many
from helpdesk.core.text import line, unique_form
from helpdesk.core.validation import check

FIELDS = (
    "name",
    "number",
    "type",
    "parent",
    "phone",
    "website",
    "address",
    "notes",
    "custom_fields",
    "external_id",
    "sharing",
)
BATCH = 500


@dataclass(frozen=True)
class Consequences:
    """What deleting an account touches: contacts in it, for how many it is primary, how many end with none."""

    contacts: int
    primary_for: int
    left_without: int
    children: int
    dependents: list[tuple[str, int]]


def create_account(fields: dict[str, Any], *, actor: Actor, domains: Iterable[str] = ()) -> Account:
    """Create an account. Raises `InvalidFields`, `DomainTaken`, `PublicMailDomain`."""
    policies.require_add_account(actor)
    with transaction.atomic():
        if fields.get("parent"):
            lock_hierarchies()
        account = Account()
        given = {name: value for name, value in fields.items() if value is not None}
        assign_fields(account, given, allowed=FIELDS)
        check(account)
        account.save(force_insert=True)
        rewrite_domains({account.pk: account}, {account.pk: domains})
        record("account.created", subject=account, actor=actor, name=account.name)
        if account.parent_id:
            _settle(account, actor=actor)
    return account


def update_account(
    account: Account,
    fields: dict[str, Any],
    *,
    actor: Actor,
    domains: Iterable[str] | None = None,
    expected_version: int | None = None,
    agreed: str | None = None,
) -> Account:
    """Change an account's own fields (of ``custom_fields`` those given), and its domains when given. Raises as
    `create_account`, `ParentCycle`, `AccountDeleted`, `ChangedMeanwhile` when a form was opened on another version
    (`freshness.version_of`), and `WidensSight` unless what it opens was `agreed` to (`exposure`)."""
    policies.require_change_account(actor, account, [*fields, *([] if domains is None else ["domains"])])
    with transaction.atomic():
        if "parent" in fields:
            lock_hierarchies()
        account = _locked(account)
        if "sharing" in fields:
            policies.require_level(actor, account, fields["sharing"], before=account.sharing)
        refuse_stale(account, expected_version)
        parent_before = account.parent_id
        changed = assign_fields(account, fields, allowed=FIELDS)
        if "parent" in changed:
            refuse_circle(account)
        check(account)
        watch = _watch(account, changed.changes)
        account.save()
        if domains is not None:
            record_many(rewrite_domains({account.pk: account}, {account.pk: domains}), actor=actor)
        if "parent" in changed:
            _settle(account, actor=actor, left=parent_before)
        if changed:
            opened = watch.gained(agreed=agreed, actor=actor)
            record("account.changed", subject=account, actor=actor, **changed.history, **opened.told)
    return account


def _watch(account: Account, changed: Mapping[str, Any]) -> Watch:
    """Sharing concerns those who belong to it; a parent, those who act for somebody in either hierarchy."""
    acting = None
    if "parent" in changed and account.parent:
        both = {account.pk, account.parent.pk}
        trees = {account.tree, account.parent.tree} - {None}
        acting = Q(account__in=both) | Q(account__tree__in=trees | both)
    return Watch(members=Q(account=account.pk) if "sharing" in changed else None, acting=acting)


def _settle(account: Account, *, actor: Actor, left: int | None = None) -> None:
    """After the parent changed. Raises `ParentCycle`."""
    above = {left} if left else set()
    trees = replant([account.pk], left=above)
    account.refresh_from_db(fields=["tree"])
    notice_around({account.pk} | above, trees=trees, actor=actor)


def _locked(account: Account) -> Account:
    locked = Account.objects.select_for_update(of=("self",)).filter(pk=account.pk).first()
    if locked is None:
        raise AccountDeleted
    return locked


def find_or_create_accounts(names: Iterable[str], *, actor: Actor) -> dict[str, Account]:
    """``{name as given: account}``, matched ignoring case and spaces; unknown ones are created, in a few queries."""
    by_form: dict[str, str] = {}
    given = [name for name in names if name.strip()]
    for name in given:
        by_form.setdefault(unique_form(name), line(name)[:200])
    if not by_form:
        return {}
    with transaction.atomic():
        found = _by_form(by_form)
        missing = [name for form, name in by_form.items() if form not in found]
        if missing:
            found |= _create_named(missing, actor=actor)
    return {name: found[unique_form(name)] for name in given}


def _by_form(forms: Iterable[str]) -> dict[str, Account]:
    return {account.name_key: account for account in Account.objects.filter(name_key__in=list(forms))}


def _create_named(names: list[str], *, actor: Actor) -> dict[str, Account]:
    policies.require_add_account(actor)
    before = set(_by_form(unique_form(name) for name in names))
    Account.objects.bulk_create(
        [Account(name=name) for name in names], batch_size=BATCH, ignore_conflicts=True
    )
    rows = _by_form(unique_form(name) for name in names)
    created = [account for form, account in rows.items() if form not in before]
    record_many(
        [Happening("account.created", account, None, {"name": account.name}) for account in created],
        actor=actor,
    )
    return rows


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
        account = _locked(account)
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
