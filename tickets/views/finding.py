"""How every view gets at its ticket: through what the actor may see."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from helpdesk.core.web.htmx import client_redirect, is_fragment
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from tickets.models import Ticket


def find_ticket(request: DeskRequest, pk: int) -> Ticket:
    """The ticket, when the person may see it; else 404."""
    return get_object_or_404(Ticket.objects.visible_to(request.actor).with_people(), pk=pk)


def is_out_of_sight(request: DeskRequest, pk: int) -> bool:
    """Whether somebody limited to departments changed a ticket so that they no longer see it."""
    actor = request.actor
    return actor.is_limited and not Ticket.objects.visible_to(actor).filter(pk=pk).exists()


def leave(request: DeskRequest) -> HttpResponse:
    """To the list, with the reason: the ticket's own page is not there any more for this person."""
    messages.success(request, phrase("Saved. You no longer see this %(term_ticket)s."))
    if is_fragment(request):
        return client_redirect(reverse("tickets:ticket_list"))
    return redirect("tickets:ticket_list")
