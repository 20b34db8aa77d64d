"""The saved views with how many tickets wait in each: one query, and no count beyond a thousand."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from helpdesk.core.database.counting import capped, capped_counts
from helpdesk.core.web.requests import DeskRequest
from tickets.filters import assigned_to
from tickets.models import Ticket
from tickets.saved_views import DEFAULT_VIEW, SAVED_VIEWS, SavedView


def as_query(values: dict[str, list[str]]) -> QueryDict:
    """Filter values as an address carries them."""
    query = QueryDict(mutable=True)
    for name, chosen in values.items():
        query.setlist(name, chosen)
    return query


def tickets_of_view(view: SavedView, request: DeskRequest) -> QuerySet[Ticket]:
    """What a saved view holds for this person: as `TicketFilter` has it, without making forms of it."""
    tickets = Ticket.objects.visible_to(request.actor)
    if view.kinds:
        tickets = tickets.filter(status_kind__in=view.kinds)
    if assignees := view.filters.get("assignee"):
        tickets = tickets.filter(assigned_to(assignees, user=request.user))
    return tickets


def nav_views(request: DeskRequest) -> list[dict[str, Any]]:
    """One entry a view, as the navigation wants it."""
    views = [view for view in SAVED_VIEWS.values() if view.in_navigation]
    held = {view.code: tickets_of_view(view, request) for view in views}
    numbers = capped_counts(held, row=request.user)
    current = _current(request)
    address = reverse("tickets:ticket_list")
    return [
        {
            "name": view.name,
            "url": f"{address}?view={view.code}",
            "count": capped(numbers[view.code]),
            "alert": False,
            "current": view.code == current,
        }
        for view in views
    ]


def _current(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None or match.view_name != "tickets:ticket_list":
        return ""
    return request.GET.get("view", DEFAULT_VIEW)
