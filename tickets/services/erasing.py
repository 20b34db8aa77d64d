"""What tickets keep of a person: they stay, with an anonymous requester."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from customers.erasing.contacts import Erased, told
from customers.models import ContactMethod
from customers.registry import Erasure
from helpdesk.core.words import phrase_n
from helpdesk.events.models import AuditEntry
from helpdesk.events.redaction import redact_rows, tree
from tickets.models import Attachment, Draft, Follower, Message, MessageRecipient, Participant, Ticket
from tickets.services.changing import MANY
from tickets.services.drafts import AT_THE_DESK
from tickets.services.handing_over import delete_files

BLANK = "[…]"
SUBJECTS = {"subject", "subject_line"}
"""Where entries of the history hold the subject of a ticket."""
PARTICIPANT_CODES = ("ticket.participant_added", "ticket.participant_removed")
"""Entries that hold an address, on tickets of anybody."""


def goes(person: Erased) -> list[tuple[str, int]]:
    """Said before it is done."""
    followings = Follower.objects.filter(contact=person.contact)
    return [
        told(
            followings,
            lambda n: phrase_n("%(n)s followed %(term_ticket)s", "%(n)s followed %(term_tickets)s", n),
        ),
        told(
            _participations(person),
            lambda n: phrase_n(
                "participant of %(n)s %(term_ticket)s", "participant of %(n)s %(term_tickets)s", n
            ),
        ),
        told(_drafts(person), lambda n: phrase_n("%(n)s draft", "%(n)s drafts", n)),
    ]


def stays(person: Erased) -> list[tuple[str, int]]:
    """How much stays with an anonymous requester; messages and files go when that is chosen."""
    return [
        told(_tickets(person), lambda n: phrase_n("%(n)s %(term_ticket)s", "%(n)s %(term_tickets)s", n)),
        told(_messages(person), lambda n: phrase_n("%(n)s message", "%(n)s messages", n)),
        told(_attachments(person), lambda n: phrase_n("%(n)s file", "%(n)s files", n)),
    ]


def erase(person: Erased) -> None:
    """The name goes from what the person wrote; the words and files go when that was chosen."""
    Follower.objects.filter(contact=person.contact).delete()
    _participations(person).delete()
    taken_part = AuditEntry.objects.filter(code__in=PARTICIPANT_CODES)
    redact_rows(taken_part, ["data"], person.traces.unmistakable)
    _drafts(person).delete()
    redact_rows(Draft.objects.all(), ["fields"], person.traces.unmistakable)
    own = Message.objects.filter(author_contact=person.contact)
    own.exclude(author_name="").update(author_name=person.traces.label)
    own.exclude(sender_address="").update(sender_address="")
    redact_rows(Message.objects.all(), ["author_name", "sender_address"], person.traces.unmistakable)
    _forget_address(person)
    redact_rows(_entries(person), ["data"], person.traces)
    if person.choices.attachments:
        delete_files(_attachments(person))
        _messages(person).exclude(file_names="").update(file_names="")
    if person.choices.messages:
        _blank(person)


def _participations(person: Erased) -> QuerySet[Participant]:
    """Where the person takes part by mail, by any of their addresses."""
    methods = person.contact.methods.filter(kind=ContactMethod.Kind.EMAIL)
    keys = set(methods.values_list("value_key", flat=True))
    keys |= {person.user.email_key or ""} if person.user else set()
    return Participant.objects.filter(Q(contact=person.contact) | Q(address_key__in=keys - {""}))


def _drafts(person: Erased) -> QuerySet[Draft]:
    """What the person is writing, and what anybody is writing to them."""
    theirs = Q(user__contact=person.contact) & ~Q(kind__in=AT_THE_DESK)
    return Draft.objects.filter(theirs | Q(contact=person.contact) | Q(ticket__contact=person.contact))


def _forget_address(person: Erased) -> None:
    """What was written to the person was written to somebody: the rows stay, without name and address."""
    addressed = MessageRecipient.objects.filter(contact=person.contact)
    addressed.update(name=person.traces.label, address="")
    redact_rows(MessageRecipient.objects.all(), ["name", "address"], person.traces.unmistakable)


def _tickets(person: Erased) -> QuerySet[Ticket]:
    return Ticket.objects.filter(contact=person.contact)


def _entries(person: Erased) -> QuerySet[AuditEntry]:
    numbers = list(_tickets(person).values_list("pk", flat=True))
    return AuditEntry.objects.filter(subject_type=Ticket._meta.label_lower, subject_id__in=numbers)


def _messages(person: Erased) -> QuerySet[Message]:
    """All that was said on the person's tickets, by anybody, and what the person said on others'."""
    return Message.objects.filter(Q(ticket__contact=person.contact) | Q(author_contact=person.contact))


def _attachments(person: Erased) -> QuerySet[Attachment]:
    messages = _messages(person).order_by().values("pk")
    return Attachment.objects.filter(message__in=messages)


def _blank(person: Erased) -> None:
    """Subjects are words of the person too, and so are the subjects in the history."""
    _messages(person).update(body=BLANK, html=f"<p>{BLANK}</p>")
    _tickets(person).update(subject=BLANK)
    told = [entry for entry in _entries(person).iterator(chunk_size=MANY) if SUBJECTS & entry.data.keys()]
    for entry in told:
        entry.data |= {key: tree(entry.data[key], lambda text: BLANK) for key in SUBJECTS & entry.data.keys()}
    AuditEntry.objects.bulk_update(told, ["data"], batch_size=MANY)


CONVERSATIONS = Erasure(goes=goes, stays=stays, erase=erase)
