"""A new ticket, and what may have been raised already."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.generic import FormView, TemplateView

from helpdesk.core.errors import DomainError
from helpdesk.core.htmx import fragment_of
from helpdesk.core.keys import is_key
from helpdesk.core.requests import DeskRequest
from helpdesk.core.words import phrase
from portal.accounts import MyAccount, my_accounts
from portal.audience import Audience
from portal.forms import NewTicketForm
from portal.views.base import HelpCenterMixin
from tickets.forms import uploaded_files
from tickets.services.lifecycle import create_ticket
from tickets.services.similar import similar_tickets


def _alike(
    request: DeskRequest, chosen: MyAccount | None, subject: str, *, private: bool = False
) -> dict[str, Any]:
    """The suggestions beside the form, and the sentence about who will see the ticket."""
    account = chosen.account if chosen else None
    similar = similar_tickets(request.actor, account, subject[:250])
    for ticket in similar:
        ticket.marked_words = " ".join(ticket.matched_words)  # type: ignore[attr-defined]
    here = [ticket for ticket in similar if account and ticket.account_id == account.pk]
    return {
        "chosen": chosen,
        "audience": Audience.of_account(None if private else account),
        "similar": here,
        "elsewhere": [ticket for ticket in similar if ticket not in here],
    }


class NewTicketView(HelpCenterMixin, FormView):
    template_name = "portal/ticket_create.html"
    form_class = NewTicketForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"accounts": my_accounts(self.request.actor)}

    def get_initial(self) -> dict[str, Any]:
        asked = {name: self.request.GET.get(name, "") for name in ("account", "subject")}
        return {name: value for name, value in asked.items() if is_key(value) or name == "subject"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        subject, private = str(form["subject"].value() or ""), bool(form["is_private"].value())
        return context | _alike(self.request, form.chosen_account, subject, private=private)

    def form_valid(self, form: NewTicketForm) -> HttpResponse:
        given = dict(form.cleaned_data)
        body = given.pop("body")
        given.pop("attachments")
        try:
            files = uploaded_files(self.request)
            ticket = create_ticket(given, actor=self.request.actor, body=body, attachments=files)
        except DomainError as error:
            form.refuse(error)
            return self.form_invalid(form)
        messages.success(self.request, phrase("%(Term_ticket)s %(number)s sent", number=ticket.reference))
        return redirect("portal:ticket_detail", pk=ticket.pk)

    def form_invalid(self, form: NewTicketForm) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


@method_decorator(fragment_of("portal:ticket_create"), name="get")
class SimilarTicketsView(HelpCenterMixin, TemplateView):
    """What htmx puts beside the form while the subject is typed; the page of a new ticket shows the same list."""

    template_name = "portal/_similar_answer.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        accounts = my_accounts(self.request.actor)
        chosen = next((each for each in accounts if str(each.account.pk) == asked.get("account")), None)
        private = bool(asked.get("is_private"))
        alike = _alike(self.request, chosen, asked.get("subject", ""), private=private)
        return super().get_context_data(**kwargs, **alike)
