"""What the audit feed would hold had the tickets been worked on day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.core.actors import Actor
from helpdesk.events.models import AuditEntry
from tickets.models import Ticket

BATCH = 200


@dataclass(frozen=True)
class Past:
    """One thing that happened to a ticket, and when."""

    at: datetime
    code: str
    ticket: Ticket
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)


def write_history(happenings: Iterable[Past]) -> None:
    """Write the entries in the order of time."""
    ordered = sorted(happenings, key=lambda past: past.at)
    entries = AuditEntry.objects.bulk_create([_entry(past) for past in ordered], batch_size=BATCH)
    for past, entry in zip(ordered, entries, strict=True):
        entry.created_at = past.at  # the insert itself always says now
    AuditEntry.objects.bulk_update(entries, ["created_at"], batch_size=BATCH)


def _entry(past: Past) -> AuditEntry:
    opened = past.code == "ticket.created"
    return AuditEntry(
        code=past.code,
        subject_type=Ticket._meta.label_lower,
        subject_id=past.ticket.pk,
        related_type="customers.contact" if opened else "",
        related_id=past.ticket.contact_id if opened else None,
        data=past.data,
        actor_kind=past.actor.kind,
        actor_user=past.actor.user,
        actor_label=past.actor.label,
    )
