"""Account relationships and contact relationships: who acts for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from customers import policies
from customers.errors.records import AccountGone, ContactGone, HeldByAnother, NotEligible
from customers.models import (
    Account,
    AccountRelationship,
    AccountRelationshipType,
    Contact,
    ContactRelationship,
    Responsibility,
)
from customers.services.exposure import Watch
from customers.services.relationships.eligibility import notice, notice_around
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import lock_many, locked
from helpdesk.core.validation import check
from helpdesk.events.recording import record


@dataclass(frozen=True)
class Period:
    """The days on which something holds, both included; an empty one does not limit."""

    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def told(self) -> dict[str, str]:
        """For the record: only what limits."""
        days = {"starts_on": self.starts_on, "ends_on": self.ends_on}
        return {name: day.isoformat() for name, day in days.items() if day}

    @property
    def columns(self) -> dict[str, date | None]:
        return {"starts_on": self.starts_on, "ends_on": self.ends_on}


ALWAYS = Period()


def link_accounts(
    from_account: Account,
    to_account: Account,
    kind: AccountRelationshipType,
    *,
    actor: Actor,
    period: Period = ALWAYS,
    agreed: str | None = None,
) -> AccountRelationship:
    """Say that `from_account` is *kind* `to_account`. Raises `InvalidFields` for itself or a second time, and
    `WidensSight` unless what it opens was `agreed` to (`exposure`)."""
    policies.require_link_accounts(actor)
    with transaction.atomic():
        lock_many(Account, [from_account.pk, to_account.pk], gone=AccountGone, no_key=True)
        link = AccountRelationship(
            from_account=from_account, to_account=to_account, type=kind, **period.columns
        )
        check(link)
        watch = Watch(acting=Q(account__in=[from_account.pk, to_account.pk]))
        link.save(force_insert=True)
        told = _link_told(link) | period.told | watch.gained(agreed=agreed, actor=actor).told
        record("account_relationship.created", subject=from_account, related=to_account, actor=actor, **told)
        notice_around([from_account.pk], actor=actor)
    return link


def unlink_accounts(links: Sequence[AccountRelationship], *, actor: Actor) -> None:
    """End account relationships; contact relationships that stood on them stay, and grant nothing any more."""
    policies.require_link_accounts(actor)
    with transaction.atomic():
        for link in links:
            first, second, told = link.from_account, link.to_account, _link_told(link)
            if AccountRelationship.objects.filter(pk=link.pk).delete()[0]:
                record("account_relationship.deleted", subject=first, related=second, actor=actor, **told)
        notice_around({link.from_account_id for link in links}, actor=actor)


def _link_told(link: AccountRelationship) -> dict[str, str]:
    return {"from": link.from_account.name, "to": link.to_account.name, "type": link.type.name}


def create_contact_relationship(
    account: Account,
    contact: Contact,
    responsibility: Responsibility,
    *,
    actor: Actor,
    period: Period = ALWAYS,
    agreed: str | None = None,
) -> ContactRelationship:
    """Let `contact` act for `account`. Raises `NotEligible`, `HeldByAnother`, `InvalidFields` when this combination
    exists already, and `WidensSight` unless what it opens was `agreed` to (`exposure`)."""
    policies.require_link_contacts(actor)
    with transaction.atomic():
        contact = locked(Contact, contact.pk, gone=ContactGone)
        account = locked(Account, account.pk, gone=AccountGone, no_key=True)
        responsibility = Responsibility.objects.select_for_update(no_key=True).get(pk=responsibility.pk)
        if not may_act_for(contact, account):
            raise NotEligible(contact)
        row = ContactRelationship(
            account=account, contact=contact, responsibility=responsibility, **period.columns
        )
        check(row)
        if responsibility.is_exclusive:
            _refuse_second_holder(row)
        watch = Watch(acting=Q(account=account.pk, contact=contact.pk))
        row.save(force_insert=True)
        told = _relationship_told(row) | period.told | watch.gained(agreed=agreed, actor=actor).told
        record("contact_relationship.created", subject=contact, related=account, actor=actor, **told)
        _take_note(row)
    return row


def may_act_for(contact: Contact, account: Account) -> bool:
    """Whether a contact is active and eligible today."""
    return Contact.objects.eligible_for(account).filter(pk=contact.pk).exists()


def _refuse_second_holder(row: ContactRelationship) -> None:
    """Somebody who has it on a day of the new one's period. The responsibility is locked: nobody gives it meanwhile."""
    others = ContactRelationship.objects.filter(account=row.account, responsibility=row.responsibility)
    holder = others.overlapping(row.starts_on, row.ends_on).select_related("contact").order_by("pk").first()
    if holder:
        raise HeldByAnother(holder)


def _take_note(row: ContactRelationship) -> None:
    """The state it begins with was told by its creation."""
    state = ContactRelationship.objects.with_state().get(pk=row.pk).state
    ContactRelationship.objects.filter(pk=row.pk).update(noticed=state)
    row.noticed = state


def delete_contact_relationships(rows: Sequence[ContactRelationship], *, actor: Actor) -> None:
    """End contact relationships."""
    policies.require_end_relationships(actor, {row.account_id for row in rows})
    with transaction.atomic():
        for row in rows:
            told = _relationship_told(row)
            if ContactRelationship.objects.filter(pk=row.pk).delete()[0]:
                record(
                    "contact_relationship.deleted",
                    subject=row.contact,
                    related=row.account,
                    actor=actor,
                    **told,
                )


def _relationship_told(row: ContactRelationship) -> dict[str, Any]:
    return {
        "contact": row.contact.name,
        "account": row.account.name,
        "responsibility": row.responsibility.name,
        "relationship": row.pk,
        "responsibility_id": row.responsibility_id,
    }


def notice_passing_days() -> None:
    """What began, ended or lost its link because a day has passed: by the clock."""
    notice(ContactRelationship.objects.all(), actor=Actor.system("clock"))
