"""Where in which list a ticket was opened: the way back, and its neighbours there.

The address carries the list's own query and the cursor of the row as it stood (`list` and `at`), so the way through
a list holds while its tickets change, nothing is kept on the server, and two windows do not disturb one another.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from helpdesk.core.web.listing import MOST, how_many, place_words
from helpdesk.core.web.pagination import (
    Cursor,
    KeysetPage,
    Part,
    Walk,
    as_parts,
    from_cursor,
    read_cursor,
    up_to,
    write_cursor,
)
from helpdesk.core.web.requests import DeskRequest
from tickets import listing
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

LIST, AT = "list", "at"


@dataclass(frozen=True)
class Place:
    """A ticket's place in a list. Empty addresses: there is no neighbour on that side."""

    name: str
    list_url: str
    words: str
    previous_url: str
    next_url: str


def mark_places(page: KeysetPage, query: QueryDict) -> None:
    """Give every ticket of a list's page the query that leads back to its place."""
    for ticket, cursor in zip(page.rows, page.cursors, strict=True):
        ticket.place = _place_query(query.urlencode(), cursor)


def ticket_address(request: HttpRequest, ticket_id: int) -> str:
    """The address of a ticket, in the list that the request came from."""
    address = reverse("tickets:ticket_detail", args=[ticket_id])
    came_from = _came_from(request, address)
    return f"{address}?{_place_query(*came_from)}" if came_from else address


def place_of(request: DeskRequest, ticket: Ticket) -> Place | None:
    """The ticket's place in the list it was opened from; None when it was opened otherwise."""
    came_from = _came_from(request, reverse("tickets:ticket_detail", args=[ticket.pk]))
    if not came_from:
        return None
    list_query, at = came_from
    query = QueryDict(list_query)
    parts = as_parts(listing.sort_order(query))
    cursor = read_cursor(at, parts)
    if cursor is None:
        return None
    tickets = listing.filtered(request.actor, query).qs
    others = tickets.exclude(pk=ticket.pk)
    return Place(
        name=str(listing.view_of(query).name),
        list_url=f"{reverse('tickets:ticket_list')}?{query.urlencode()}",
        words=_words(tickets, cursor, parts),
        previous_url=_neighbour(others, cursor, parts, query, forward=False),
        next_url=_neighbour(others, cursor, parts, query, forward=True),
    )


def _came_from(request: HttpRequest, address: str) -> tuple[str, str] | None:
    """What names the list: the page's own query, or that of the ticket page which sent a form or asks for a part."""
    sender = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    path, _mark, sent = sender.partition("#")[0].partition("?")
    for query in (request.GET, QueryDict(sent if path.endswith(address) else "")):
        if LIST in query and AT in query:
            return str(query[LIST]), str(query[AT])
    return None


def _place_query(list_query: str, cursor: str) -> str:
    query = QueryDict(mutable=True)
    query[LIST], query[AT] = list_query, cursor
    return query.urlencode()


def _words(tickets: TicketQuerySet, cursor: Cursor, parts: list[Part]) -> str:
    before = how_many(tickets.filter(up_to(cursor, parts)))
    return place_words(before + 1, how_many(tickets)) if before < MOST else ""


def _neighbour(
    tickets: TicketQuerySet, cursor: Cursor, parts: list[Part], query: QueryDict, *, forward: bool
) -> str:
    for number, ticket in from_cursor(tickets.with_people(), cursor, Walk(parts, forward), 1):
        place = _place_query(query.urlencode(), write_cursor(number, ticket, parts))
        return f"{ticket.get_absolute_url()}?{place}"
    return ""
