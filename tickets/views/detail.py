"""The ticket page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView

from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import ScopedViewMixin, StaffRequiredMixin
from helpdesk.core.web.requests import DeskRequest
from tickets.models import Ticket
from tickets.reading import Composed, ticket_context


@method_decorator(never_cache, name="dispatch")
class TicketDetailView(StaffRequiredMixin, ScopedViewMixin, DetailView):
    """Conversation, composer and all that belongs to the ticket."""

    model = Ticket
    template_name = "tickets/ticket_detail.html"
    http_method_names = ["get", "head", "options"]

    def get_queryset(self) -> Any:
        return super().get_queryset().with_people()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**ticket_context(self.request, self.object), **kwargs)


def page_with_problem(
    request: DeskRequest, ticket: Ticket, composed: Composed, status: int = DomainError.status
) -> HttpResponse:
    """The page again with what was typed and why it was not sent."""
    context = ticket_context(request, ticket, composed)
    return render(request, "tickets/ticket_detail.html", context, status=status)
