"""Merging accounts: people, tickets, relationships, domains and children of the others become the survivor's.

In the list of a person who has only the other, the survivor takes its place; of both, the higher place stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Q

from customers import policies
from customers.errors.merging import TwoHolders
from customers.merging.contacts import (
    keep_record,
    locked_in_order,
    refuse_different_ids,
    refuse_others_edits,
)
from customers.merging.fields import Choices, account_lines, custom_values
from customers.merging.fields import Line as FieldLine
from customers.merging.notes import Notes, row_of
from customers.merging.repointing import relations_to, repoint
from customers.models import Account, AccountRelationship, Association, Contact, ContactRelationship, Merge
from customers.registry import shared_records
from customers.services.accounts.hierarchy import lock_hierarchies, replant
from customers.services.custom_fields import PREFIX
from customers.services.exposure import Exposure, Line, Watch, WidensSight, exposure_of, in_order, told_from
from customers.services.relationships.coverage import Span, coverage, gained
from customers.services.relationships.eligibility import notice_around
from helpdesk.core.actors import Actor
from helpdesk.core.database.lookups import one_of
from helpdesk.core.validation import check
from helpdesk.events.recording import Happening, record_many


def merge_accounts(
    survivor: Account,
    others: Iterable[Account],
    *,
    actor: Actor,
    choices: Choices | None = None,
    agreed: str | None = None,
) -> Merge:
    """Make the others part of the survivor. Raises as `merge_contacts`, and `ParentCycle`."""
    policies.require_merge_accounts(actor)
    choices = choices or Choices()
    with transaction.atomic():
        lock_hierarchies()
        accounts = locked_in_order(Account, survivor, others)
        refuse_others_edits(accounts, choices)
        refuse_different_ids(accounts, choices)
        _refuse_two_holders(accounts)
        widening = Widening(accounts)
        left = {account.parent_id for account in accounts if account.parent_id}
        moved = {
            accounts[0].pk,
            *Account.objects.filter(parent__in=accounts[1:]).values_list("pk", flat=True),
        }
        lines = account_lines(accounts, below(accounts), choices.sources)
        notes, before = Notes(), row_of(accounts[0])
        _take_parent(accounts[0], lines)
        people = _move_people(accounts, notes)
        for field in relations_to(Account):
            if field.model is not Association:
                for other in accounts[1:]:
                    repoint(field, other.pk, accounts[0].pk, notes=notes)
        _take_away(accounts[1:], notes)
        _give_values(accounts, lines, notes, before)
        gone = {other.pk for other in accounts[1:]}
        trees = replant(moved - gone, left=left)
        opened = widening.gained(agreed=agreed)
        merge = keep_record(accounts[0], accounts[1:], notes, actor=actor, **opened.told)
        _tell_people(people, accounts, actor=actor)
        notice_around((moved | left) - gone, trees=trees, contact_ids=people, actor=actor)
    return merge


def _refuse_two_holders(accounts: Sequence[Account]) -> None:
    """A responsibility that one person at a time holds, held by two of them on one day. Raises `TwoHolders`."""
    rows = ContactRelationship.objects.filter(account__in=accounts, responsibility__is_exclusive=True)
    for row in rows.select_related("account", "contact", "responsibility").order_by("pk"):
        others = rows.filter(responsibility=row.responsibility, pk__gt=row.pk).exclude(contact=row.contact)
        others = others.overlapping(row.starts_on, row.ends_on).select_related("account", "contact")
        if other := others.exclude(account=row.account).order_by("pk").first():
            raise TwoHolders(row, other)


def below(accounts: Sequence[Account]) -> set[int]:
    """The accounts, and all that stand below any of them: none of these can be the parent of the one that is left."""
    found = {account.pk for account in accounts}
    level = found
    while level:
        level = set(Account.objects.filter(parent__in=level).values_list("pk", flat=True)) - found
        found = found | level
    return found


def _take_parent(survivor: Account, lines: Sequence[FieldLine]) -> None:
    """Before the children of the others come to stand below it: an account never stands below itself."""
    survivor.parent = next(line.value for line in lines if line.key == "parent")
    survivor.save(update_fields=["parent"])


# --- People --------------------------------------------------------------------
def _move_people(accounts: Sequence[Account], notes: Notes) -> set[int]:
    """Let the survivor take the place of each of the others in the lists of their people; returns these."""
    survivor, moved = accounts[0], set[int]()
    for other in accounts[1:]:
        theirs = {row.contact_id: row for row in Association.objects.filter(account=other).order_by("pk")}
        ours = Association.objects.filter(account=survivor, contact__in=list(theirs)).order_by("pk")
        in_both = {row.contact_id: row for row in ours}
        for contact_id, row in in_both.items():
            _collapse(row, theirs[contact_id], notes)
        rest = sorted(theirs.keys() - in_both.keys())
        Association.objects.filter(account=other).update(account=survivor)
        notes.places(other.pk, survivor.pk, rest)
        moved |= theirs.keys()
    return moved


def _collapse(kept: Association, dropped: Association, notes: Notes) -> None:
    """The survivor's entry stays, at the higher of the two places."""
    notes.removed(dropped)
    Association.objects.filter(pk=dropped.pk).delete()
    before = row_of(kept)
    kept.position = min(kept.position, dropped.position)
    kept.job_title = kept.job_title or dropped.job_title
    if dropped.role == Association.Role.ADMINISTRATOR:
        kept.role = dropped.role
    kept.save(update_fields=["position", "job_title", "role"])
    notes.changed(kept, before)


def _tell_people(people: Iterable[int], accounts: Sequence[Account], *, actor: Actor) -> None:
    names = dict(Contact.objects.filter(pk__in=people).values_list("pk", "name"))
    told = {"old": ", ".join(other.name for other in accounts[1:]), "new": accounts[0].name}
    record_many(
        [
            Happening("association.merged", ("customers.contact", pk), accounts[0], {"contact": name, **told})
            for pk, name in names.items()
        ],
        actor=actor,
    )


# --- The accounts themselves -----------------------------------------------------
def _take_away(others: Sequence[Account], notes: Notes) -> None:
    for other in Account.objects.filter(pk__in=[other.pk for other in others]).order_by("pk"):
        notes.removed(other)
    Account.objects.filter(pk__in=[other.pk for other in others]).delete()


def _give_values(
    accounts: Sequence[Account], lines: Sequence[FieldLine], notes: Notes, before: dict[str, Any]
) -> None:
    survivor = accounts[0]
    for line in lines:
        if line.key != "parent" and not line.key.startswith(PREFIX):
            setattr(survivor, line.key, line.value)
    survivor.custom_fields = custom_values(accounts, lines)
    check(survivor)
    survivor.save()
    survivor.refresh_from_db(fields=["search"])
    notes.changed(survivor, before)


# --- What it widens ----------------------------------------------------------------
@dataclass(frozen=True)
class Reached:
    """How many people see the tickets of an account, and those of the others after a merge."""

    account: Account
    people: int


def reached_by(accounts: Sequence[Account]) -> list[Reached]:
    """For each account, how many see its tickets today: after the merge these see those of the others as well."""
    reached = Account.objects.filter(pk__in=[account.pk for account in accounts]).people_reached()
    return [Reached(account, reached[account.pk]) for account in accounts]


class Widening:
    """What a merge opens. Its tickets become the survivor's, so of each account is asked who sees the survivor's
    afterwards and did not see its own before; and of other accounts, who acts for them by a link or a hierarchy that
    becomes the survivor's."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        self._accounts = list(accounts)
        self._before = [self._seen_at(account.pk) for account in accounts]
        self._tickets = Counter[int]()
        ids = [account.pk for account in accounts]
        for records in shared_records:
            self._tickets.update(records(ids, ()))
        self._others = Watch(acting=Q(one_of("id", self._relationships(ids))))

    def _relationships(self, ids: Sequence[int]) -> list[int]:
        """Those of the people of the accounts, and those on accounts that one of them lends to."""
        people = Association.objects.filter(account__in=ids).order_by().values("contact")
        trees = {account.tree for account in self._accounts} - {None}
        linked = AccountRelationship.objects.filter(Q(from_account__in=ids) | Q(to_account__in=ids))
        ends = set(chain.from_iterable(linked.values_list("from_account", "to_account")))
        near = Q(account__in=ends | set(ids)) | Q(account__tree__in=trees) | Q(account__parent__in=ids)
        rows = ContactRelationship.objects.filter(near | Q(contact__in=people))
        return list(rows.order_by().values_list("pk", flat=True))

    @staticmethod
    def _seen_at(account: int) -> dict[int, list[Span]]:
        found = coverage(Q(account=account), Q(account=account))
        return {contact: spans for (_account, contact), spans in found.items()}

    def gained(self, *, agreed: str | None) -> Exposure:
        """What has been opened, for the record. Raises `WidensSight` unless it was agreed to."""
        after, lines = self._seen_at(self._accounts[0].pk), list[Line]()
        for account, before in zip(self._accounts, self._before, strict=True):
            new = Counter(told_from(day) for day in gained(before, after).values())
            number = self._tickets[account.pk]
            lines += [Line(account.name, people, number, day) for day, people in new.items() if number]
        merged = {account.pk for account in self._accounts}
        others = {pair: day for pair, day in self._others.new_pairs().items() if pair[0] not in merged}
        opened = in_order([*lines, *exposure_of(others).lines])
        if opened and agreed is not None and agreed != opened.key:
            raise WidensSight(opened)
        return opened
