"""A ticket's conversation as it is read: messages, and between them the runs of changes folded together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.core.actors import Actor
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline
from tickets.models import Message, Ticket

NEWEST_MESSAGES = 100
NEWEST_CHANGES = 300
# These are the messages themselves, or of no interest between them.
NOT_SHOWN = ("ticket.replied", "ticket.note_added", "ticket.created", "ticket.followed", "ticket.unfollowed")


@dataclass
class Run:
    """Changes that follow one another without a message between them, oldest first."""

    entries: list[AuditEntry] = field(default_factory=list)

    @property
    def actors(self) -> list[str]:
        """Who made them, each once, in order."""
        names = (str(entry.actor_user or entry.actor_label) for entry in self.entries)
        return list(dict.fromkeys(name for name in names if name))

    @property
    def began_at(self) -> datetime:
        return self.entries[0].created_at

    @property
    def ended_at(self) -> datetime:
        return self.entries[-1].created_at


@dataclass
class Thread:
    """`items` are `Message` and `Run` objects, oldest first; `earlier` says that older messages were left off."""

    items: list[Message | Run]
    earlier: bool = False
    last_message: Message | None = None


def read_thread(ticket: Ticket, *, actor: Actor, everything: bool = False) -> Thread:
    """The conversation as `actor` may see it: the newest messages unless `everything`; changes only for staff."""
    messages = ticket.messages.for_thread()
    messages = messages.with_recipients() if actor.is_staff else messages.public()
    newest_first = messages.order_by("-created_at", "-id")
    rows = list(newest_first if everything else newest_first[: NEWEST_MESSAGES + 1])
    earlier = not everything and len(rows) > NEWEST_MESSAGES
    rows = rows[:NEWEST_MESSAGES] if earlier else rows
    rows.reverse()
    changes = _changes(ticket, rows[0].created_at if earlier else None) if actor.is_staff else []
    return Thread(items=_woven(rows, changes), earlier=earlier, last_message=rows[-1] if rows else None)


def _changes(ticket: Ticket, since: datetime | None) -> list[AuditEntry]:
    entries = timeline(ticket).exclude(code__in=NOT_SHOWN)
    if since is not None:
        entries = entries.filter(created_at__gte=since)
    return list(reversed(entries[:NEWEST_CHANGES]))


def _woven(messages: Iterable[Message], changes: Iterable[AuditEntry]) -> list[Message | Run]:
    everything: list[tuple[datetime, int, Any]] = [(message.created_at, 0, message) for message in messages]
    everything += [(entry.created_at, 1, entry) for entry in changes]
    everything.sort(key=lambda item: item[:2])
    items: list[Message | Run] = []
    for _when, _kind, thing in everything:
        if isinstance(thing, Message):
            items.append(thing)
        elif items and isinstance(items[-1], Run):
            items[-1].entries.append(thing)
        else:
            items.append(Run([thing]))
    return items
