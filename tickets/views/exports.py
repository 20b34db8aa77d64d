"""Tickets as a file: all that a list shows, or those ticked in it."""

from __future__ import annotations

from customers.views.lists.exports import ExportView
from tickets.export_sources import TICKETS


class TicketExportView(ExportView):
    """The list of tickets, its saved views included. Everybody at the desk works with it, so everybody may."""

    template_name = "tickets/export.html"
    source = TICKETS
    tick = "ticket"
