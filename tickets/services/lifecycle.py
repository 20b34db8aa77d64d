"""From open to settled: creating tickets, and changing how they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from helpdesk.core.actors import Actor
from helpdesk.core.models import Department, User
from helpdesk.core.text import line
from helpdesk.events.recording import record
from tickets.errors import DepartmentOutOfReach, NotAnAgent, SubjectMissing, SubjectTooLong, UnknownChoice
from tickets.models import Ticket
from tickets.policies import require_keep_private, require_status_change, require_worker
from tickets.services.attachments import check_files
from tickets.services.changing import (
    Change,
    apply_change,
    apply_status,
    as_list,
    known_status,
    lock_tickets,
    name_of,
    show_on,
)
from tickets.services.methods import method_for
from tickets.services.posting import ON_A_PAGE, Origin, Post, check_body, check_origin, on_behalf, post
from tickets.services.requesters import account_for, change_account, change_contact, requester_for
from tickets.status_kinds import StatusKind, after_desk_reply

__all__ = [
    "assign",
    "change_account",
    "change_contact",
    "change_department",
    "change_priority",
    "change_status",
    "change_subject",
    "close_ticket",
    "create_ticket",
    "reopen_ticket",
    "set_private",
]

SUBJECT_LIMIT = 250
SPOKEN_BY_REQUESTER = (Ticket.Channel.PHONE, Ticket.Channel.EMAIL)
"""What comes in this way are the requester's words, whoever of the desk types them."""
Tickets = Ticket | Iterable[Ticket]


@transaction.atomic
def create_ticket(
    fields: dict[str, Any],
    *,
    actor: Actor,
    body: str,
    attachments: Sequence[UploadedFile] = (),
    origin: Origin = ON_A_PAGE,
) -> Ticket:
    """Open a ticket with its first message.

    `fields`: `subject`; `contact` (not needed when the actor is one); optional `account` (absent: the contact's
    primary one; None: none), `department`, `priority`, `assignee`, `channel`, `is_private`, `contact_method` (the one
    it came by; absent: the contact's default for the channel).
    When the desk opens it for a call or a letter, the first message is the requester's, entered by the actor. Its
    `origin` says what the outside calls it; its channel is the ticket's.
    Raises a `DomainError` of `tickets.errors`.
    """
    contact = requester_for(fields.get("contact"), actor)
    channel = _known(fields.get("channel") or _usual_channel(actor), Ticket.Channel, "channel")
    ticket = Ticket(
        subject=_clean_subject(fields.get("subject", "")),
        contact=contact,
        account=account_for(contact, fields),
        department=fields.get("department"),
        priority=_known(fields.get("priority") or Ticket.Priority.NORMAL, Ticket.Priority, "priority"),
        channel=channel,
        contact_method=method_for(contact, channel, fields.get("contact_method")),
        is_private=bool(fields.get("is_private")),
        created_by=actor.user,
    )
    _set_desk_fields(ticket, fields, actor)
    check_origin(origin)
    check_body(body, attachments)
    check_files(attachments)
    ticket.save(force_insert=True)
    entered = _is_entered(ticket, actor)
    came = replace(origin, channel=ticket.channel)
    said = Post(body=body, files=attachments, origin=came, for_requester=entered)
    message = post(ticket, said, actor=actor)
    entered_for = {"entered_for": str(contact)} if entered else {}
    record(
        "ticket.created",
        subject=ticket,
        related=contact,
        actor=actor,
        subject_line=ticket.subject,
        message=message.pk,
        **entered_for,
        **on_behalf(message),
    )
    return ticket


def _set_desk_fields(ticket: Ticket, fields: dict[str, Any], actor: Actor) -> None:
    if not actor.is_staff:
        return  # customers neither assign nor choose a status
    assignee = fields.get("assignee")
    _check_assignee(assignee)
    _check_reach(ticket, assignee, actor)
    ticket.assignee = assignee
    if assignee:
        ticket.status_id = ticket.status_kind = after_desk_reply(ticket.status_kind) or ticket.status_kind


def _check_reach(ticket: Ticket, assignee: User | None, actor: Actor) -> None:
    """Nobody opens a ticket that they would not see."""
    departments = actor.departments
    seen = departments is None or ticket.department_id in departments or assignee == actor.user
    if not seen:
        raise DepartmentOutOfReach


def _is_entered(ticket: Ticket, actor: Actor) -> bool:
    """Whether somebody of the desk writes down what the requester said, rather than writing to them."""
    return actor.is_staff and actor.user is not None and ticket.channel in SPOKEN_BY_REQUESTER


def _usual_channel(actor: Actor) -> str:
    return Ticket.Channel.WEB if actor.is_staff else Ticket.Channel.PORTAL


def _clean_subject(subject: str) -> str:
    cleaned = line(subject or "")
    if not cleaned:
        raise SubjectMissing
    if len(cleaned) > SUBJECT_LIMIT:
        raise SubjectTooLong(SUBJECT_LIMIT)
    return cleaned


def _known(value: str, choices: Any, field: str) -> str:
    if value not in choices.values:
        raise UnknownChoice(field)
    return str(value)


def _check_assignee(user: User | None) -> None:
    if user is not None and not (user.is_active and user.is_staff):
        raise NotAnAgent


@transaction.atomic
def change_status(tickets: Tickets, status: str, *, actor: Actor) -> list[Ticket]:
    """Give one or many the status with the code `status`; the changed ones come back. A customer may settle, or reopen
    what is solved. Raises `UnknownChoice` and `TicketFinal`."""
    given = as_list(tickets)
    wanted = known_status(status)
    locked = lock_tickets(given)
    require_status_change(locked, wanted, actor)
    changed = apply_status(locked, wanted, actor=actor)
    show_on(given, locked)
    return changed


def close_ticket(ticket: Ticket, *, actor: Actor) -> list[Ticket]:
    """What a customer does when the matter is settled: it becomes solved, and may still be taken up again."""
    return change_status(ticket, StatusKind.SOLVED, actor=actor)


def reopen_ticket(ticket: Ticket, *, actor: Actor) -> list[Ticket]:
    """Take a solved ticket up again."""
    return change_status(ticket, StatusKind.OPEN, actor=actor)


@transaction.atomic
def assign(tickets: Tickets, user: User | None, *, actor: Actor) -> list[Ticket]:
    """Give tickets to someone of the desk, or (None) to nobody. New ones become open."""
    given = as_list(tickets)
    require_worker(actor, given)
    _check_assignee(user)
    locked = lock_tickets(given)
    people = User.objects.in_bulk(
        {t.assignee_id for t in locked if t.assignee_id} | ({user.pk} if user else set())
    )
    change = Change(
        "assignee_id", user.pk if user else None, "ticket.assigned", name="assignee", word=name_of(people)
    )
    changed = apply_change(locked, change, actor=actor)
    if user is not None:
        _open_assigned(changed, actor)
    show_on(given, locked)
    return changed


def _open_assigned(tickets: Sequence[Ticket], actor: Actor) -> None:
    opened = [ticket for ticket in tickets if after_desk_reply(ticket.status_kind)]
    if opened:
        apply_status(opened, known_status(StatusKind.OPEN), actor=actor)


@transaction.atomic
def change_priority(tickets: Tickets, priority: str, *, actor: Actor) -> list[Ticket]:
    """Set the priority of one or many."""
    given = as_list(tickets)
    require_worker(actor, given)
    _known(priority, Ticket.Priority, "priority")
    locked = lock_tickets(given)
    changed = apply_change(locked, Change("priority", priority, "ticket.priority_changed"), actor=actor)
    show_on(given, locked)
    return changed


@transaction.atomic
def change_department(tickets: Tickets, department: Department | None, *, actor: Actor) -> list[Ticket]:
    """Move tickets to another department."""
    given = as_list(tickets)
    require_worker(actor, given)
    locked = lock_tickets(given)
    known = {t.department_id for t in locked if t.department_id} | ({department.pk} if department else set())
    names = name_of(Department.objects.in_bulk(known))
    value = department.pk if department else None
    change = Change("department_id", value, "ticket.department_changed", name="department", word=names)
    changed = apply_change(locked, change, actor=actor)
    show_on(given, locked)
    return changed


@transaction.atomic
def change_subject(ticket: Ticket, subject: str, *, actor: Actor) -> Ticket:
    """Say better what it is about. Raises `SubjectMissing` and `SubjectTooLong`."""
    require_worker(actor, [ticket])
    locked = lock_tickets([ticket])
    apply_change(locked, Change("subject", _clean_subject(subject), "ticket.subject_changed"), actor=actor)
    show_on([ticket], locked)
    return ticket


@transaction.atomic
def set_private(ticket: Ticket, private: bool, *, actor: Actor) -> Ticket:
    """Keep a ticket between its requester and the desk, or share it again. The requester may, and the desk."""
    require_keep_private(ticket, actor)
    locked = lock_tickets([ticket])
    apply_change(locked, Change("is_private", private, "ticket.privacy_changed"), actor=actor)
    show_on([ticket], locked)
    return ticket
