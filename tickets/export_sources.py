"""The list of tickets as a source of exports: which rows, in which order, and for whom."""

from __future__ import annotations

from helpdesk.core.actors import Actor
from helpdesk.core.words import phrase_lazy
from helpdesk.exports.listed import Listed
from helpdesk.exports.sources import ExportSource, ListedRows, register
from tickets import listing
from tickets.models import Ticket
from tickets.resources import TicketResource


def _tickets(listed: Listed, actor: Actor) -> ListedRows:
    order = listing.sort_order(listed.query)
    if listed.ticked:
        return ListedRows(Ticket.objects.visible_to(actor).filter(pk__in=listed.numbers), order)
    filters = listing.filtered(actor, listed.query)
    return ListedRows(filters.qs, order, filters.lost_filters)


TICKETS = ExportSource(
    kind="tickets",
    title=phrase_lazy("%(Term_tickets)s"),
    resource=lambda actor: TicketResource(actor=actor),
    rows=_tickets,
    list_url_name="tickets:ticket_list",
)
register(TICKETS)
