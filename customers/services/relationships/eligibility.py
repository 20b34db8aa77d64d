"""What has become of contact relationships: noticed once, and told to the history.

What they grant is asked at query time (`ContactRelationshipQuerySet.standing`); nothing here gives or takes a right.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Q

from customers.models import Association, ContactRelationship
from customers.querysets import ContactRelationshipQuerySet
from helpdesk.core.actors import Actor
from helpdesk.core.database.lookups import one_of
from helpdesk.events.recording import Happening, record_many

State = ContactRelationship.State


def notice_people(contact_ids: Collection[int], *, actor: Actor) -> None:
    """Look again at what these contacts are responsible for, after their accounts changed: mostly at nothing, so that
    is asked first."""
    rows = ContactRelationship.objects.filter(one_of("contact_id", contact_ids))
    if rows.exists():
        notice(rows, actor=actor)


def notice_around(
    account_ids: Collection[int],
    *,
    actor: Actor,
    trees: Collection[int] = (),
    contact_ids: Collection[int] = (),
) -> None:
    """Look again after links of these accounts changed, after those of whole hierarchies (`trees`) moved, or both:
    at who acts for them, and at what their people are responsible for elsewhere."""
    theirs = Q(account__in=account_ids) | Q(account__tree__in=trees)
    people = Association.objects.filter(theirs).order_by().values("contact")
    rows = ContactRelationship.objects.filter(theirs | Q(contact__in=people) | Q(contact__in=contact_ids))
    notice(rows, actor=actor)


@transaction.atomic
def notice(rows: ContactRelationshipQuerySet, *, actor: Actor) -> list[ContactRelationship]:
    """Record what changed since it was noticed last; two at once record it once, and the queries do not grow."""
    found = rows.with_state().exclude(noticed=F("state")).select_for_update(of=("self",)).order_by("pk")
    changed = list(found.select_related("responsibility", "account"))
    if changed:
        happenings = [_happening(row) for row in changed]
        for row in changed:
            row.noticed = row.state
        ContactRelationship.objects.bulk_update(changed, ["noticed"])
        record_many(happenings, actor=actor)
    return changed


def _happening(row: ContactRelationship) -> Happening:
    return Happening(
        f"contact_relationship.{_what_happened(row)}",
        ("customers.contact", row.contact_id),
        ("customers.account", row.account_id),
        {
            "account": row.account.name,
            "responsibility": row.responsibility.name,
            "relationship": row.pk,
            "responsibility_id": row.responsibility_id,
        },
    )


def _what_happened(row: ContactRelationship) -> str:
    if row.state == State.STANDING:
        return "begun" if row.noticed == State.UPCOMING else "eligible"
    return "ended" if row.state == State.ENDED else "no_longer_eligible"
