"""What the ticket list shows of its own state: chips, sort links, how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from customers.models import Account, Contact
from helpdesk.core.actors import Actor
from helpdesk.core.search import search_form
from helpdesk.core.web.keys import keys_in
from helpdesk.core.web.listing import Chip, Sort, address
from helpdesk.core.web.pagination import Order, Part
from helpdesk.core.web.requests import DeskRequest, Reader
from tickets.filters import TicketFilter, agents, of_statuses
from tickets.models import Ticket
from tickets.navigation import as_query
from tickets.saved_views import DEFAULT_VIEW, ME, NOBODY, SavedView, saved_view
from tickets.statuses import status_of, statuses

NEWEST = ("-updated_at", "-id")


def _one_after_the_other(conditions: Iterable[Q]) -> list[Part]:
    """Each condition a part of the list, newest first: an index answers every part, which none does for all at once."""
    return [Part(NEWEST, condition) for condition in conditions]


def _by_status() -> list[Part]:
    return _one_after_the_other(of_statuses([status.code]) for status in statuses())


_PRIORITIES = [Q(priority=value) for value in Ticket.Priority.values]


_NO_ACCOUNT_LAST = Part(NEWEST, Q(account__isnull=True))
_WITH_ACCOUNT = Q(account__search__isnull=False)
SORTS: dict[str, Order | Callable[[], Order]] = {
    "-updated": NEWEST,
    "updated": ("updated_at", "id"),
    "-id": ("-id",),
    "id": ("id",),
    "subject": ("search", "id"),
    "-subject": ("-search", "-id"),
    "requester": ("contact__search", *NEWEST),
    "-requester": ("-contact__search", *NEWEST),
    "account": [Part(("account__search", *NEWEST), _WITH_ACCOUNT), _NO_ACCOUNT_LAST],
    "-account": [Part(("-account__search", *NEWEST), _WITH_ACCOUNT), _NO_ACCOUNT_LAST],
    "status": _by_status,
    "-status": lambda: _by_status()[::-1],
    "priority": _one_after_the_other(_PRIORITIES),
    "-priority": _one_after_the_other(reversed(_PRIORITIES)),
}
USUAL_SORT = "-updated"
DOWN_FIRST = ("updated", "id", "priority")
"""Columns whose first click shows the newest, or the most urgent, on top."""
PICKED: dict[str, type[Account] | type[Contact]] = {"account": Account, "contact": Contact}
MOST_PICKED = 25


def view_of(query: QueryDict) -> SavedView:
    """The saved view that an address names."""
    return saved_view(query.get("view", DEFAULT_VIEW))


def given_filters(query: QueryDict) -> dict[str, list[str]]:
    """The filters that the address itself names."""
    return {name: query.getlist(name) for name in TicketFilter.base_filters if name in query}


def filtered(actor: Actor, query: QueryDict) -> TicketFilter:
    """The filter set of the view in `query` with what it changes, as the actor sees it."""
    values = as_query(view_of(query).data(given_filters(query)))
    return TicketFilter(values, Ticket.objects.visible_to(actor), request=Reader(actor))


def sort_order(query: QueryDict) -> Order:
    order = SORTS.get(query.get("sort", USUAL_SORT), SORTS[USUAL_SORT])
    return order() if callable(order) else order


def picked_by_name(request: DeskRequest) -> QueryDict:
    """The query with the keys of accounts and contacts whose names were typed rather than chosen.

    A whole name beats parts of names; a text that nothing matches stays, for the page to say so.
    """
    query = request.GET.copy()
    for name, model in PICKED.items():
        if f"{name}_text" not in query:
            continue
        text = query.get(f"{name}_text", "").strip()
        keys = _keys_named(model.objects.visible_to(request.actor), text) if text else []
        if keys or not text:
            query.pop(f"{name}_text", None)
            chosen = [value for value in query.getlist(name) if value]
            query.setlist(name, list(dict.fromkeys([*chosen, *keys])))
            if not query.getlist(name):
                query.pop(name, None)
    return query


def _keys_named(records: Any, text: str) -> list[str]:
    keys = list(
        records.filter(search=search_form(text)).order_by("pk").values_list("pk", flat=True)[:MOST_PICKED]
    )
    keys = keys or list(records.matching(text).order_by("pk").values_list("pk", flat=True)[:MOST_PICKED])
    return [str(key) for key in keys]


def unmatched(query: QueryDict) -> list[str]:
    """The typed names that nothing matched."""
    return [text for name in PICKED if (text := query.get(f"{name}_text", "").strip())]


def sort_links(request: HttpRequest) -> dict[str, Sort]:
    """For each sortable column: the link, and ascending or descending when the list is sorted by it."""
    current = request.GET.get("sort", USUAL_SORT)
    links = {}
    for column in {name.lstrip("-") for name in SORTS}:
        first = f"-{column}" if column in DOWN_FIRST else column
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
    if name == "status":
        return _joined(status_of(code).label for code in chosen)
    if name == "priority":
        labels = dict(filters.filters[name].extra["choices"])
        return _joined(str(labels[value]) for value in chosen)
    return _joined(str(record) for record in chosen)


def _assignee_words(values: Iterable[str]) -> Iterable[str]:
    named = {str(user.pk): str(user) for user in agents().filter(pk__in=keys_in(values))}
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
