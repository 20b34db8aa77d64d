"""The tables of tickets. Only services write to them."""

from tickets.models.conversation import Attachment, Follower, Message, MessageRecipient, StaleSearchKeys
from tickets.models.departments import Department
from tickets.models.drafts import Draft
from tickets.models.tickets import OPEN_STATUSES, Ticket

__all__ = [
    "OPEN_STATUSES",
    "Attachment",
    "Department",
    "Draft",
    "Follower",
    "Message",
    "MessageRecipient",
    "StaleSearchKeys",
    "Ticket",
]
