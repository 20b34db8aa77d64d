"""A new ticket, and what may have been raised already."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from helpdesk.core.errors import DomainError
from helpdesk.core.web.htmx import fragment_of
from helpdesk.core.web.keys import is_key
from helpdesk.core.web.once import AskedDifferently, OnceMixin
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from portal.accounts import MyAccount, my_accounts
from portal.audience import Audience
from portal.forms import NewTicketForm
from portal.views.base import HelpCenterMixin, own_draft
from tickets.forms import draft_form, uploaded_files
from tickets.models import Draft
from tickets.services.drafts import Place, forget_sent_draft
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


@method_decorator(never_cache, name="dispatch")
class NewTicketView(HelpCenterMixin, OnceMixin, FormView):
    template_name = "portal/ticket_create.html"
    form_class = NewTicketForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"accounts": my_accounts(self.request.actor)}

    @cached_property
    def draft(self) -> Draft | None:
        return own_draft(self.request, Place(Draft.Kind.CUSTOMER_TICKET))

    def get_initial(self) -> dict[str, Any]:
        begun = self.draft.fields if self.draft else {}
        asked = {name: self.request.GET[name] for name in ("account", "subject") if name in self.request.GET}
        return begun | {name: value for name, value in asked.items() if is_key(value) or name == "subject"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        subject, private = str(form["subject"].value() or ""), bool(form["is_private"].value())
        return (
            context
            | {"draft": self.draft}
            | _alike(self.request, form.chosen_account, subject, private=private)
        )

    def form_valid(self, form: NewTicketForm) -> HttpResponse:
        given = dict(form.cleaned_data)
        body = given.pop("body")
        given.pop("attachments")
        try:
            files = uploaded_files(self.request)
            ticket = create_ticket(given, actor=self.request.actor, body=body, attachments=files)
            forget_sent_draft(draft_form(self.request), actor=self.request.actor)
        except DomainError as error:
            form.refuse(error)
            return self._shown_again(form, error.status)
        messages.success(self.request, phrase("%(Term_ticket)s %(number)s sent", number=ticket.reference))
        return redirect("portal:ticket_detail", pk=ticket.pk)

    def form_invalid(self, form: NewTicketForm) -> HttpResponse:
        return self._shown_again(form, DomainError.status)

    def sent_already(self, error: AskedDifferently) -> HttpResponse:
        form = self.get_form()
        form.is_valid()
        form.add_error(None, error.linked)
        return self.form_invalid(form)

    def _shown_again(self, form: NewTicketForm, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)


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
