"""The ticket list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from helpdesk.core.models import Department
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import FragmentMixin
from helpdesk.core.web.listing import count_words, how_many, summary
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from tickets import listing
from tickets.filters import agents
from tickets.models import Ticket
from tickets.places import mark_places
from tickets.saved_views import SAVED_VIEWS
from tickets.services.letters import mark_mail_trouble
from tickets.statuses import statuses, statuses_in_use


@require_safe
@staff_required
def home(request: DeskRequest) -> HttpResponse:
    """The workspace opens with the tickets."""
    return redirect("tickets:ticket_list")


class TicketListView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """Tickets by saved view and filters, newest change first, in keyset pages."""

    http_method_names = ["get", "head", "options"]
    template_name = "tickets/ticket_list.html"
    fragment_template_name = "tickets/_ticket_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = listing.picked_by_name(self.request)
        if query != request.GET:
            return redirect(f"{request.path}?{query.urlencode()}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        view = listing.view_of(request.GET)
        filters = listing.filtered(request.actor, request.GET)
        page = paginate(filters.qs.with_people(), request, order=listing.sort_order(request.GET))
        mark_places(page, request.GET)
        mark_mail_trouble(page.rows)
        number = how_many(filters.qs)
        return super().get_context_data(
            saved_view=view,
            saved_views=[known for known in SAVED_VIEWS.values() if known.in_navigation],
            filters_changed=bool(listing.given_filters(request.GET)),
            chips=listing.chips(request, filters),
            filter_form=filters.form,
            unmatched=listing.unmatched(request.GET),
            lost_filters=filters.lost_filters,
            is_capped=filters.is_capped,
            page=page,
            sorts=listing.sort_links(request),
            select_all=count_words(number) if page.has_next or page.has_previous else "",
            count_words=count_words(number),
            summary=summary(page, number),
            list_query=listing.without_cursor(request.GET),
            **list_choices(),
            **kwargs,
        )


def list_choices() -> dict[str, Any]:
    """What the bulk bar and the filters offer."""
    return {
        "agents": agents(),
        "departments": Department.objects.filter(is_active=True),
        "statuses": statuses_in_use(),
        "all_statuses": statuses(),
        "priorities": Ticket.Priority.choices,
    }
