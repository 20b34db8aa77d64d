"""Whether a contact relationship still stands on something: a link or a hierarchy that its contact's accounts share."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q

from customers.models import Account, AccountRelationship, Association, ContactRelationship
from helpdesk.core.actors import Actor
from helpdesk.core.audit import Happening, record_many


def hierarchy_of(account_id: int) -> set[int]:
    """The ids of the whole tree that an account stands in, itself included."""
    root, seen = account_id, {account_id}
    while (
        parent := Account.objects.filter(pk=root).values_list("parent", flat=True).first()
    ) and parent not in seen:
        root = parent
        seen.add(parent)
    tree, level = {root}, {root}
    while level:
        level = set(Account.objects.filter(parent__in=level).values_list("pk", flat=True)) - tree
        tree |= level
    return tree


def eligible_account_ids(account_id: int) -> set[int]:
    """The accounts whose contacts may act for `account_id`: linked ones, and those of its hierarchy."""
    links = AccountRelationship.objects.filter(Q(from_account=account_id) | Q(to_account=account_id))
    linked = {pk for pair in links.values_list("from_account", "to_account") for pk in pair}
    return (linked | hierarchy_of(account_id)) - {account_id}


def is_eligible(contact_id: int, account_id: int) -> bool:
    """Whether a contact belongs to an account that makes it eligible to act for `account_id`."""
    accounts = eligible_account_ids(account_id)
    return Association.objects.filter(contact=contact_id, account__in=accounts).exists()


def refresh_eligibility(
    *, actor: Actor, contact_ids: Collection[int] = (), account_ids: Collection[int] = ()
) -> None:
    """Mark the contact relationships of these contacts or accounts anew, after whatever made them eligible changed."""
    rows = ContactRelationship.objects.filter(Q(contact__in=contact_ids) | Q(account__in=account_ids))
    changed = [row for row in rows if is_eligible(row.contact_id, row.account_id) != row.is_eligible]
    for row in changed:
        row.is_eligible = not row.is_eligible
    if changed:
        ContactRelationship.objects.bulk_update(changed, ["is_eligible"])
        record_many(_happenings(changed), actor=actor)


def refresh_after_links(account_ids: Iterable[int], *, actor: Actor) -> None:
    """The same after accounts were linked, unlinked or moved in a hierarchy: the whole trees are looked at."""
    touched = {
        pk for account_id in account_ids for pk in hierarchy_of(account_id) | eligible_account_ids(account_id)
    }
    refresh_eligibility(account_ids=touched, actor=actor)


def _happenings(rows: list[ContactRelationship]) -> list[Happening]:
    return [
        Happening(
            "contact_relationship.eligible" if row.is_eligible else "contact_relationship.no_longer_eligible",
            ("customers.contact", row.contact_id),
            ("customers.account", row.account_id),
        )
        for row in rows
    ]
