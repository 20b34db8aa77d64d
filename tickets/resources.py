"""The columns of tickets, for every export of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from customers.exports.columns import Column, TableResource
from customers.resources import EXPORT_PERMISSION
from helpdesk.core.marks import CUSTOMER_WORDS
from helpdesk.core.words import phrase_lazy
from tickets.models import Ticket

TICKET, PEOPLE, TIMES = phrase_lazy("%(Term_ticket)s"), _("People"), _("Times")


def _attribute(name: str) -> Callable[[Any], Any]:
    return lambda ticket: getattr(ticket, name)


def _name_of(relation: str) -> Callable[[Ticket], str]:
    def read(ticket: Ticket) -> str:
        related = getattr(ticket, relation)
        return str(related) if related else ""

    return read


class TicketResource(TableResource):
    """Tickets, a row each. The requester's address is for those who may export contacts."""

    columns: ClassVar[Sequence[Column]] = (
        Column("reference", _("Number"), _attribute("reference"), group=TICKET),
        Column("subject", _("Subject"), _attribute("subject"), group=TICKET),
        Column("status", _("Status"), lambda ticket: ticket.get_status_display(), group=TICKET),
        Column("priority", _("Priority"), lambda ticket: ticket.get_priority_display(), group=TICKET),
        Column("channel", _("Channel"), lambda ticket: ticket.get_channel_display(), group=TICKET),
        Column(
            "private",
            _("Private to the requester"),
            lambda ticket: translate("Yes") if ticket.is_private else translate("No"),
            group=TICKET,
        ),
        Column("requester", _("Requester"), _name_of("contact"), group=PEOPLE),
        Column(
            "requester_email",
            _("Requester’s email"),
            lambda ticket: ticket.contact.default_email,
            group=PEOPLE,
            permission=EXPORT_PERMISSION,
        ),
        Column("account", phrase_lazy("%(Term_account)s"), _name_of("account"), group=PEOPLE),
        Column("department", phrase_lazy("%(Term_department)s"), _name_of("department"), group=PEOPLE),
        Column("assignee", _("Assignee"), _name_of("assignee"), group=PEOPLE),
        Column("created", _("Submitted"), _attribute("created_at"), group=TIMES),
        Column("updated", _("Updated"), _attribute("updated_at"), group=TIMES),
        Column("last_reply", _("Last reply"), _attribute("last_reply_at"), group=TIMES),
        Column("solved", _("Solved at"), _attribute("solved_at"), group=TIMES),
    )

    class Meta(TableResource.Meta):
        model = Ticket

    def prepared(self, queryset: Any) -> Any:
        return queryset.with_people().prefetch_related("contact__methods")


class CustomerTicketResource(TableResource):
    """Tickets for customers: nothing of who works on them, and not when the desk last wrote a note."""

    columns: ClassVar[Sequence[Column]] = (
        Column("reference", _("Number"), _attribute("reference"), group=TICKET),
        Column("subject", _("Subject"), _attribute("subject"), group=TICKET),
        Column("status", _("Status"), lambda ticket: str(CUSTOMER_WORDS[ticket.status]), group=TICKET),
        Column(
            "private",
            _("Private to the requester"),
            lambda ticket: translate("Yes") if ticket.is_private else translate("No"),
            group=TICKET,
        ),
        Column("requester", _("Requester"), _name_of("contact"), group=PEOPLE),
        Column("account", phrase_lazy("%(Term_account)s"), _name_of("account"), group=PEOPLE),
        Column("created", _("Submitted"), _attribute("created_at"), group=TIMES),
        Column("last_reply", _("Last reply"), _attribute("last_reply_at"), group=TIMES),
        Column("solved", _("Solved at"), _attribute("solved_at"), group=TIMES),
    )

    class Meta(TableResource.Meta):
        model = Ticket

    def prepared(self, queryset: Any) -> Any:
        return queryset.select_related("contact", "account")
