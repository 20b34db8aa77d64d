"""The tables of tickets. Only services write to them."""

from tickets.models.conversation import Attachment, Follower, Message, MessageRecipient, StaleSearchKeys
from tickets.models.drafts import Draft
from tickets.models.participants import Participant
from tickets.models.statuses import TicketStatus, TicketStatusName
from tickets.models.tickets import Ticket

__all__ = [
    "Attachment",
    "Draft",
    "Follower",
    "Message",
    "MessageRecipient",
    "Participant",
    "StaleSearchKeys",
    "Ticket",
    "TicketStatus",
    "TicketStatusName",
]
