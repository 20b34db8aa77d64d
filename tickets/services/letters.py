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
from helpdesk.events.models import EventDelivery
from helpdesk.outbox.models import Delivery
from tickets.models import Message, Ticket
from tickets.services.addressees import Addressee, addressees_of, requester_alone, requester_unreached

ABOUT = Message._meta.label_lower
CONSUMER, OPENED = "tickets.letters", "ticket.created"
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
    """The letters of each message that has some: one query, and some more for the seconds until they are written."""
    messages = list(messages)
    rows = Delivery.objects.about(ABOUT, [message.pk for message in messages]).order_by("id")
    by_message = defaultdict[int, list[Delivery]](list)
    for row in rows:
        by_message[row.about_id or 0].append(row)
    told = {pk: _told(deliveries) for pk, deliveries in by_message.items()}
    since = timezone.now() - WATCHED
    young = [message for message in messages if message.pk not in told and message.created_at > since]
    public = [message for message in young if not message.is_note]
    return told | _about_to_be_written(public[-1:])


def _about_to_be_written(messages: Sequence[Message]) -> dict[int, Letters]:
    """The letters that the worker has not come to write yet (`tickets.mail`), named after who will get them. Asked of
    the newest message alone: the worker comes within a second."""
    if not messages:
        return {}
    tickets = {message.ticket_id for message in messages}
    deliveries = EventDelivery.objects.filter(
        consumer=CONSUMER,
        state=EventDelivery.State.WAITING,
        subject_type=Ticket._meta.label_lower,
        subject_id__in=tickets,
    )
    entries = dict(deliveries.values_list("entry__data__message", "entry__code"))
    found = {}
    for message in messages:
        if names := [each.name for each in _expected(message, entries.get(message.pk, ""))]:
            line = LetterLine(WAITING, phrase("Queued for %(names)s", names=_listed(names)))
            found[message.pk] = Letters([line], is_watched=True)
    return found


def _expected(message: Message, code: str) -> list[Addressee]:
    if not code:
        return []
    return requester_alone(message.ticket) if code == OPENED else addressees_of(message)


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
    return _listed([row.name or row.address for row in rows])


def _listed(names: Sequence[str]) -> str:
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
    people = _recipients(message)
    requester = Contact.objects.with_methods().select_related("user").get(pk=message.ticket.contact_id)
    if (Contact._meta.label_lower, requester.pk) in people:
        return Sent(phrase("Reply sent"), is_whole=True)
    why = requester_unreached(message.ticket, requester, actor=actor)
    if people:
        said = phrase("Reply sent to other recipients, but not to %(name)s.", name=requester.name)
    else:
        said = phrase("Reply saved. No email was sent.")
    return Sent(f"{said} {why}".strip(), is_whole=False)


def _recipients(message: Message) -> set[tuple[str, int | None]]:
    """Labels and ids of those who get a letter: whom it was written to, or, in the seconds before, whom it will be."""
    rows = Delivery.objects.about(ABOUT, [message.pk]).values_list("recipient_type", "recipient_id")
    return set(rows) or {(each.person._meta.label_lower, each.person.pk) for each in addressees_of(message)}


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
