"""E-mail about tickets: sent in the background after the change is saved, in the reader's language, and only to
people who may see the ticket at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from customers.models import Contact
from customers.services.bouncing import mark_bouncing
from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.core.addresses import address_key
from helpdesk.core.models import User
from tickets.models import Message, Ticket
from tickets.signals import message_posted, ticket_created

SUBJECT_LIMIT = 200
MAIL = Actor.channel("mail")


@dataclass(frozen=True)
class Recipient:
    """Somebody who may be written to about a ticket."""

    address: str
    language: str
    name: str
    is_staff: bool

    def link(self, ticket: Ticket) -> str:
        """The ticket where this person reads it."""
        name = "tickets:ticket_detail" if self.is_staff else "portal:ticket_detail"
        return f"{settings.HELPDESK_PUBLIC_URL}{reverse(name, args=[ticket.pk])}"


# --- When -------------------------------------------------------------------


@receiver(ticket_created, dispatch_uid="mail_confirmation")
def on_ticket_created(*, message: Message, actor: Actor, **_: Any) -> None:
    """Confirm a new ticket to its requester; what the desk itself loads or imports writes to nobody."""
    if actor.kind != actors.SYSTEM:
        transaction.on_commit(partial(send_confirmation.enqueue, message.pk))


@receiver(message_posted, dispatch_uid="mail_reply")
def on_message_posted(*, message: Message, actor: Actor, **_: Any) -> None:
    """Tell those concerned of a public message. Notes never leave the desk."""
    if not message.is_note and actor.kind != actors.SYSTEM:
        transaction.on_commit(partial(send_reply.enqueue, message.pk))


# --- To whom ----------------------------------------------------------------


def _may_see(ticket: Ticket, actor: Actor) -> bool:
    return Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists()


def _contact_recipient(contact: Contact, ticket: Ticket) -> Recipient | None:
    if not contact.default_email or not _may_see(ticket, Actor(kind=actors.CONTACT, contact=contact)):
        return None
    language = contact.language or (contact.user.language if contact.user else "") or settings.LANGUAGE_CODE
    return Recipient(contact.default_email, language, contact.name, is_staff=False)


def _user_recipient(user: User, ticket: Ticket) -> Recipient | None:
    if not (user.is_active and user.is_staff and _may_see(ticket, Actor.for_user(user))):
        return None
    return Recipient(user.email or "", user.language or settings.LANGUAGE_CODE, str(user), is_staff=True)


def reply_recipients(message: Message) -> list[Recipient]:
    """Requester and followers; on a customer's message also the assignee. Never the author, nobody twice."""
    ticket = message.ticket
    people: list[Contact | User] = [ticket.contact]
    if message.author_contact_id and ticket.assignee:
        people.append(ticket.assignee)
    for follower in ticket.followers.select_related("user", "contact__user"):
        people += [person for person in (follower.user, follower.contact) if person]
    found: dict[str, Recipient] = {}
    for recipient in _recipients(people, message):
        found.setdefault(address_key(recipient.address), recipient)
    return list(found.values())


def _recipients(people: Iterable[Contact | User], message: Message) -> Iterator[Recipient]:
    author = (message.author_user, message.author_contact)
    for person in people:
        if person in author:
            continue
        if isinstance(person, Contact):
            recipient = _contact_recipient(person, message.ticket)
        else:
            recipient = _user_recipient(person, message.ticket)
        if recipient:
            yield recipient


# --- What -------------------------------------------------------------------


def _send(template: str, message: Message, recipient: Recipient) -> None:
    ticket = message.ticket
    context = {
        "ticket": ticket,
        "message": message,
        "recipient": recipient,
        "link": recipient.link(ticket),
        "desk_name": settings.HELPDESK_NAME,
        "files": list(message.attachments.all()),
    }
    with translation.override(recipient.language):
        text = render_to_string(f"mail/{template}.txt", context)
        html = render_to_string(f"mail/{template}.html", context)
    subject = " ".join(f"[#{ticket.reference}] {ticket.subject}".split())[:SUBJECT_LIMIT]
    reply_to = getattr(settings, "HELPDESK_REPLY_TO", "")
    letter = EmailMultiAlternatives(
        subject,
        text,
        to=[recipient.address],
        reply_to=[reply_to] if reply_to else None,
        headers=_headers(message),
    )
    letter.attach_alternative(html, "text/html")
    _deliver(letter, recipient)


def _deliver(letter: EmailMultiAlternatives, recipient: Recipient) -> None:
    """Hand it to the mail server. An address that it refuses for good is marked, and the others still get theirs;
    what may go better another time stays an error."""
    try:
        letter.send()
    except SMTPRecipientsRefused as error:
        refusals = list(error.recipients.values())
        if not all(500 <= code < 600 for code, _words in refusals):
            raise
        for code, words in refusals:
            text = words.decode(errors="replace") if isinstance(words, bytes) else words
            mark_bouncing(recipient.address, actor=MAIL, reason=f"{code} {text}")


def _headers(message: Message) -> dict[str, str]:
    """Ours are machine-sent: no out-of-office should answer them; one conversation stays one thread."""
    host = settings.HELPDESK_PUBLIC_URL.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
    return {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Message-ID": f"<message-{message.pk}.ticket-{message.ticket_id}@{host}>",
        "References": f"<ticket-{message.ticket_id}@{host}>",
    }


def _read(message_id: int) -> Message | None:
    related = (
        "ticket__contact__user",
        "ticket__account",
        "ticket__assignee",
        "author_user",
        "author_contact",
    )
    return Message.objects.select_related(*related).filter(pk=message_id).first()


@task()
def send_confirmation(message_id: int) -> None:
    """Tell the requester that the ticket is there."""
    message = _read(message_id)
    recipient = _contact_recipient(message.ticket.contact, message.ticket) if message else None
    if message and recipient:
        _send("ticket_created", message, recipient)


@task()
def send_reply(message_id: int) -> None:
    """Tell everyone concerned of a public message."""
    message = _read(message_id)
    if message is None or message.is_note:
        return
    for recipient in reply_recipients(message):
        _send("reply", message, recipient)
