"""What a contact may do on an account, and why: one entry for each way by which somebody reaches an account.

The rows are those that the querysets of sight are made of (`Association.objects.with_level`,
`ContactRelationship.objects.giving_sight`), so that what is explained here is what `Account.objects.shared_with`,
`manageable_by` and everything built on them let through. Two queries for the ways, one for the links behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_noop

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
    """One way by which `contact` reaches `account`: belonging to it (`code` "member") or acting for it ("acting").

    `level` says what they may do with the tickets of others there: "reply", "see", or "own" for nothing.
    """

    contact: Contact
    account: Account
    code: str
    level: str
    is_administrator: bool
    responsibility: Responsibility | None = None
    through: tuple[Through, ...] = ()
    since: datetime | None = field(default=None, compare=False)
    narrowed_by: str = ""
    """What keeps a member from more: the "account", or the person's own "place" in its list."""

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
        """The whole reason in the reader's words."""
        if self.responsibility:
            return phrase(
                "Acts for %(account)s as %(responsibility)s, through %(through)s",
                account=self.account.name,
                responsibility=self.responsibility.name,
                through=self._ground,
            )
        return phrase(self._MEMBERS[self.can_manage, self.level], account=self.account.name)

    @property
    def standing(self) -> str:
        """How the person stands to the account, where its name is beside it."""
        if self.responsibility:
            return phrase(
                "Acts for it as %(responsibility)s, through %(through)s",
                responsibility=self.responsibility.name,
                through=self._ground,
            )
        return phrase("Customer administrator") if self.can_manage else phrase("Belongs to it")

    @property
    def gives(self) -> str:
        """What the person may do with the tickets of the account, and who decided it."""
        return phrase(self._GIVES[self.level, self.narrowed_by])

    @property
    def _ground(self) -> str:
        """What the acting stands on: a link of one of the contact's accounts, else the hierarchy."""
        linked = next((each for each in self.through if each.label), None)
        if linked:
            return f"{linked.account.name} ({linked.label})"
        return phrase("the hierarchy of %(account)s", account=self.account.name)

    _MEMBERS: ClassVar = {
        (False, OWN): gettext_noop("Sees only their own of %(account)s"),
        (False, SEE): gettext_noop("Sees everything of %(account)s"),
        (False, REPLY): gettext_noop("Sees and answers everything of %(account)s"),
        (True, OWN): gettext_noop("Customer administrator of %(account)s, sees only their own"),
        (True, SEE): gettext_noop("Customer administrator of %(account)s, sees everything"),
        (True, REPLY): gettext_noop("Customer administrator of %(account)s, answers everything"),
    }
    _GIVES: ClassVar = {
        (REPLY, ""): gettext_noop("Sees and answers everything"),
        (SEE, "account"): gettext_noop("Sees everything; so the %(term_account)s says"),
        (SEE, "place"): gettext_noop("Sees everything; so it is set for this person"),
        (OWN, "account"): gettext_noop("Sees only what is their own; so the %(term_account)s says"),
        (OWN, "place"): gettext_noop("Sees only what is their own; so it is set for this person"),
    }


def rights_on(
    account: Account, *, contacts: Collection[Contact] | None = None, level: str = OWN
) -> list[Right]:
    """Who reaches an account with at least `level`, members first, by name; of `contacts` only, when given."""
    members, acting = account.associations.all(), account.contact_relationships.all()
    if contacts is not None:
        keys = [contact.pk for contact in contacts]
        members, acting = members.filter(contact__in=keys), acting.filter(contact__in=keys)
    return _members(members.order_by("contact__search", "pk"), level) + _acting(
        acting.order_by("contact__search", "responsibility__name", "pk")
    )


def rights_of(contact: Contact) -> list[Right]:
    """Which accounts a contact reaches: their own in order, then those they act for by name."""
    acting = contact.contact_relationships.order_by("account__search", "responsibility__name", "pk")
    return _members(contact.associations.order_by("position")) + _acting(acting)


def acts_as(contact: Contact, account: Account | None) -> str:
    """As what `contact` acts for an account without belonging to it; empty for everybody else."""
    if account is None or contact.associations.filter(account=account).exists():
        return ""
    names = contact.acting_for.filter(account=account).values_list("responsibility__name", flat=True)
    return ", ".join(sorted(names))


def _members(rows: AssociationQuerySet, level: str = OWN) -> list[Right]:
    rows = rows.sharing_at_least(level).of_active_people().with_level()
    return [
        Right(
            row.contact,
            row.account,
            MEMBER,
            row.level,
            row.role == Association.Role.ADMINISTRATOR,
            since=row.created_at,
            narrowed_by=_narrowed_by(row),
        )
        for row in rows.select_related("contact", "account")
    ]


def _narrowed_by(place: Association) -> str:
    general = place.account.sharing
    if LEVELS[place.sharing or general] < LEVELS[general]:
        return "place"
    return "" if general == REPLY else "account"


def _acting(rows: ContactRelationshipQuerySet) -> list[Right]:
    found = list(rows.giving_sight().select_related("contact", "account", "responsibility"))
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
            since=row.created_at,
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
