"""A new ticket by an agent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from customers.administration.matching import find_or_create_contact
from customers.models import Contact
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import fragment_of
from helpdesk.core.web.keys import is_key, key_in
from helpdesk.core.web.once import AskedDifferently, OnceMixin
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from tickets.forms import TicketForm, draft_form, uploaded_files
from tickets.models import Draft, Ticket
from tickets.reading import acting_for
from tickets.services.drafts import Place, draft_in, draft_of, forget_sent_draft, open_draft
from tickets.services.lifecycle import create_ticket
from tickets.views.requesters import find_contacts

NEW = "new"


def requester_state(request: DeskRequest, form: TicketForm, text: str) -> dict[str, Any]:
    """What the requester's field shows: the chosen contact, the fields of a new one, or a search."""
    chosen = form.requester
    values = form.data if form.is_bound else {**form.initial, **request.GET.dict()}
    new = not chosen and (
        values.get("pick") == NEW or bool(values.get("new_name") or values.get("new_email"))
    )
    return {
        "form": form,
        "chosen": chosen,
        "chosen_acting": {entry.account.pk: entry for entry in acting_for(chosen)} if chosen else {},
        "new": new,
        "query": text,
        "contacts": [] if chosen or new else find_contacts(request, text, most=8),
    }


@require_safe
@staff_required
@fragment_of("tickets:ticket_create")
def requester_options(request: DeskRequest) -> HttpResponse:
    """The requester's field while somebody types in it or picks; the account's field follows it."""
    text = request.GET.get("q") or request.GET.get("requester", "")
    picked = request.GET.get("contact", "")
    initial: dict[str, Any] = {"contact": "" if picked == NEW else picked}
    if picked == NEW:
        initial |= {"new_email" if "@" in text else "new_name": text}
    form = TicketForm(initial=initial, request=request)
    state = requester_state(request, form, text)
    if request.GET.get("typing"):
        return render(request, "tickets/_requester_results.html", state)
    return render(request, "tickets/_requester_changed.html", {**state, "new": picked == NEW})


@method_decorator(never_cache, name="dispatch")
class TicketCreateView(StaffRequiredMixin, OnceMixin, FormView):
    """The requester is found, or created on save; the account is filled from the primary one."""

    form_class = TicketForm
    template_name = "tickets/ticket_create.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    @cached_property
    def draft(self) -> Draft | None:
        """What the reader began to write for this contact, or, where the page names none, for anybody."""
        request = self.request
        if request.method == "POST":
            return draft_of(draft_form(request), actor=request.actor)
        if not request.GET.get("contact"):
            return open_draft(actor=request.actor)
        contact = Contact.objects.visible_to(request.actor).filter(pk=key_in(request.GET["contact"])).first()
        return draft_in(Place(Draft.Kind.TICKET, contact=contact), actor=request.actor) if contact else None

    def get_initial(self) -> dict[str, Any]:
        asked = {name: self.request.GET[name] for name in ("contact", "subject") if name in self.request.GET}
        begun = {**self.draft.fields, "contact": self.draft.contact_id} if self.draft else {}
        return {**begun, **asked}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        asked = self.request.POST or self.request.GET
        text = asked.get("requester") or context["form"].initial.get("requester", "")
        opened_for = self.request.POST.get("opened_for", self.request.GET.get("contact", ""))
        shown = {"draft": self.draft, "opened_for": opened_for}
        return {**context, **shown, **requester_state(self.request, context["form"], text)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "pick" in request.POST:  # without script: choosing a requester shows the form again
            return self._picked(self.request)
        return super().post(request, *args, **kwargs)

    def _picked(self, request: DeskRequest) -> HttpResponse:
        initial = request.POST.dict()
        picked = initial.get("pick", "")
        initial["contact"] = picked if is_key(picked) else ""
        if picked == NEW:
            text = initial.get("requester", "")
            initial["new_email" if "@" in text else "new_name"] = text
        form = TicketForm(initial=initial, request=request)
        context = self.get_context_data(form=form)
        context["new"] = picked == NEW
        return self.render_to_response(context)

    def form_valid(self, form: TicketForm) -> HttpResponse:
        try:
            ticket = self._create(form)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self._shown_again(form, error.status)
        messages.success(self.request, phrase("%(Term_ticket)s %(n)s created", n=ticket.reference))
        return redirect("tickets:ticket_detail", pk=ticket.pk)

    def form_invalid(self, form: TicketForm) -> HttpResponse:
        return self._shown_again(form, DomainError.status)

    def sent_already(self, error: AskedDifferently) -> HttpResponse:
        form = self.get_form()
        form.is_valid()
        form.add_error(None, error.linked)
        return self.form_invalid(form)

    def _shown_again(self, form: TicketForm, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)

    @transaction.atomic
    def _create(self, form: TicketForm) -> Ticket:
        values = form.cleaned_data
        contact: Contact = values["contact"] or find_or_create_contact(
            name=values["new_name"],
            email=values["new_email"],
            phone=values["new_phone"],
            actor=self.request.actor,
        )
        ticket = create_ticket(
            {**form.ticket_fields(), "contact": contact},
            actor=self.request.actor,
            body=values["body"],
            attachments=uploaded_files(self.request),
        )
        forget_sent_draft(draft_form(self.request), actor=self.request.actor)
        return ticket
