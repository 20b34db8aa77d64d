"""To hear of a ticket, or no longer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from helpdesk.core.web.htmx import announce, is_fragment
from helpdesk.core.web.pages import page_wanted
from helpdesk.core.web.requests import DeskRequest
from portal.views.base import help_center, visible_ticket
from tickets.models import Ticket
from tickets.services.following import follow, unfollow


def _answer(request: DeskRequest, ticket: Ticket, *, following: bool, said: str) -> HttpResponse:
    if is_fragment(request):
        name = "portal/_follow_within.html" if request.POST.get("within") else "portal/_follow.html"
        return announce(render(request, name, {"ticket": ticket, "following": following}), said)
    return redirect(page_wanted(request, reverse("portal:ticket_detail", args=[ticket.pk])))


@require_POST
@help_center
def ticket_follow(request: DeskRequest, pk: int) -> HttpResponse:
    ticket = visible_ticket(request.actor, pk)
    follow(ticket, actor=request.actor)
    said = gettext("You follow “%(subject)s” now") % {"subject": ticket.subject}
    return _answer(request, ticket, following=True, said=said)


@require_POST
@help_center
def ticket_unfollow(request: DeskRequest, pk: int) -> HttpResponse:
    ticket = visible_ticket(request.actor, pk)
    unfollow(ticket, actor=request.actor)
    said = gettext("You no longer follow “%(subject)s”") % {"subject": ticket.subject}
    return _answer(request, ticket, following=False, said=said)
