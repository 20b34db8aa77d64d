"""Checking on the ticket page who is speaking."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import staff_required
from helpdesk.core.web.htmx import is_fragment
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from tickets.places import ticket_address
from tickets.reading import ticket_context
from tickets.services.identity import check_identity
from tickets.views.finding import find_ticket


@require_POST
@staff_required
def ticket_identity(request: DeskRequest, pk: int) -> HttpResponse:
    """Compare the digits with the requester's support PIN."""
    ticket, problem = find_ticket(request, pk), ""
    try:
        if not check_identity(ticket, request.POST.get("pin", ""), actor=request.actor):
            problem = phrase("This PIN does not match %(name)s.", name=ticket.contact.name)
    except DomainError as error:
        problem = error.message
    if is_fragment(request):
        context = {**ticket_context(request, ticket), "pin_problem": problem}
        return render(request, "tickets/_identity_checked.html", context, status=422 if problem else 200)
    if problem:
        messages.error(request, problem)
    return redirect(ticket_address(request, pk))
