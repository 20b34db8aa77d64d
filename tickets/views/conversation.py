"""Saying something on a ticket, and following it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import staff_required
from helpdesk.core.web.htmx import is_fragment
from helpdesk.core.web.once import AskedDifferently, once
from helpdesk.core.web.requests import DeskRequest
from tickets.forms import draft_form, uploaded_files
from tickets.models import Message
from tickets.places import ticket_address
from tickets.reading import Composed
from tickets.services.conversation import add_note, reply
from tickets.services.drafts import forget_sent_draft
from tickets.services.following import follow, unfollow
from tickets.services.letters import letters_of, what_was_sent
from tickets.views.detail import page_with_problem
from tickets.views.finding import find_ticket, is_out_of_sight, leave


def _sent_already(request: DeskRequest, error: AskedDifferently, pk: int) -> HttpResponse:
    """The composer was sent, and is sent again with another text. An empty one is the second press of a key."""
    body, kind = request.POST.get("body", ""), request.POST.get("kind", "reply")
    if not body.strip() and not request.FILES:
        return redirect(error.answer.location)
    composed = Composed(body, "note" if kind == "note" else "reply", error.linked)
    return page_with_problem(request, find_ticket(request, pk), composed)


def _at(request: DeskRequest, message: Message) -> HttpResponse:
    return redirect(f"{ticket_address(request, message.ticket_id)}#message-{message.pk}")


@require_POST
@staff_required
@once(_sent_already, form="tickets:composer")
def ticket_reply(request: DeskRequest, pk: int) -> HttpResponse:
    """A public reply; `status` is what it sets, empty to leave it."""
    ticket = find_ticket(request, pk)
    body = request.POST.get("body", "")
    status = request.POST.get("status") or None
    try:
        message = reply(ticket, body, actor=request.actor, attachments=uploaded_files(request), status=status)
        forget_sent_draft(draft_form(request), actor=request.actor)
    except DomainError as error:
        return page_with_problem(request, ticket, Composed(body, "reply", error.message), error.status)
    sent = what_was_sent(message, actor=request.actor)
    messages.add_message(request, messages.SUCCESS if sent.is_whole else messages.WARNING, sent.words)
    return _at(request, message)


@require_POST
@staff_required
@once(_sent_already, form="tickets:composer")
def ticket_note(request: DeskRequest, pk: int) -> HttpResponse:
    """An internal note."""
    ticket = find_ticket(request, pk)
    body = request.POST.get("body", "")
    try:
        message = add_note(ticket, body, actor=request.actor, attachments=uploaded_files(request))
        forget_sent_draft(draft_form(request), actor=request.actor)
    except DomainError as error:
        return page_with_problem(request, ticket, Composed(body, "note", error.message), error.status)
    messages.success(request, _("Note added"))
    return _at(request, message)


@require_safe
@staff_required
def ticket_letters(request: DeskRequest, pk: int, message: int) -> HttpResponse:
    """What became of a message's letters, for a page that looks again; to be opened, the ticket."""
    ticket = find_ticket(request, pk)
    if not is_fragment(request):
        return redirect(ticket_address(request, pk))
    found = get_object_or_404(ticket.messages.visible_to(request.actor), pk=message)
    found.letters = letters_of([found]).get(found.pk)
    return render(request, "tickets/_letters.html", {"ticket": ticket, "message": found})


@require_POST
@staff_required
def ticket_follow(request: DeskRequest, pk: int) -> HttpResponse:
    """Hear of every reply."""
    follow(find_ticket(request, pk), actor=request.actor)
    return redirect(ticket_address(request, pk))


@require_POST
@staff_required
def ticket_unfollow(request: DeskRequest, pk: int) -> HttpResponse:
    """Hear no more."""
    unfollow(find_ticket(request, pk), actor=request.actor)
    if is_out_of_sight(request, pk):
        return leave(request)
    return redirect(ticket_address(request, pk))
