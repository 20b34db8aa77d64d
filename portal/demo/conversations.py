"""Tickets with their messages, inserted in bulk, at times in the past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.management.color import no_style
from django.db import connection

from customers.models import Account, Contact, ContactMethod
from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.core.models import Department, User
from portal.demo.files import attach
from portal.demo.fixtures import duration, read_tickets
from portal.demo.history import Past, write_history
from tickets.models import Draft, Follower, Message, MessageRecipient, Participant, Ticket
from tickets.services.drafts import Place, Writing, save_draft
from tickets.services.markdown import render_markdown
from tickets.services.posting import on_behalf, say_for_whom
from tickets.services.recipients import recipients_of
from tickets.services.requesters import METHOD_KINDS
from tickets.status_kinds import StatusKind, is_open
from tickets.statuses import status_of

FIRST_NUMBER = 47_814
"""A desk that has been at work for years does not start at ticket 1."""


@dataclass(frozen=True)
class Desk:
    """Everything that a ticket of the fixtures names, by the words it uses."""

    staff: dict[str, User]
    departments: dict[str, Department]
    accounts: dict[str, Account]
    contacts: dict[str, Contact]
    now: datetime

    def actor(self, address: str) -> Actor:
        """Whoever writes from an address."""
        if address in self.staff:
            return Actor.for_user(self.staff[address])
        contact = self.contacts[address]
        return Actor(kind=actors.CONTACT, user=contact.user, label=contact.name, contact=contact)


def load_tickets(desk: Desk) -> int:
    """Insert every ticket, oldest first, with messages, followers and history; returns how many."""
    rows = read_tickets()
    tickets = [_ticket(row, desk) for row in rows]
    for number, ticket in enumerate(tickets, start=FIRST_NUMBER):
        ticket.pk = number
    _note_methods(tickets)
    Ticket.objects.bulk_create(tickets, batch_size=100)
    _continue_numbers()
    pairs = list(zip(rows, tickets, strict=True))
    messages = [message for row, ticket in pairs for message in _messages(row, ticket, desk)]
    Message.objects.bulk_create(messages, batch_size=100)
    MessageRecipient.objects.bulk_create(_recipients(messages), batch_size=500)
    written = [one for row in rows for one in row["messages"]]
    attach((message, one["files"]) for message, one in zip(messages, written, strict=True) if "files" in one)
    Participant.objects.bulk_create(
        Participant(
            ticket=ticket,
            address=address,
            contact=desk.contacts.get(address),
            added_at=ticket.created_at,
            added_by=ticket.assignee,
        )
        for row, ticket in pairs
        for address in row.get("participants", ())
    )
    Follower.objects.bulk_create(
        Follower(ticket=ticket, contact=desk.contacts[address], created_at=ticket.created_at)
        for row, ticket in pairs
        for address in row.get("followers", ())
    )
    for row, ticket in pairs:
        _draft(row, ticket, desk)
    by_ticket: dict[int, list[Message]] = {}
    for message in messages:
        by_ticket.setdefault(message.ticket_id, []).append(message)
    write_history(past for row, ticket in pairs for past in _history(row, ticket, by_ticket[ticket.pk], desk))
    return len(tickets)


def _recipients(messages: list[Message]) -> Iterator[MessageRecipient]:
    """Whoever works on a ticket took it after its first message."""
    known: set[int] = set()
    for message in messages:
        is_answer = message.ticket_id in known
        known.add(message.ticket_id)
        rows = recipients_of(message, message.ticket)
        yield from (row for row in rows if is_answer or row.contact is not None)


def _draft(row: dict[str, Any], ticket: Ticket, desk: Desk) -> None:
    """What somebody of the desk is writing on a ticket."""
    if draft := row.get("draft"):
        place = Place(Draft.Kind.NOTE if draft.get("note") else Draft.Kind.REPLY, ticket)
        save_draft(Writing(place, {"body": draft["text"]}), actor=desk.actor(draft["from"]))


def _continue_numbers() -> None:
    """Rows with numbers of our own do not move a PostgreSQL sequence."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Ticket]):
            cursor.execute(statement)


def _times(row: dict[str, Any], desk: Desk) -> list[datetime]:
    times = [desk.now - duration(row["opened"])]
    for message in row["messages"][1:]:
        times.append(times[-1] + duration(message["after"]))
    return [min(at, desk.now - timedelta(minutes=1)) for at in times]


def _ticket(row: dict[str, Any], desk: Desk) -> Ticket:
    times = _times(row, desk)
    said = [at for at, message in zip(times, row["messages"], strict=True) if not message.get("note")]
    status = status_of(row["status"])
    return Ticket(
        subject=row["subject"],
        department=desk.departments[row["department"]],
        contact=desk.contacts[row["contact"]],
        account=desk.accounts[row["account"]] if "account" in row else None,
        status_id=status.code,
        status_kind=status.kind,
        priority=row["priority"],
        assignee=desk.staff[row["assignee"]] if "assignee" in row else None,
        channel=row["channel"],
        is_private=row.get("private", False),
        created_by=desk.actor(row["messages"][0]["from"]).user,
        created_at=times[0],
        updated_at=times[-1],
        last_reply_at=said[-1],
        solved_at=None if is_open(status.kind) else times[-1],
    )


def _note_methods(tickets: list[Ticket]) -> None:
    """Each ticket came by its contact's default method for the channel."""
    rows = ContactMethod.objects.filter(is_default=True)
    defaults = {(method.contact_id, method.kind): method for method in rows}
    for ticket in tickets:
        kinds = METHOD_KINDS.get(Ticket.Channel(ticket.channel), ())
        found = (defaults.get((ticket.contact_id, kind)) for kind in kinds)
        ticket.contact_method = next((method for method in found if method), None)


def _messages(row: dict[str, Any], ticket: Ticket, desk: Desk) -> list[Message]:
    messages = []
    by_phone = ticket.channel == Ticket.Channel.PHONE
    for at, written in zip(_times(row, desk), row["messages"], strict=True):
        author = desk.actor(written["from"])
        message = Message(
            ticket=ticket,
            kind=Message.Kind.NOTE if written.get("note") else Message.Kind.PUBLIC,
            author_user=author.user if author.is_staff else None,
            author_contact=None if author.is_staff else author.contact,
            entered_by=ticket.assignee if by_phone and not author.is_staff else None,
            author_name=author.label,
            body=written["text"],
            html=render_markdown(written["text"]),
            channel=Ticket.Channel.WEB if author.is_staff else ticket.channel,
            created_at=at,
        )
        say_for_whom(message, ticket)
        messages.append(message)
    return messages


def _history(row: dict[str, Any], ticket: Ticket, messages: list[Message], desk: Desk) -> list[Past]:
    """Opened, taken by its assignee, every message, and how it came to stand as it does."""
    writers = [desk.actor(written["from"]) for written in row["messages"]]
    opened = Past(
        messages[0].created_at,
        "ticket.created",
        ticket,
        writers[0],
        {"subject_line": ticket.subject, **on_behalf(messages[0])},
    )
    taken, written = [], []
    if ticket.assignee:
        at = messages[0].created_at + timedelta(minutes=1)
        worker = Actor.for_user(ticket.assignee)
        assignee = {"assignee": ["", str(ticket.assignee)]}
        taken = [
            Past(at, "ticket.assigned", ticket, worker, assignee),
            Past(at, "ticket.status_changed", ticket, worker, _moved(StatusKind.NEW, StatusKind.OPEN)),
        ]
    for message, writer in list(zip(messages, writers, strict=True))[1:]:
        code = "ticket.note_added" if message.is_note else "ticket.replied"
        written.append(
            Past(message.created_at, code, ticket, writer, {"message": message.pk, **on_behalf(message)})
        )
    return [opened, *taken, *written, *_settled(ticket, messages[-1], writers[-1])]


def _settled(ticket: Ticket, last: Message, writer: Actor) -> list[Past]:
    if ticket.status_id in (StatusKind.NEW, StatusKind.OPEN):
        return []
    actor = Actor.for_user(ticket.assignee) if ticket.assignee else writer
    moved = _moved(StatusKind.OPEN, ticket.status_id)
    return [Past(last.created_at, "ticket.status_changed", ticket, actor, moved)]


def _moved(old: str, new: str | None) -> dict[str, list[str]]:
    """A change of status as the history keeps it."""
    return {"status": [str(old), str(new)], "status_kind": [status_of(code).kind for code in (old, new)]}
