"""Account relationships and contact relationships: who acts for whom."""

from __future__ import annotations

from django.db import transaction

from customers import policies
from customers.errors import NotEligible
from customers.models import (
    Account,
    AccountRelationship,
    AccountRelationshipType,
    Contact,
    ContactRelationship,
    Responsibility,
)
from customers.services.eligibility import is_eligible, refresh_after_links
from helpdesk.core.actors import Actor
from helpdesk.core.audit import record
from helpdesk.core.validation import check


def link_accounts(
    from_account: Account, to_account: Account, kind: AccountRelationshipType, *, actor: Actor
) -> AccountRelationship:
    """Say that `from_account` is *kind* `to_account`. Raises `InvalidFields` for itself or a second time."""
    policies.require_link_accounts(actor)
    with transaction.atomic():
        link = AccountRelationship(from_account=from_account, to_account=to_account, type=kind)
        check(link)
        link.save(force_insert=True)
        data = {"from": from_account.name, "to": to_account.name, "type": kind.name}
        record("account_relationship.created", subject=from_account, related=to_account, actor=actor, **data)
        refresh_after_links([from_account.pk, to_account.pk], actor=actor)
    return link


def unlink_accounts(link: AccountRelationship, *, actor: Actor) -> None:
    """End an account relationship; contact relationships that stood on it stay, marked no longer eligible."""
    policies.require_link_accounts(actor)
    with transaction.atomic():
        first, second = link.from_account, link.to_account
        data = {"from": first.name, "to": second.name, "type": link.type.name}
        link.delete()
        record("account_relationship.deleted", subject=first, related=second, actor=actor, **data)
        refresh_after_links([first.pk, second.pk], actor=actor)


def create_contact_relationship(
    account: Account, contact: Contact, responsibility: Responsibility, *, actor: Actor
) -> ContactRelationship:
    """Let `contact` act for `account`. Raises `NotEligible`, `InvalidFields` (the combination exists)."""
    policies.require_link_contacts(actor)
    with transaction.atomic():
        if not is_eligible(contact.pk, account.pk):
            raise NotEligible(contact)
        row = ContactRelationship(account=account, contact=contact, responsibility=responsibility)
        check(row)
        row.save(force_insert=True)
        data = {"contact": contact.name, "account": account.name, "responsibility": responsibility.name}
        record("contact_relationship.created", subject=contact, related=account, actor=actor, **data)
    return row


def delete_contact_relationships(rows: list[ContactRelationship], *, actor: Actor) -> None:
    """End contact relationships."""
    policies.require_end_relationships(actor, {row.account_id for row in rows})
    with transaction.atomic():
        for row in rows:
            data = {
                "contact": row.contact.name,
                "account": row.account.name,
                "responsibility": row.responsibility.name,
            }
            record(
                "contact_relationship.deleted", subject=row.contact, related=row.account, actor=actor, **data
            )
            row.delete()
