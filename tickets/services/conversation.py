"""Replies that the customer reads, and notes that only the desk does."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from helpdesk.core.actors import Actor
from helpdesk.events.recording import record
from tickets.errors import TicketClosed
from tickets.models import Message, Ticket, TicketStatus
from tickets.policies import require_repliable, require_worker
from tickets.services.attachments import check_files
from tickets.services.changing import apply_status, known_status, lock_tickets, show_on
from tickets.services.posting import ON_A_PAGE, Origin, Post, check_body, check_origin, on_behalf, post
from tickets.status_kinds import after_customer_message, after_desk_reply


@transaction.atomic
def reply(
    ticket: Ticket,
    body: str,
    *,
    actor: Actor,
    attachments: Sequence[UploadedFile] = (),
    status: str | None = None,
    origin: Origin = ON_A_PAGE,
) -> Message:
    """Say something that everyone who sees the ticket may read; the author is the actor's contact or user.

    A customer's reply takes a solved or pending ticket up again; the desk's sets `status` when given, and opens a new
    one. Raises `TicketClosed`, `MessageKnown` and the errors of messages and files.
    """
    require_repliable([ticket], actor)
    (locked,) = lock_tickets([ticket])
    if not locked.takes_replies:
        raise TicketClosed
    check_origin(origin)
    check_body(body, attachments)
    check_files(attachments)
    chosen = _chosen(locked, status)
    message = post(locked, Post(body=body, files=attachments, origin=origin), actor=actor)
    record("ticket.replied", subject=locked, actor=actor, message=message.pk, **on_behalf(message))
    _set_status_after(locked, chosen, message.is_from_customer, actor)
    show_on([ticket], [locked])
    return message


def _chosen(ticket: Ticket, status: str | None) -> TicketStatus | None:
    """What a status chosen with a reply means. The one it has may be out of use and can still be kept."""
    if not status:
        return None
    return ticket.status if status == ticket.status_id else known_status(status)


def _set_status_after(locked: Ticket, chosen: TicketStatus | None, by_customer: bool, actor: Actor) -> None:
    """A choice is the desk's alone; without one the kind of the status says what a message leads to."""
    if chosen is None or by_customer:
        follows = after_customer_message if by_customer else after_desk_reply
        kind = follows(locked.status_kind)
        chosen = known_status(kind) if kind else None
    if chosen is not None:
        apply_status([locked], chosen, actor=actor)


@transaction.atomic
def add_note(
    ticket: Ticket,
    body: str,
    *,
    actor: Actor,
    attachments: Sequence[UploadedFile] = (),
    origin: Origin = ON_A_PAGE,
) -> Message:
    """Write something that only the desk ever sees. Raises as `reply`, but for `TicketClosed`."""
    require_worker(actor, [ticket], "tickets.add_message")
    (locked,) = lock_tickets([ticket])
    check_origin(origin)
    check_body(body, attachments)
    check_files(attachments)
    said = Post(body=body, kind=Message.Kind.NOTE, files=attachments, origin=origin)
    message = post(locked, said, actor=actor)
    record("ticket.note_added", subject=locked, actor=actor, message=message.pk)
    show_on([ticket], [locked])
    return message
