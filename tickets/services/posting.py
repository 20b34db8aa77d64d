"""Putting a message on a ticket: what replies, notes and the first message have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from customers.services.rights import acts_as
from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.core.text import prose
from tickets.errors import MessageEmpty, MessageTooLong
from tickets.models import Message, Ticket
from tickets.services.attachments import attach_files
from tickets.services.markdown import render_markdown
from tickets.services.recipients import write_recipients

BODY_LIMIT = 50_000


@dataclass(frozen=True)
class Post:
    """What is to be said."""

    body: str
    kind: str = Message.Kind.PUBLIC
    files: Sequence[UploadedFile] = ()
    channel: str = Ticket.Channel.WEB
    for_requester: bool = False
    """The requester's own words, written down by somebody of the desk."""


def check_body(body: str, files: Sequence[UploadedFile] = ()) -> None:
    """Raise when there is nothing to say, or too much of it."""
    body = prose(body)
    if not body.strip() and not files:
        raise MessageEmpty
    if len(body) > BODY_LIMIT:
        raise MessageTooLong(BODY_LIMIT)


def post(ticket: Ticket, said: Post, *, actor: Actor) -> Message:
    """Write a checked message on a locked ticket, with its files. Who calls it records what happened."""
    body = prose(said.body)
    message = Message(
        ticket=ticket,
        kind=said.kind,
        body=body,
        html=render_markdown(body),
        channel=said.channel,
        author_name=actor.label[:250],
    )
    _sign(message, ticket, said, actor)
    say_for_whom(message, ticket)
    message.save(force_insert=True)
    write_recipients(message, ticket)
    attach_files(message, said.files)
    now = timezone.now()
    values = {"updated_at": now} if message.is_note else {"updated_at": now, "last_reply_at": now}
    Ticket.objects.filter(pk=ticket.pk).update(**values)
    for attribute, value in values.items():
        setattr(ticket, attribute, value)
    return message


def _sign(message: Message, ticket: Ticket, said: Post, actor: Actor) -> None:
    """People sign their own; what a channel brings, and what a machine opens a ticket with, is the requester's."""
    if actor.kind == actors.CONTACT:
        message.author_contact = actor.contact
    elif said.for_requester:
        message.author_contact, message.entered_by = ticket.contact, actor.user
    elif actor.user is None and not message.is_note and _speaks_for_requester(ticket, actor):
        message.author_contact = actor.contact or ticket.contact
    else:
        message.author_user = actor.user
    if message.author_contact is not None:
        message.author_name = str(message.author_contact)


def say_for_whom(message: Message, ticket: Ticket) -> None:
    """A contact who does not belong to the ticket's account writes on its behalf: keep that, and as what."""
    if message.author_contact is not None and ticket.account is not None:
        acting_as = acts_as(message.author_contact, ticket.account)
        if acting_as:
            message.acted_for, message.acted_as = ticket.account.name, acting_as[:250]


def on_behalf(message: Message) -> dict[str, Any]:
    """What the history keeps of it: nothing for most messages."""
    acting = {"account": message.acted_for, "responsibility": message.acted_as}
    return {"acting": acting} if message.acted_for else {}


def _speaks_for_requester(ticket: Ticket, actor: Actor) -> bool:
    return actor.kind == actors.CHANNEL or not ticket.messages.exists()
