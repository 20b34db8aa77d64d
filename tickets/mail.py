"""Letters about tickets: to whom, and what they say. The consumer writes rows of the outbox because of what the feed
says; the text is made when the letter leaves, in the reader's language, and only for people who may see the ticket at
that moment."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from customers.models import Contact
from customers.services.methods.reaching import BOUNCING, present_address, why_no_mail
from helpdesk.core import actors
from helpdesk.core.models import User
from helpdesk.core.words import phrase
from helpdesk.events.consuming.consumers import Batches, Consumer, Stage, register
from helpdesk.events.models import AuditEntry
from helpdesk.outbox.letters import AUTOMATIC, Letter, Undeliverable, letter, short
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.posting import Recipient, Wanted, mail_host, post
from tickets.models import Message, Ticket
from tickets.services.addressees import Addressee, addressees_of, may_still_read, requester_alone
from tickets.services.letters import CONSUMER, OPENED

CONFIRMATION, REPLY = "tickets.confirmation", "tickets.reply"
REPLIED = "ticket.replied"


# --- When, and to whom -------------------------------------------------------
def write_letters(entry: AuditEntry) -> None:
    """Confirm a new ticket to its requester; tell those concerned of a public message. Notes never leave the desk, and
    what the desk itself loads or imports writes to nobody."""
    message = _read(entry.data["message"])
    if message is None or message.is_note or entry.actor_kind == actors.SYSTEM:
        return
    if entry.code == OPENED:
        _post(CONFIRMATION, message, requester_alone(message.ticket))
    else:
        _post(REPLY, message, addressees_of(message))


LETTERS = register(
    Consumer(
        CONSUMER,
        listens_to=(OPENED, REPLIED),
        handle=write_letters,
        stage=Stage.TELLING,
        batches=Batches.EACH,
    )
)


def _post(kind: str, message: Message, addressees: Sequence[Addressee]) -> None:
    message_id = f"<message-{message.pk}.ticket-{message.ticket_id}@{mail_host()}>"
    wanted = Wanted(kind, params={"message": message.pk}, about=message, message_id=message_id)
    post(wanted, [Recipient(each.address, each.name, each.language, each.person) for each in addressees])


# --- What --------------------------------------------------------------------
@letter(CONFIRMATION, title=lambda: phrase("%(Term_ticket)s confirmation"))
def write_confirmation(delivery: Delivery) -> Letter | None:
    """Tells the requester that the ticket is there."""
    return _letter("ticket_created", delivery)


@letter(REPLY, title=lambda: phrase("%(Term_ticket)s message"))
def write_reply(delivery: Delivery) -> Letter | None:
    """Tells somebody of a public message."""
    return _letter("reply", delivery)


def _letter(template: str, delivery: Delivery) -> Letter | None:
    message = _read(delivery.params["message"])
    person = _reader(delivery)
    if message is None or message.is_note or person is None or not may_still_read(message.ticket, person):
        return None
    ticket = message.ticket
    context = {
        "ticket": ticket,
        "message": message,
        "link": _link(ticket, person),
        "desk_name": settings.HELPDESK_NAME,
        "files": list(message.attachments.all()),
    }
    return Letter(
        short(f"[#{ticket.reference}] {ticket.subject}"),
        render_to_string(f"mail/{template}.txt", context),
        render_to_string(f"mail/{template}.html", context),
        # One conversation stays one thread.
        headers={**AUTOMATIC, "References": f"<ticket-{ticket.pk}@{mail_host()}>"},
        address=_address(person, delivery),
    )


def _read(message_id: int) -> Message | None:
    related = ("ticket__contact__user", "ticket__account", "author_user", "author_contact")
    return Message.objects.select_related(*related).filter(pk=message_id).first()


def _reader(delivery: Delivery) -> Contact | User | None:
    number = delivery.recipient_id or 0
    if delivery.recipient_type == User._meta.label_lower:
        return User.objects.filter(pk=number, is_active=True, is_staff=True).first()
    people = Contact.objects.with_methods().select_related("user")
    return people.filter(pk=number, is_active=True).first()


def _address(person: Contact | User, delivery: Delivery) -> str:
    """Where the reader is reached now: an address that was corrected since gets the letter."""
    if isinstance(person, User):
        return person.email or ""
    address = present_address(person, delivery.address)
    if not address:
        bounces = why_no_mail(person) == BOUNCING
        raise Undeliverable(Delivery.Reason.BOUNCING if bounces else Delivery.Reason.NO_ADDRESS)
    return address


def _link(ticket: Ticket, person: Contact | User) -> str:
    """The ticket where this person reads it."""
    name = "tickets:ticket_detail" if isinstance(person, User) else "portal:ticket_detail"
    return f"{settings.HELPDESK_PUBLIC_URL}{reverse(name, args=[ticket.pk])}"
