"""Tickets as a file: all that a list shows, or those ticked in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase

from customers.views.lists.exports import ExportView
from helpdesk.core.web.requests import DeskRequest
from tickets.export_sources import TICKETS


class TicketExportView(ExportView):
    """The list of tickets, its saved views included. Everybody at the desk works with it, so everybody may."""

    http_method_names = ["get", "head", "post", "options"]
    template_name = "tickets/export.html"
    source = TICKETS
    tick = "ticket"

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As GET, for what was ticked."""
        return self.get(request, *args, **kwargs)
