"""The properties of one ticket, changed in place: each address is a verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.models import Account
from helpdesk.core.errors import DomainError
from helpdesk.core.models import Department
from helpdesk.core.scoping import staff_required
from helpdesk.core.web.htmx import announce, is_fragment
from helpdesk.core.web.keys import key_in
from helpdesk.core.web.requests import DeskRequest
from tickets.errors import AccountNotOfContact, UnknownChoice
from tickets.forms import NO_ACCOUNT
from tickets.models import Ticket
from tickets.places import ticket_address
from tickets.reading import ticket_context
from tickets.services.lifecycle import (
    assign,
    change_account,
    change_department,
    change_priority,
    change_status,
    set_private,
)
from tickets.views.bulk import chosen_agent
from tickets.views.finding import find_ticket, is_out_of_sight, leave


def _perform(request: DeskRequest, pk: int, change: Callable[[Ticket], Any]) -> HttpResponse:
    """Do it and show the ticket as it is now: as fragments for htmx, else the page again."""
    ticket = find_ticket(request, pk)
    problem = ""
    try:
        change(ticket)
    except DomainError as error:
        problem = error.message
    if is_out_of_sight(request, pk):
        return leave(request)
    if is_fragment(request):
        context = {**ticket_context(request, find_ticket(request, pk)), "problem": problem}
        response = render(request, "tickets/_changed.html", context, status=422 if problem else 200)
        return response if problem else announce(response, _("Saved"))
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("Saved"))
    return redirect(ticket_address(request, pk))


@require_POST
@staff_required
def ticket_status(request: DeskRequest, pk: int) -> HttpResponse:
    value = request.POST.get("status", "")
    return _perform(request, pk, lambda ticket: change_status(ticket, value, actor=request.actor))


@require_POST
@staff_required
def ticket_priority(request: DeskRequest, pk: int) -> HttpResponse:
    value = request.POST.get("priority", "")
    return _perform(request, pk, lambda ticket: change_priority(ticket, value, actor=request.actor))


@require_POST
@staff_required
def ticket_assign(request: DeskRequest, pk: int) -> HttpResponse:
    value = request.POST.get("assignee", "")
    return _perform(
        request, pk, lambda ticket: assign(ticket, chosen_agent(request, value), actor=request.actor)
    )


@require_POST
@staff_required
def ticket_department(request: DeskRequest, pk: int) -> HttpResponse:
    value = request.POST.get("department", "")

    def change(ticket: Ticket) -> None:
        department = Department.objects.filter(pk=key_in(value), is_active=True).first()
        if department is None and value:
            raise UnknownChoice("department")
        change_department(ticket, department, actor=request.actor)

    return _perform(request, pk, change)


@require_POST
@staff_required
def ticket_account(request: DeskRequest, pk: int) -> HttpResponse:
    value = request.POST.get("account", "")

    def change(ticket: Ticket) -> None:
        account = Account.objects.visible_to(request.actor).filter(pk=key_in(value)).first()
        if account is None and value != NO_ACCOUNT:
            raise AccountNotOfContact
        change_account(ticket, account, actor=request.actor)

    return _perform(request, pk, change)


@require_POST
@staff_required
def ticket_privacy(request: DeskRequest, pk: int) -> HttpResponse:
    private = request.POST.get("private") == "1"
    return _perform(request, pk, lambda ticket: set_private(ticket, private, actor=request.actor))
