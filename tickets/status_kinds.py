"""The six kinds of ticket status, what each means, and which moves between them are allowed.

Rules, clocks, indexes, visibility and the help center go by the kind; nothing compares a status by name. The statuses
themselves are rows (`tickets.models.TicketStatus`), read through `tickets.statuses`. The default status of a kind has
the kind as its code.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StatusKind(models.TextChoices):
    """The labels are the desk's names of the default statuses, as long as nobody renamed them."""

    NEW = "new", pgettext_lazy("status", "New")
    OPEN = "open", pgettext_lazy("status", "Open")
    PENDING = "pending", pgettext_lazy("status", "Pending")
    ON_HOLD = "on_hold", pgettext_lazy("status", "On hold")
    SOLVED = "solved", pgettext_lazy("status", "Solved")
    CLOSED = "closed", pgettext_lazy("status", "Closed")


KINDS = tuple(StatusKind.values)
OPEN_KINDS = ("new", "open", "pending", "on_hold")
"""Work that is not done. Written out: the conditions of partial indexes repeat it, in this order."""
DONE_KINDS = ("solved", "closed")
WAITING_FOR_CUSTOMER = StatusKind.PENDING
RESTING_WITH_DESK = tuple(kind for kind in OPEN_KINDS if kind != WAITING_FOR_CUSTOMER)

CUSTOMER_WORDS: Mapping[str, str | Promise] = {
    StatusKind.NEW: _("With us"),
    StatusKind.OPEN: _("With us"),
    StatusKind.PENDING: _("Waiting for you"),
    StatusKind.ON_HOLD: _("Planned"),
    StatusKind.SOLVED: _("Solved"),
    StatusKind.CLOSED: _("Closed"),
}
"""What customers read where a status has no name for them."""

SET_BY_CUSTOMERS: Mapping[str, Collection[str]] = {
    StatusKind.SOLVED: OPEN_KINDS,
    StatusKind.OPEN: (StatusKind.SOLVED,),
}
"""The kinds that a customer may set, and from which: settle what is open, take up what is solved."""
OPENED_BY_CUSTOMER = (StatusKind.PENDING, StatusKind.SOLVED)
"""The kinds that a customer's message makes open; on hold and new stay."""
SET_BY_REPLIES = (StatusKind.PENDING, StatusKind.OPEN, StatusKind.SOLVED)
"""The kinds that the desk may set along with a reply."""
OPENED_BY_DESK = (StatusKind.NEW,)
"""The kinds that the desk's public reply without a choice, and an assignment, make open."""


def is_open(kind: str) -> bool:
    """Whether work is left to do."""
    return kind in OPEN_KINDS


def is_final(kind: str) -> bool:
    """Whether a ticket of this kind stays so: no reply, no other kind."""
    return kind == StatusKind.CLOSED


def desk_may_move(kind: str, to: str) -> bool:
    """Whether the desk may move a ticket from one kind to another: to any, except out of the final one."""
    return not is_final(kind) or is_final(to)


def customer_may_move(kind: str, to: str) -> bool:
    """Whether a customer who may reply may move a ticket from one kind to another."""
    return kind in SET_BY_CUSTOMERS.get(to, ())


def after_customer_message(kind: str) -> StatusKind | None:
    """The kind that a customer's message leads to; None where it stays."""
    return StatusKind.OPEN if kind in OPENED_BY_CUSTOMER else None


def after_desk_reply(kind: str) -> StatusKind | None:
    """The kind that the desk's reply or an assignment leads to when nobody chose one; None where it stays."""
    return StatusKind.OPEN if kind in OPENED_BY_DESK else None
