"""What a contact may do on an account, and why: one entry for each way by which somebody reaches an account.

The rows are those that the querysets of sight are made of (`Association.objects.with_level`,
`ContactRelationship.objects.giving_sight`), so that what is explained here is what `Account.objects.shared_with`,
`manageable_by` and everything built on them let through. Two queries for the ways, one for the links behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from customers import lending
from customers.models import (
    Account,
    AccountRelationship,
    Association,
    Contact,
    ContactRelationship,
    Responsibility,
)
from customers.querysets import AssociationQuerySet, ContactRelationshipQuerySet
from customers.sharing import LEVELS, OWN, REPLY, SEE, effective_level
from helpdesk.core.words import phrase

MEMBER, ACTING = "member", "acting"


@dataclass(frozen=True)
class Through:
    """What makes somebody eligible: they belong to `account`, which lends to the one they act for on this `ground`
    (`customers.lending`); on a link it is `label` of it."""

    account: Account
    ground: str
    label: str = ""

    @property
    def is_member(self) -> bool:
        """Whether they belong to the very account that they have the responsibility on."""
        return self.ground == lending.MEMBER

    @property
    def sentence(self) -> str:
        if self.is_member:
            return phrase("Member of %(account)s", account=self.account.name)
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
        """What the acting rests on: belonging to the account, else a link of another one, else the hierarchy."""
        if any(each.is_member for each in self.through):
            return gettext("membership")
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
    if effective_level(general, place.sharing) != general:
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
    found = sorted(rows.values_list("pk", "account_id", "account__tree", "lender"))
    lenders = Account.objects.in_bulk({lender for *_rest, lender in found})
    links = links_between({account for _pk, account, *_rest in found}, lenders.keys())
    behind = defaultdict[int, list[Through]](list)
    for pk, account, tree, lender in found:
        behind[pk] += throughs(account, tree, lenders[lender], links[account, lender])
    return {pk: tuple(sorted(found, key=lambda each: not each.is_member)) for pk, found in behind.items()}


def throughs(
    account: int, tree: int | None, lender: Account, links: Sequence[AccountRelationship]
) -> list[Through]:
    """Every reason why `lender` lends its people to an account (given by its id and `tree`); `links` are those between
    the two that are in force."""
    pair = lending.Pair(account, tree, lender.pk, lender.tree, links)
    return [Through(lender, ground, _label(lender, link)) for ground, link in lending.grounds_of(pair)]


def _label(lender: Account, link: AccountRelationship | None) -> str:
    """What the lender is to the account."""
    if link is None:
        return ""
    return link.type.name if link.from_account_id == lender.pk else link.type.reverse_name


def links_between(
    accounts: Collection[int], others: Collection[int]
) -> defaultdict[tuple[int, int], list[AccountRelationship]]:
    """``{(account, other): the account relationships in force between them}``, from both ends: one query."""
    there = Q(from_account__in=accounts, to_account__in=others)
    back = Q(from_account__in=others, to_account__in=accounts)
    rows = AccountRelationship.objects.in_force().filter(there | back).select_related("type").order_by("pk")
    found = defaultdict[tuple[int, int], list[AccountRelationship]](list)
    for link in rows:
        found[link.to_account_id, link.from_account_id].append(link)
        found[link.from_account_id, link.to_account_id].append(link)
    return found
