"""What a contact may do on an account, and why: one entry for each way by which somebody reaches an account.

The rows are those that the querysets of sight are made of (`Association.objects.with_level`,
`ContactRelationship.objects.giving_sight`), so that what is explained here is what `Account.objects.shared_with`,
`manageable_by` and everything built on them let through. Two queries for the ways, one for the links behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from customers.models import (
    Account,
    AccountRelationship,
    Association,
    Contact,
    ContactRelationship,
    Responsibility,
)
from customers.querysets import LEVELS, AssociationQuerySet, ContactRelationshipQuerySet
from helpdesk.core.words import phrase

MEMBER, ACTING = "member", "acting"
OWN, SEE, REPLY = LEVELS


@dataclass(frozen=True)
class Through:
    """What makes somebody eligible: they belong to `account`, which is `label` of the account they act for; without a
    label both stand in the same hierarchy."""

    account: Account
    label: str = ""

    @property
    def sentence(self) -> str:
        if self.label:
            return f"{self.account.name} – {self.label}"
        return phrase("%(account)s – same hierarchy", account=self.account.name)


@dataclass(frozen=True)
class Right:
    """One way by which `contact` reaches `account`. `level` says what they may do with the tickets of others there."""

    contact: Contact
    account: Account
    code: str
    level: str
    is_administrator: bool
    responsibility: Responsibility | None = None
    through: tuple[Through, ...] = ()

    @property
    def can_see(self) -> bool:
        """See the tickets of the others."""
        return LEVELS[self.level] >= LEVELS[SEE]

    @property
    def can_reply(self) -> bool:
        """Answer the tickets of the others."""
        return self.level == REPLY

    @property
    def can_create(self) -> bool:
        """Open tickets for the account."""
        return True

    @property
    def can_manage(self) -> bool:
        """Manage its people and its details."""
        return self.is_administrator

    @property
    def sentence(self) -> str:
        """The reason in the reader's words."""
        if self.responsibility:
            return phrase(
                "Acts for %(account)s as %(responsibility)s",
                account=self.account.name,
                responsibility=self.responsibility.name,
            )
        if self.can_reply:
            return phrase("Sees and answers everything of %(account)s", account=self.account.name)
        if self.can_see:
            return phrase("Sees everything of %(account)s", account=self.account.name)
        return phrase("Sees only their own of %(account)s", account=self.account.name)


def rights_on(account: Account, *, level: str = OWN, limit: int | None = None) -> list[Right]:
    """Who reaches an account with at least `level`, members first, by name; at most `limit` of each kind."""
    members = account.associations.order_by("contact__search", "pk")
    acting = account.contact_relationships.order_by("contact__search", "responsibility__name", "pk")
    return _members(members, level, limit) + _acting(acting, limit)


def rights_of(contact: Contact) -> list[Right]:
    """Which accounts a contact reaches: their own in order, then those they act for by name."""
    acting = contact.contact_relationships.order_by("account__search", "responsibility__name", "pk")
    return _members(contact.associations.order_by("position")) + _acting(acting)


def rights_between(contact: Contact, account: Account) -> list[Right]:
    """The ways by which a contact reaches one account; none means: a stranger."""
    acting = contact.contact_relationships.filter(account=account).order_by("responsibility__name")
    return _members(contact.associations.filter(account=account)) + _acting(acting)


def _members(rows: AssociationQuerySet, level: str = OWN, limit: int | None = None) -> list[Right]:
    rows = rows.sharing_at_least(level).of_active_people().with_level()
    return [
        Right(row.contact, row.account, MEMBER, row.level, row.role == Association.Role.ADMINISTRATOR)
        for row in rows.select_related("contact", "account")[:limit]
    ]


def _acting(rows: ContactRelationshipQuerySet, limit: int | None = None) -> list[Right]:
    found = list(rows.giving_sight().select_related("contact", "account", "responsibility")[:limit])
    behind = links_behind([row.pk for row in found])
    return [
        Right(
            row.contact,
            row.account,
            ACTING,
            REPLY,
            row.responsibility.role == Association.Role.ADMINISTRATOR,
            row.responsibility,
            behind.get(row.pk, ()),
        )
        for row in found
    ]


def links_behind(relationship_ids: Collection[int]) -> dict[int, tuple[Through, ...]]:
    """What makes these contact relationships eligible today, for each the accounts its contact belongs to."""
    rows: Any = ContactRelationship.objects.filter(pk__in=relationship_ids).with_lenders()
    pairs = sorted(rows.values_list("pk", "account_id", "account__tree", "lender"))
    lenders = Account.objects.in_bulk({lender for *_rest, lender in pairs})
    labels = labels_between({account for _pk, account, *_rest in pairs}, lenders.keys())
    found = defaultdict[int, list[Through]](list)
    for pk, account, tree, lender in pairs:
        if tree is not None and lenders[lender].tree == tree:
            found[pk].append(Through(lenders[lender]))
        found[pk] += [Through(lenders[lender], label) for label in labels[account, lender]]
    return {pk: tuple(throughs) for pk, throughs in found.items()}


def labels_between(
    accounts: Collection[int], others: Collection[int]
) -> defaultdict[tuple[int, int], list[str]]:
    """``{(account, other): what the other is to the account}`` for every account relationship in force: one query."""
    there = Q(from_account__in=accounts, to_account__in=others)
    back = Q(from_account__in=others, to_account__in=accounts)
    links = AccountRelationship.objects.in_force().filter(there | back).select_related("type").order_by("pk")
    labels = defaultdict[tuple[int, int], list[str]](list)
    for link in links:
        labels[link.to_account_id, link.from_account_id].append(link.type.name)
        labels[link.from_account_id, link.to_account_id].append(link.type.reverse_name)
    return labels
