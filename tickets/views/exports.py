"""Tickets as a file: all that a list shows, or those ticked in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase

from customers.exports.listed import Listed
from customers.views.lists.exports import ExportView
from helpdesk.core.web.pagination import Order
from helpdesk.core.web.requests import DeskRequest
from tickets import listing
from tickets.models import Ticket
from tickets.resources import TicketResource


class TicketExportView(ExportView):
    """The list of tickets, its saved views included. Everybody at the desk works with it, so everybody may."""

    http_method_names = ["get", "head", "post", "options"]
    template_name = "tickets/export.html"
    kind = "tickets"
    list_url_name = "tickets:ticket_list"
    tick = "ticket"
    resource_class = TicketResource

    def rows(self, listed: Listed) -> tuple[Any, Order]:
        order = listing.sort_order(listed.query)
        if listed.ticked:
            visible = Ticket.objects.visible_to(self.request.actor)
            return visible.filter(pk__in=listed.numbers), order
        filters = listing.filtered(self.request, listed.query)
        self.lost_filters = filters.lost_filters
        return filters.qs, order

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As GET, for what was ticked: nothing is changed."""
        return self.get(request, *args, **kwargs)
