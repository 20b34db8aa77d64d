"""What became of the letters about a ticket, for those who wrote the words: on the page, in the list, after sending."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from customers.models import Contact, ContactMethod
from helpdesk.core.actors import Actor
from helpdesk.core.words import phrase, phrase_n
from helpdesk.outbox.models import Delivery
from tickets.models import Message, Ticket
from tickets.services.addressees import requester_unreached

ABOUT = Message._meta.label_lower
State = Delivery.State
MOST_NAMES = 3
#: So long the page looks by itself whether a letter has left.
WATCHED = timedelta(minutes=2)
SENT, WAITING, FAILED, ENDED = "sent", "waiting", "failed", "ended"


@dataclass
class LetterLine:
    """What became of some of a message's letters, in a sentence. `kind`: sent, waiting, failed or ended."""

    kind: str
    words: str
    why: str = ""
    at: datetime | None = None


@dataclass
class Letters:
    """The letters of one message."""

    lines: list[LetterLine] = field(default_factory=list)
    is_watched: bool = False
    """Whether one of them is about to leave: the page looks again."""


def letters_of(messages: Iterable[Message]) -> dict[int, Letters]:
    """The letters of each message that has some: one query."""
    rows = Delivery.objects.about(ABOUT, [message.pk for message in messages]).order_by("id")
    by_message = defaultdict[int, list[Delivery]](list)
    for row in rows:
        by_message[row.about_id or 0].append(row)
    return {pk: _told(deliveries) for pk, deliveries in by_message.items()}


def _told(deliveries: Sequence[Delivery]) -> Letters:
    waiting = [row for row in deliveries if row.state in (State.WAITING, State.SENDING)]
    fresh = [row for row in waiting if not row.attempts or row.state == State.SENDING]
    sent = [row for row in deliveries if row.state == State.SENT]
    lines = [*_line_of_sent(sent), *_line_of_fresh(fresh)]
    lines += [_line_of_one(row) for row in deliveries if row not in fresh and row.state != State.SENT]
    since = timezone.now() - WATCHED
    return Letters(lines, is_watched=any(row.created_at > since for row in fresh))


def _line_of_sent(rows: Sequence[Delivery]) -> list[LetterLine]:
    if not rows:
        return []
    at = max(row.ended_at for row in rows if row.ended_at)
    return [LetterLine(SENT, phrase("Sent to %(names)s", names=_names(rows)), at=at)]


def _line_of_fresh(rows: Sequence[Delivery]) -> list[LetterLine]:
    return [LetterLine(WAITING, phrase("Queued for %(names)s", names=_names(rows)))] if rows else []


def _line_of_one(row: Delivery) -> LetterLine:
    name = row.name or row.address
    if row.state == State.REFUSED:
        words = phrase("Refused by the mail server for %(name)s, %(address)s", name=name, address=row.address)
        return LetterLine(FAILED, words, row.why, row.ended_at)
    if row.state == State.GIVEN_UP:
        words = phrase("Not delivered to %(name)s, %(address)s", name=name, address=row.address)
        return LetterLine(FAILED, words, row.why, row.ended_at)
    if row.state == State.CANCELLED:
        return LetterLine(ENDED, phrase("Not sent to %(name)s", name=name), row.why, row.ended_at)
    return LetterLine(
        WAITING, phrase("Not delivered to %(name)s yet, next attempt", name=name), row.why, row.next_at
    )


def _names(rows: Sequence[Delivery]) -> str:
    names = [row.name or row.address for row in rows]
    shown, more = names[:MOST_NAMES], len(names) - MOST_NAMES
    listed = ", ".join(shown)
    if more <= 0:
        return listed
    return phrase_n("%(names)s and %(n)s more", "%(names)s and %(n)s more", more, names=listed)


# --- After sending -----------------------------------------------------------------------
@dataclass(frozen=True)
class Sent:
    """What a reply can truly be said to have done."""

    words: str
    is_whole: bool


def what_was_sent(message: Message, *, actor: Actor) -> Sent:
    """Whether letters are on their way, and if none goes to the requester, why not."""
    rows = list(Delivery.objects.about(ABOUT, [message.pk]))
    requester = Contact.objects.with_methods().select_related("user").get(pk=message.ticket.contact_id)
    label = Contact._meta.label_lower
    if any((row.recipient_type, row.recipient_id) == (label, requester.pk) for row in rows):
        return Sent(phrase("Reply sent"), is_whole=True)
    why = requester_unreached(message.ticket, requester, actor=actor)
    if rows:
        said = phrase("Reply sent to other recipients, but not to %(name)s.", name=requester.name)
    else:
        said = phrase("Reply saved. No email was sent.")
    return Sent(f"{said} {why}".strip(), is_whole=False)


# --- In a list ---------------------------------------------------------------------------
def mark_mail_trouble(tickets: Sequence[Ticket]) -> None:
    """Set `mail_trouble` on open tickets whose requester no letter reaches, or whose last letters never arrived.

    Two queries for any number of tickets. Tickets with their contacts.
    """
    open_ones = [ticket for ticket in tickets if ticket.is_open]
    unreached = _unreached({ticket.contact_id: ticket.contact for ticket in open_ones})
    failed = _last_failed([ticket.pk for ticket in open_ones])
    for ticket in open_ones:
        if ticket.pk in failed:
            ticket.mail_trouble = phrase("The last email was not delivered")
        elif ticket.contact_id in unreached:
            ticket.mail_trouble = phrase("No email can reach %(name)s", name=ticket.contact.name)


def _unreached(contacts: dict[int, Contact]) -> set[int]:
    rows = ContactMethod.objects.filter(contact__in=contacts, kind=ContactMethod.Kind.EMAIL, is_default=True)
    reached = set(rows.filter(bouncing_since__isnull=True).values_list("contact", flat=True))
    return {pk for pk, contact in contacts.items() if pk not in reached or not contact.is_active}


def _last_failed(tickets: Sequence[int]) -> set[int]:
    """Those of the tickets whose newest public message has a letter that never arrived."""
    newer = Message.objects.filter(ticket=OuterRef("ticket"), kind=Message.Kind.PUBLIC, pk__gt=OuterRef("pk"))
    failed = Delivery.objects.failed().filter(about_type=ABOUT, about_id=OuterRef("pk"))
    rows = Message.objects.filter(
        Exists(failed), ~Exists(newer), ticket__in=tickets, kind=Message.Kind.PUBLIC
    )
    return set(rows.order_by().values_list("ticket", flat=True))
