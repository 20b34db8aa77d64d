"""The columns of tickets, for every export of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from customers.exports.columns import MOMENT, YES_OR_NO, Column, Labels, TableResource
from customers.models import ContactMethod
from customers.resources import EXPORT_PERMISSION
from helpdesk.core.words import phrase_lazy
from tickets.models import Ticket
from tickets.statuses import statuses

TICKET, PEOPLE, TIMES = phrase_lazy("%(Term_ticket)s"), _("People"), _("Times")


@dataclass(frozen=True)
class StatusNames:
    """The code and the name of every status, as they are when it is asked: the desk's names, or the customers'."""

    for_customers: bool = False

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for status in statuses():
            yield status.code, status.customer_label if self.for_customers else status.label


STATUS, CUSTOMER_STATUS = Labels(StatusNames()), Labels(StatusNames(for_customers=True))

_default_email = ContactMethod.objects.filter(
    contact=OuterRef("contact"), kind=ContactMethod.Kind.EMAIL, is_default=True
)


def _or_nothing(value: str | None) -> str:
    return value or ""


def _first(*values: str | None) -> str:
    return next((value for value in values if value), "")


class TicketResource(TableResource):
    """Tickets, a row each. The requester's address is for those who may export contacts."""

    columns: ClassVar[Sequence[Column]] = (
        Column("reference", _("Number"), "pk", str, group=TICKET),
        Column("subject", _("Subject"), "subject", group=TICKET),
        Column("status", _("Status"), "status", STATUS, group=TICKET),
        Column("priority", _("Priority"), "priority", Labels(Ticket.Priority.choices), group=TICKET),
        Column("channel", _("Channel"), "channel", Labels(Ticket.Channel.choices), group=TICKET),
        Column(
            "private",
            _("Private to the requester"),
            "is_private",
            YES_OR_NO,
            group=TICKET,
        ),
        Column("requester", _("Requester"), "contact__name", group=PEOPLE),
        Column(
            "requester_email",
            _("Requester’s email"),
            "default_email",
            _or_nothing,
            group=PEOPLE,
            permission=EXPORT_PERMISSION,
        ),
        Column("account", phrase_lazy("%(Term_account)s"), "account__name", _or_nothing, group=PEOPLE),
        Column(
            "department", phrase_lazy("%(Term_department)s"), "department__name", _or_nothing, group=PEOPLE
        ),
        Column("assignee", _("Assignee"), ("assignee__name", "assignee__email"), _first, group=PEOPLE),
        Column("created", _("Submitted"), "created_at", MOMENT, group=TIMES),
        Column("updated", _("Updated"), "updated_at", MOMENT, group=TIMES),
        Column("last_reply", _("Last reply"), "last_reply_at", MOMENT, group=TIMES),
        Column("solved", _("Solved at"), "solved_at", MOMENT, group=TIMES),
    )

    class Meta(TableResource.Meta):
        model = Ticket

    annotated: ClassVar[Mapping[str, Any]] = {"default_email": Subquery(_default_email.values("value")[:1])}


class CustomerTicketResource(TableResource):
    """Tickets for customers: nothing of who works on them, and not when the desk last wrote a note."""

    columns: ClassVar[Sequence[Column]] = (
        Column("reference", _("Number"), "pk", str, group=TICKET),
        Column("subject", _("Subject"), "subject", group=TICKET),
        Column("status", _("Status"), "status", CUSTOMER_STATUS, group=TICKET),
        Column(
            "private",
            _("Private to the requester"),
            "is_private",
            YES_OR_NO,
            group=TICKET,
        ),
        Column("requester", _("Requester"), "contact__name", group=PEOPLE),
        Column("account", phrase_lazy("%(Term_account)s"), "account__name", _or_nothing, group=PEOPLE),
        Column("created", _("Submitted"), "created_at", MOMENT, group=TIMES),
        Column("last_reply", _("Last reply"), "last_reply_at", MOMENT, group=TIMES),
        Column("solved", _("Solved at"), "solved_at", MOMENT, group=TIMES),
    )

    class Meta(TableResource.Meta):
        model = Ticket
