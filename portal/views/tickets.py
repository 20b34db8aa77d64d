"""One ticket: its public conversation, and what a customer may do with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from helpdesk.core.errors import DomainError
from helpdesk.core.web.once import AskedDifferently, once
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from portal.accounts import standing_at
from portal.audience import Audience
from portal.forms import ReplyForm
from portal.views.base import HelpCenterMixin, help_center, own_draft, visible_ticket
from tickets.forms import draft_form, uploaded_files
from tickets.models import Draft, Message, Ticket
from tickets.services.conversation import reply
from tickets.services.drafts import Place, forget_sent_draft
from tickets.services.lifecycle import change_status, set_private
from tickets.status_kinds import StatusKind


def _page(request: DeskRequest, ticket: Ticket, form: ReplyForm) -> dict[str, Any]:
    actor = request.actor
    standing = standing_at(actor, ticket.account)
    may_write = Ticket.objects.repliable_by(actor).filter(pk=ticket.pk).exists()
    return {
        "ticket": ticket,
        "thread": Message.objects.visible_to(actor).filter(ticket=ticket).public().for_thread(),
        "form": form,
        "draft": own_draft(request, Place(Draft.Kind.CUSTOMER_REPLY, ticket)),
        "may_write": may_write,
        "may_reply": may_write and ticket.takes_replies,
        "is_mine": ticket.contact_id == actor.contact.pk,
        "is_following": Ticket.objects.visible_to(actor)
        .followed_by(actor.contact)
        .filter(pk=ticket.pk)
        .exists(),
        "mark": standing.mark if standing else "none",
        "audience": Audience.of_ticket(ticket, actor, standing),
        "shared_again": Audience.of_account(ticket.account if ticket.is_private else None),
        "writes_as": standing.acted_as if standing else "",
    }


@method_decorator(never_cache, name="dispatch")
class TicketView(HelpCenterMixin, TemplateView):
    template_name = "portal/ticket_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ticket = visible_ticket(self.request.actor, kwargs.pop("pk"))
        page = _page(self.request, ticket, ReplyForm())
        if draft := page["draft"]:
            page["form"].initial = draft.fields
        return super().get_context_data(**kwargs, **page)


def _page_with_problem(
    request: DeskRequest, ticket: Ticket, form: ReplyForm, status: int = DomainError.status
) -> HttpResponse:
    """The page again with what was typed and why it was not sent."""
    return render(request, "portal/ticket_detail.html", _page(request, ticket, form), status=status)


def _sent_already(request: DeskRequest, error: AskedDifferently, pk: int) -> HttpResponse:
    """The reply was sent, and is sent again with another text. An empty one is the second press of a key."""
    ticket = visible_ticket(request.actor, pk)
    form = ReplyForm(request.POST)
    if not request.POST.get("body", "").strip() and not request.FILES:
        return redirect(error.answer.location)
    form.is_valid()
    form.add_error(None, error.linked)
    return _page_with_problem(request, ticket, form)


@require_POST
@help_center
@once(_sent_already)
def ticket_reply(request: DeskRequest, pk: int) -> HttpResponse:
    ticket = visible_ticket(request.actor, pk)
    form = ReplyForm(request.POST)
    status = DomainError.status
    if form.is_valid():
        try:
            reply(ticket, form.cleaned_data["body"], actor=request.actor, attachments=uploaded_files(request))
            forget_sent_draft(draft_form(request), actor=request.actor)
        except DomainError as error:
            form.refuse(error)
            status = error.status
        else:
            messages.success(request, phrase("Reply sent"))
            return redirect("portal:ticket_detail", pk=pk)
    return _page_with_problem(request, ticket, form, status)


@require_POST
@help_center
def ticket_privacy(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep the ticket between its requester and the team, or share it again: for the requester alone."""
    ticket = visible_ticket(request.actor, pk)
    set_private(ticket, request.POST.get("private") == "1", actor=request.actor)
    if ticket.is_private:
        messages.success(request, phrase("Only you and our team see this %(term_ticket)s now"))
    else:
        messages.success(request, phrase("This %(term_ticket)s is shared again"))
    return redirect("portal:ticket_detail", pk=pk)


def _set_status(request: DeskRequest, pk: int, status: str, done: str) -> HttpResponse:
    ticket = visible_ticket(request.actor, pk)
    try:
        change_status([ticket], status, actor=request.actor)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect("portal:ticket_detail", pk=pk)


@require_POST
@help_center
def ticket_close(request: DeskRequest, pk: int) -> HttpResponse:
    return _set_status(request, pk, StatusKind.SOLVED, phrase("%(Term_ticket)s closed"))


@require_POST
@help_center
def ticket_reopen(request: DeskRequest, pk: int) -> HttpResponse:
    return _set_status(request, pk, StatusKind.OPEN, phrase("%(Term_ticket)s reopened"))
