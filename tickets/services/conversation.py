"""Replies that the customer reads, and notes that only the desk does."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.events.recording import record
from tickets.errors import TicketClosed, UnknownChoice
from tickets.models import Message, Ticket
from tickets.policies import require_repliable, require_worker
from tickets.services.attachments import check_files
from tickets.services.changing import apply_status, lock_tickets, show_on
from tickets.services.posting import Post, check_body, on_behalf, post

REOPENED_BY_CUSTOMER = {Ticket.Status.SOLVED, Ticket.Status.PENDING}


@transaction.atomic
def reply(
    ticket: Ticket,
    body: str,
    *,
    actor: Actor,
    attachments: Sequence[UploadedFile] = (),
    status: str | None = None,
) -> Message:
    """Say something that everyone who sees the ticket may read.

    A customer's reply takes a solved or pending ticket up again; the desk's sets `status` when given,
    and opens a new one.
    Raises `TicketClosed` and the errors of messages and files.
    """
    require_repliable([ticket], actor)
    (locked,) = lock_tickets([ticket])
    if not locked.takes_replies:
        raise TicketClosed
    check_body(body, attachments)
    check_files(attachments)
    if status and status not in Ticket.Status.values:
        raise UnknownChoice("status")
    by_customer = actor.kind in {actors.CONTACT, actors.CHANNEL}
    channel = Ticket.Channel.PORTAL if actor.kind == actors.CONTACT else Ticket.Channel.WEB
    message = post(locked, Post(body=body, files=attachments, channel=channel), actor=actor)
    record("ticket.replied", subject=locked, actor=actor, message=message.pk, **on_behalf(message))
    next_status = _after_customer(locked) if by_customer else _after_agent(locked, status)
    if next_status:
        apply_status([locked], next_status, actor=actor)
    show_on([ticket], [locked])
    return message


def _after_customer(ticket: Ticket) -> str | None:
    return Ticket.Status.OPEN if ticket.status in REOPENED_BY_CUSTOMER else None


def _after_agent(ticket: Ticket, status: str | None) -> str | None:
    return status or (Ticket.Status.OPEN if ticket.status == Ticket.Status.NEW else None)


@transaction.atomic
def add_note(ticket: Ticket, body: str, *, actor: Actor, attachments: Sequence[UploadedFile] = ()) -> Message:
    """Write something that only the desk ever sees."""
    require_worker(actor)
    (locked,) = lock_tickets([ticket])
    check_body(body, attachments)
    check_files(attachments)
    message = post(locked, Post(body=body, kind=Message.Kind.NOTE, files=attachments), actor=actor)
    record("ticket.note_added", subject=locked, actor=actor, message=message.pk)
    show_on([ticket], [locked])
    return message
