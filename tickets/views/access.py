"""Who can see a ticket, and what a contact can see: the same rule from either end, with its reasons."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from customers.views.contacts.views import ContactView
from helpdesk.core.scoping import StaffRequiredMixin
from helpdesk.core.web.htmx import FragmentMixin
from helpdesk.core.web.listing import count_words, how_many, span
from helpdesk.core.web.pagination import paginate
from tickets.models import Ticket
from tickets.services.access import (
    colleagues_who_see,
    count_viewers,
    explain,
    followers_without_sight,
    viewers,
)
from tickets.services.reach import reach_of
from tickets.views.finding import find_ticket

PANEL_SHOWS = 10


class TicketAccessView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """Everybody who can see a ticket, each once with all reasons; htmx gets the first of them for the ticket's rail."""

    http_method_names = ["get", "head", "options"]
    template_name = "tickets/ticket_access.html"
    fragment_template_name = "tickets/_viewers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ticket = find_ticket(self.request, kwargs.pop("pk"))
        shown = self._first(ticket) if self._is_panel() else self._page(ticket)
        return super().get_context_data(
            ticket=ticket, unheard=followers_without_sight(ticket), **shown, **kwargs
        )

    def _is_panel(self) -> bool:
        return self.get_template_names() == [self.fragment_template_name]

    @staticmethod
    def _first(ticket: Any) -> dict[str, Any]:
        first = viewers(ticket, PANEL_SHOWS)
        return {"viewers": first.people, "more": first.more}

    def _page(self, ticket: Any) -> dict[str, Any]:
        page = paginate(colleagues_who_see(ticket), self.request, order=("search", "id"))
        first = [ticket.contact] if ticket.contact.is_active else []  # the requester, before the colleagues
        people = explain(ticket, [*([] if page.has_previous else first), *page])
        start = page.start + len(first) if page.has_previous else 1
        return {
            "viewers": people,
            "page": page,
            "summary": span(start, len(people), count_viewers(ticket)),
        }


class ContactAccessView(ContactView):
    """What a contact can see, and why; what the person may do there."""

    http_method_names = ["get", "head", "options"]
    template_name = "tickets/contact_access.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        contact = context["contact"]
        own = count_words(how_many(Ticket.objects.visible_to(self.request.actor).filter(contact=contact)))
        return context | {
            "reached": reach_of(contact, actor=self.request.actor),
            "own_tickets": own,
            "idle": contact.granting_nothing,
        }
