"""Putting a message on a ticket: what replies, notes and the first message have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from customers.services.relationships.rights import acts_as
from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.core.text import prose
from tickets.errors import MessageEmpty, MessageKnown, MessageTooLong, UnknownChoice
from tickets.models import Message, Ticket
from tickets.services.attachments import attach_files
from tickets.services.markdown import render_markdown
from tickets.services.recipients import write_recipients

BODY_LIMIT = 50_000


@dataclass(frozen=True)
class Origin:
    """How a message came in, told by whoever brings it. A page tells nothing: its channel follows from the actor.

    `source` is the mailbox (or whatever else brings messages) by a key of its own, ``mailbox:3``; `message_id` is what
    the message is called there; `sender_address` is the address it came from.
    """

    channel: str = ""
    source: str = ""
    message_id: str = ""
    sender_address: str = ""


ON_A_PAGE = Origin()


@dataclass(frozen=True)
class Post:
    """What is to be said."""

    body: str
    kind: str = Message.Kind.PUBLIC
    files: Sequence[UploadedFile] = ()
    origin: Origin = ON_A_PAGE
    for_requester: bool = False
    """The requester's own words, written down by somebody of the desk."""


def check_body(body: str, files: Sequence[UploadedFile] = ()) -> None:
    """Raise when there is nothing to say, or too much of it."""
    body = prose(body)
    if not body.strip() and not files:
        raise MessageEmpty
    if len(body) > BODY_LIMIT:
        raise MessageTooLong(BODY_LIMIT)


def channel_of(origin: Origin, actor: Actor) -> str:
    """The channel of a message: as told, else the help center for customers and the web site for the desk."""
    usual = Ticket.Channel.PORTAL if actor.kind == actors.CONTACT else Ticket.Channel.WEB
    channel = origin.channel or usual
    if channel not in Ticket.Channel.values:
        raise UnknownChoice("channel")
    return str(channel)


def check_origin(origin: Origin) -> None:
    """Raise `MessageKnown` for a message that this source has brought before."""
    known = Message.objects.filter(message_id=origin.message_id, source=origin.source)
    if origin.message_id and known.exists():
        raise MessageKnown


def post(ticket: Ticket, said: Post, *, actor: Actor) -> Message:
    """Write a checked message on a locked ticket, with its files. Who calls it records what happened."""
    body = prose(said.body)
    message = Message(
        ticket=ticket,
        kind=said.kind,
        body=body,
        html=render_markdown(body),
        channel=channel_of(said.origin, actor),
        source=said.origin.source,
        message_id=said.origin.message_id,
        sender_address=said.origin.sender_address,
        author_name=(actor.label or said.origin.sender_address)[:250],
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
    """People sign their own: the actor's contact or user is the author, and nobody speaks in another's name.

    The first message that a machine opens a ticket with is the requester's. What else comes from nobody that is proved
    has no author but the name or address that it came with.
    """
    if actor.kind == actors.CONTACT:
        message.author_contact = actor.contact
    elif said.for_requester:
        message.author_contact, message.entered_by = ticket.contact, actor.user
    elif actor.is_machine and actor.contact is not None and not message.is_note:
        message.author_contact = actor.contact
    elif actor.is_machine and not message.is_note and not ticket.messages.exists():
        message.author_contact = ticket.contact
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
