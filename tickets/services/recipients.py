"""Whom a message is addressed to, written down with the message and kept as it was.

What becomes of it (sent, refused, bounced) is the outbox's to say; who else hears of it because they follow the ticket
is not addressed.
"""

from __future__ import annotations

from customers.models import Contact
from helpdesk.core.models import User
from tickets.models import Message, MessageRecipient, Ticket


def write_recipients(message: Message, ticket: Ticket) -> list[MessageRecipient]:
    """Keep whom a saved message is addressed to at this moment."""
    return MessageRecipient.objects.bulk_create(recipients_of(message, ticket))


def recipients_of(message: Message, ticket: Ticket) -> list[MessageRecipient]:
    """The desk writes to the requester. A customer's message goes to whoever works on the ticket, and to the requester
    when somebody else wrote it. What the desk entered for the requester is confirmed to them. A note goes to nobody."""
    if message.is_note:
        return []
    if not message.is_from_customer or message.entered_by_id is not None:
        return [_to_contact(message, ticket.contact)]
    rows = [_to_user(message, ticket.assignee)] if ticket.assignee else []
    if message.author_contact_id != ticket.contact_id:
        rows.append(_to_contact(message, ticket.contact))
    return rows


def _to_contact(message: Message, contact: Contact) -> MessageRecipient:
    name, address = contact.name[:250], contact.default_email[:254]
    return MessageRecipient(message=message, contact=contact, name=name, address=address)


def _to_user(message: Message, user: User) -> MessageRecipient:
    return MessageRecipient(message=message, user=user, name=str(user)[:250], address=user.email or "")
