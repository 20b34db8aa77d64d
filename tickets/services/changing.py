"""The one way a property of tickets is changed: lock → keep those that differ → save → record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked_many
from helpdesk.events.recording import Happening, record_many
from tickets.errors import UnknownChoice
from tickets.models import Ticket, TicketStatus
from tickets.status_kinds import is_open

MANY = 500


@dataclass(frozen=True)
class Change:
    """A new `value` for `attribute` of tickets; `word` turns a stored value into what the history keeps."""

    attribute: str
    value: Any
    code: str
    name: str = ""
    word: Callable[[Any], Any] = lambda value: value
    also: dict[str, Any] = field(default_factory=dict)
    """Columns that change with it."""
    told: dict[str, Any] = field(default_factory=dict)
    """What the history keeps beside it."""


def as_list(tickets: Ticket | Iterable[Ticket]) -> list[Ticket]:
    return [tickets] if isinstance(tickets, Ticket) else list(tickets)


def lock_tickets(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Fresh rows of the same tickets, locked in one order so that two bulk changes never block each other for good."""
    return list(locked_many(Ticket, [ticket.pk for ticket in tickets]).values())


def apply_change(tickets: Sequence[Ticket], change: Change, *, actor: Actor) -> list[Ticket]:
    """Change locked tickets that differ, record each, and give back those that changed."""
    changing = [ticket for ticket in tickets if getattr(ticket, change.attribute) != change.value]
    if not changing:
        return []
    name = change.name or change.attribute
    happenings = [
        Happening(
            change.code,
            ticket,
            data={
                name: [change.word(_value(ticket, change)), change.word(change.value)],
                **change.told,
            },
        )
        for ticket in changing
    ]
    values = {change.attribute: change.value, **change.also, "updated_at": timezone.now()}
    for ticket in changing:
        for attribute, value in values.items():
            setattr(ticket, attribute, value)
    ids = [ticket.pk for ticket in changing]
    for start in range(0, len(ids), MANY):
        Ticket.objects.filter(pk__in=ids[start : start + MANY]).update(**values)
    record_many(happenings, actor=actor)
    return changing


def known_status(code: str) -> TicketStatus:
    """The row of a status that can be chosen, as it is now. Raises `UnknownChoice`."""
    status = TicketStatus.objects.filter(code=code, in_use=True).first()
    if status is None:
        raise UnknownChoice("status")
    return status


def apply_status(locked: Sequence[Ticket], status: TicketStatus, *, actor: Actor) -> list[Ticket]:
    """Set the status of locked tickets, whoever asks, and keep its kind and the time of solving in step.

    The history keeps code and kind: the status may be renamed or gone when it is read.
    """
    now = timezone.now()
    changed: list[Ticket] = []
    for (kind, is_solved), tickets in _alike(locked).items():
        also: dict[str, Any] = {"status_kind": status.kind}
        if is_open(status.kind):
            also["solved_at"] = None
        elif not is_solved:
            also["solved_at"] = now
        change = Change(
            "status_id",
            status.code,
            "ticket.status_changed",
            name="status",
            also=also,
            told={"status_kind": [kind, status.kind]},
        )
        changed += apply_change(tickets, change, actor=actor)
    return changed


def _alike(tickets: Sequence[Ticket]) -> dict[tuple[str, bool], list[Ticket]]:
    """Tickets by the kind of their status, and by whether they have a time of solving."""
    found: dict[tuple[str, bool], list[Ticket]] = {}
    for ticket in tickets:
        found.setdefault((ticket.status_kind, ticket.solved_at is not None), []).append(ticket)
    return found


def _value(ticket: Ticket, change: Change) -> Any:
    return getattr(ticket, change.attribute)


def show_on(callers: Sequence[Ticket], locked: Sequence[Ticket]) -> None:
    """Carry what changed over to the objects that the caller holds."""
    fresh = {ticket.pk: ticket for ticket in locked}
    for ticket in callers:
        current = fresh.get(ticket.pk)
        if current is None or current is ticket:
            continue
        for column in Ticket._meta.concrete_fields:
            if not column.generated:
                setattr(ticket, column.attname, getattr(current, column.attname))


def name_of(people: dict[int, Any]) -> Callable[[int | None], str]:
    """For the history: the name behind an id at this moment."""
    return lambda identifier: str(people[identifier]) if identifier in people else ""
