"""What the ticket list shows of its own state: chips, sort links, how many."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from helpdesk.core.listing import Chip, Sort, address
from tickets.filters import TicketFilter, agents
from tickets.models import Ticket
from tickets.navigation import as_query
from tickets.saved_views import ME, NOBODY, SavedView

SORTS = {
    "-updated": ("-updated_at", "-id"),
    "updated": ("updated_at", "id"),
    "-id": ("-id",),
    "id": ("id",),
    "subject": ("search", "id"),
    "-subject": ("-search", "-id"),
}
USUAL_SORT = "-updated"


def given_filters(request: HttpRequest) -> dict[str, list[str]]:
    """The filters that the address itself names."""
    return {name: request.GET.getlist(name) for name in TicketFilter.base_filters if name in request.GET}


def filtered(request: HttpRequest, view: SavedView) -> TicketFilter:
    """The filter set of a view with what the address changes."""
    values = as_query(view.data(given_filters(request)))
    return TicketFilter(values, Ticket.objects.visible_to(request.actor), request=request)


def sort_order(request: HttpRequest) -> tuple[str, ...]:
    return SORTS.get(request.GET.get("sort", USUAL_SORT), SORTS[USUAL_SORT])


def sort_links(request: HttpRequest) -> dict[str, Sort]:
    """For each sortable column: the link, and ascending or descending when the list is sorted by it."""
    current = request.GET.get("sort", USUAL_SORT)
    links = {}
    for column in ("updated", "id", "subject"):
        first = column if column == "subject" else f"-{column}"
        other = {column: f"-{column}", f"-{column}": column}
        target = other.get(current, first)
        direction = {column: "ascending", f"-{column}": "descending"}.get(current, "")
        links[column] = Sort(url=address(request, sort=[target]), direction=direction)
    return links


def chips(request: HttpRequest, filters: TicketFilter) -> list[Chip]:
    """The active filters in words, each with the address of the list without it."""
    found = []
    for name in TicketFilter.base_filters:
        values = filters.data.getlist(name)
        words = _words(name, values, filters) if values else ""
        if words:
            label = str(filters.filters[name].label)
            found.append(Chip(name, label, words, address(request, **{name: [""]})))
    return found


def _words(name: str, values: list[str], filters: TicketFilter) -> str:
    if name == "q":
        return values[0]
    if name == "assignee":
        return _joined(_assignee_words(values))
    filters.form.is_valid()  # an unknown value of one filter leaves the others as they are
    chosen = filters.form.cleaned_data.get(name)
    if chosen is None:
        return ""
    if name in ("status", "priority"):
        labels = dict(filters.filters[name].extra["choices"])
        return _joined(str(labels[value]) for value in chosen)
    return _joined(str(record) for record in chosen)


def _assignee_words(values: Iterable[str]) -> Iterable[str]:
    named = {str(user.pk): str(user) for user in agents().filter(pk__in=[v for v in values if v.isdigit()])}
    special = {ME: _("Me"), NOBODY: _("Unassigned")}
    return [special.get(value) or named[value] for value in values if value in special or value in named]


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)


def without_cursor(query: QueryDict) -> str:
    """The query of the list as it stands, for acting on all of it."""
    kept = query.copy()
    for cursor in ("after", "before"):
        kept.pop(cursor, None)
    return kept.urlencode()
