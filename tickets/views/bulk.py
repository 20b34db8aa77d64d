"""One change for many tickets of the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import staff_required
from helpdesk.core.web.keys import key_in, keys_in
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase, phrase_n
from tickets import listing
from tickets.errors import UnknownChoice
from tickets.filters import agents
from tickets.models import Ticket
from tickets.saved_views import ME, NOBODY
from tickets.services.lifecycle import assign, change_priority, change_status

LIMIT = 1000


@require_POST
@staff_required
def ticket_bulk(request: DeskRequest) -> HttpResponse:
    """Assign, or set status or priority, of the ticked tickets or of all that the list's filters show."""
    tickets = list(_chosen(request)[: LIMIT + 1])
    if not tickets:
        messages.warning(request, phrase("Tick at least one %(term_ticket)s first."))
    elif len(tickets) > LIMIT:
        messages.warning(request, phrase("Narrow the list: at most %(n)s can be changed at once.", n=LIMIT))
    else:
        _change(request, tickets)
    return redirect(_back(request))


def _chosen(request: DeskRequest) -> Any:
    visible = Ticket.objects.visible_to(request.actor)
    if request.POST.get("all"):
        return listing.filtered(request.actor, QueryDict(request.POST.get("query", ""))).qs
    return visible.filter(pk__in=keys_in(request.POST.getlist("ticket"))[: LIMIT + 1])


def _change(request: DeskRequest, tickets: list[Ticket]) -> None:
    verbs: dict[str, Callable[[str], list[Ticket]]] = {
        "status": lambda value: change_status(tickets, value, actor=request.actor),
        "priority": lambda value: change_priority(tickets, value, actor=request.actor),
        "assignee": lambda value: assign(tickets, chosen_agent(request, value), actor=request.actor),
    }
    wanted = next((name for name in verbs if request.POST.get(name)), None)
    if wanted is None:
        messages.warning(request, _("Choose what to change."))
        return
    try:
        changed = verbs[wanted](request.POST[wanted])
    except DomainError as error:
        messages.error(request, error.message)
        return
    message = phrase_n("%(n)s %(term_ticket)s changed", "%(n)s %(term_tickets)s changed", len(changed))
    messages.success(request, message)


def chosen_agent(request: DeskRequest, value: str) -> Any:
    """The user that a choice of assignee means: an id, ``me``, or ``none``."""
    if value == NOBODY:
        return None
    if value == ME:
        return request.user
    found = agents().filter(pk=key_in(value)).first()
    if found is None:
        raise UnknownChoice("assignee")
    return found


def _back(request: DeskRequest) -> str:
    query = QueryDict(request.POST.get("query", ""))
    return f"{reverse('tickets:ticket_list')}?{query.urlencode()}"
