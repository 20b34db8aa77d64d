"""Why somebody reaches the tickets of an account, in words. The rule itself is `giving_sight` in `customers.querysets`.

The one place that words these reasons: the panel of a ticket, the page of a contact and the help center ask here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from customers.models import Account, AccountRelationship, Association, Contact, ContactRelationship
from customers.querysets import LEVELS
from helpdesk.core.words import phrase

MEMBER, ACTING = "member", "acting"


@dataclass(frozen=True)
class Reason:
    """One reason why a contact reaches an account: belonging to it (`code` "member") or acting for it ("acting").

    `level` is what it gives: "reply", "see", or "own" for nothing beyond the person's own tickets.
    """

    code: str
    account: Account
    level: str
    role: str = Association.Role.CUSTOMER
    responsibility: str = ""
    through: str = ""
    since: datetime | None = None
    narrowed_by: str = ""
    """What keeps a member from more: the "account", or the person's own "place" in its list."""

    @property
    def can_reply(self) -> bool:
        return self.level == "reply"

    @property
    def manages(self) -> bool:
        return self.role == Association.Role.ADMINISTRATOR

    @property
    def sentence(self) -> str:
        """The whole reason in the reader's words."""
        return self._acting if self.code == ACTING else self._member

    @property
    def standing(self) -> str:
        """How the person stands to the account, where its name is beside it."""
        if self.code == MEMBER:
            return phrase("Customer administrator") if self.manages else phrase("Belongs to it")
        if not self.through:
            return phrase("Acts for it as %(responsibility)s", responsibility=self.responsibility)
        return phrase(
            "Acts for it as %(responsibility)s, through %(through)s",
            responsibility=self.responsibility,
            through=self.through,
        )

    @property
    def gives(self) -> str:
        """What the person may do with the tickets of the account, and who decided it."""
        if self.can_reply:
            return phrase("Sees and answers everything")
        if self.level == "see":
            by_account, by_place = (
                phrase("Sees everything; so the %(term_account)s says"),
                phrase("Sees everything; so it is set for this person"),
            )
        else:
            by_account, by_place = (
                phrase("Sees only what is their own; so the %(term_account)s says"),
                phrase("Sees only what is their own; so it is set for this person"),
            )
        return by_account if self.narrowed_by == "account" else by_place

    @property
    def _member(self) -> str:
        if self.manages and self.can_reply:
            return phrase(
                "Customer administrator of %(account)s, answers everything", account=self.account.name
            )
        if self.manages:
            return phrase("Customer administrator of %(account)s, sees everything", account=self.account.name)
        if self.can_reply:
            return phrase("Sees and answers everything of %(account)s", account=self.account.name)
        return phrase("Sees everything of %(account)s", account=self.account.name)

    @property
    def _acting(self) -> str:
        names = {"account": self.account.name, "responsibility": self.responsibility}
        if not self.through:
            return phrase("Acts for %(account)s as %(responsibility)s", **names)
        return phrase(
            "Acts for %(account)s as %(responsibility)s, through %(through)s", through=self.through, **names
        )


def acts_as(contact: Contact, account: Account | None) -> str:
    """As what `contact` acts for an account without belonging to it; empty for everybody else."""
    if account is None or contact.associations.filter(account=account).exists():
        return ""
    names = contact.acting_for.filter(account=account).values_list("responsibility__name", flat=True)
    return ", ".join(sorted(names))


def reasons_on(account: Account, contacts: Collection[Contact]) -> dict[int, list[Reason]]:
    """Why each of these contacts sees the tickets of `account`, belonging first. A fixed number of queries."""
    found: dict[int, list[Reason]] = defaultdict(list)
    ids = [contact.pk for contact in contacts]
    for place in Association.objects.giving_sight().filter(account=account, contact__in=ids):
        place.account = account
        found[place.contact_id].append(_of_place(place))
    standing = ContactRelationship.objects.giving_sight().filter(account=account, contact__in=ids)
    for contact_id, reason in _acting_reasons(standing):
        found[contact_id].append(reason)
    return found


def reasons_of(contact: Contact) -> list[Reason]:
    """The accounts that `contact` belongs to, in order, and acts for, with what each gives; always so many queries."""
    places = contact.associations.select_related("account").order_by("position")
    standing = contact.contact_relationships.standing()
    return [*map(_of_place, places), *(reason for _contact_id, reason in _acting_reasons(standing))]


def _of_place(place: Association) -> Reason:
    own = place.sharing or place.account.sharing
    level = min(own, place.account.sharing, key=LEVELS.__getitem__)
    by_place = LEVELS[own] < LEVELS[place.account.sharing]
    narrowed_by = "" if level == "reply" else "place" if by_place else "account"
    return Reason(MEMBER, place.account, level, place.role, since=place.created_at, narrowed_by=narrowed_by)


def _acting_reasons(standing: QuerySet[ContactRelationship]) -> list[tuple[int, Reason]]:
    named = standing.select_related("account", "responsibility")
    rows = list(named.order_by("account__search", "responsibility__name"))
    grounds = _grounds(rows)
    return [
        (
            row.contact_id,
            Reason(
                ACTING,
                row.account,
                "reply",
                row.responsibility.role,
                responsibility=row.responsibility.name,
                through=grounds.get((row.contact_id, row.account_id), ""),
                since=row.created_at,
            ),
        )
        for row in rows
    ]


def _grounds(rows: Collection[ContactRelationship]) -> dict[tuple[int, int], str]:
    """What each contact relationship stands on, in words: a link of one of the contact's accounts, else a hierarchy."""
    if not rows:
        return {}
    own: dict[int, set[int]] = defaultdict(set)
    places = Association.objects.filter(contact__in={row.contact_id for row in rows})
    for contact_id, account_id in places.order_by().values_list("contact", "account"):
        own[contact_id].add(account_id)
    links = _links({row.account_id for row in rows}, set().union(*own.values()))
    found = {}
    for row in rows:
        linked = [words for other, words in links[row.account_id] if other in own[row.contact_id]]
        hierarchy = phrase("the hierarchy of %(account)s", account=row.account.name)
        found[row.contact_id, row.account_id] = linked[0] if linked else hierarchy
    return found


def _links(acted_for: set[int], own: set[int]) -> dict[int, list[tuple[int, str]]]:
    """By acted-for account: the linked accounts of those in `own`, each as "Lighthouse Agency (Partner of)"."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    either = Q(from_account__in=own, to_account__in=acted_for) | Q(
        from_account__in=acted_for, to_account__in=own
    )
    links = AccountRelationship.objects.filter(either).select_related("from_account", "to_account", "type")
    for link in links.order_by("id"):
        if link.to_account_id in acted_for:
            words = f"{link.from_account.name} ({link.type.name})"
            found[link.to_account_id].append((link.from_account_id, words))
        if link.from_account_id in acted_for:
            words = f"{link.to_account.name} ({link.type.reverse_name})"
            found[link.from_account_id].append((link.to_account_id, words))
    return found
