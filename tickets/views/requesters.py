"""Making someone else the requester of a ticket."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from customers.models import Contact
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import client_redirect, fragment_of, is_fragment
from helpdesk.core.web.keys import key_in
from helpdesk.core.web.pagination import by_keys
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from tickets.places import ticket_address
from tickets.services.lifecycle import change_contact
from tickets.views.finding import find_ticket

MOST = 20
OPTIONS = 10


def find_contacts(request: DeskRequest, text: str, most: int = MOST) -> list[Contact]:
    """Active contacts by name, reference or address, for picking one."""
    if not text.strip():
        return []
    found = Contact.objects.visible_to(request.actor).filter(is_active=True).matching(text)
    return by_keys(found.with_accounts().with_methods().order_by("search", "id"), most)


@require_safe
@staff_required
@fragment_of("customers:contact_list")
def contact_options(request: DeskRequest) -> HttpResponse:
    """Answers of the contact picker of the list's filters; who left is found as well."""
    text = request.GET.get("q", "").strip()[:200]
    found = Contact.objects.visible_to(request.actor).matching(text).with_accounts().with_methods()
    contacts = by_keys(found.order_by("search", "id"), OPTIONS)
    return render(request, "components/_contact_options.html", {"contacts": contacts, "query": text})


class TicketContactView(StaffRequiredMixin, TemplateView):
    """A dialog (without script: a page) to find the contact; posting one makes it the requester."""

    http_method_names = ["get", "head", "post", "options"]

    def get_template_names(self) -> list[str]:
        if not is_fragment(self.request):
            return ["tickets/ticket_contact.html"]
        typing = self.request.htmx.target == "contact-results"
        return ["tickets/_contact_results.html" if typing else "tickets/_ticket_contact.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "")
        ticket = find_ticket(self.request, self.kwargs["pk"])
        return super().get_context_data(
            ticket=ticket, query=text, contacts=find_contacts(self.request, text), **kwargs
        )

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        ticket = find_ticket(request, pk)
        wanted = key_in(request.POST.get("contact", ""))
        contact = get_object_or_404(Contact.objects.visible_to(request.actor), pk=wanted)
        try:
            change_contact(ticket, contact, actor=request.actor)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, phrase("%(name)s is now the requester", name=contact.name))
        response = redirect(ticket_address(request, pk))
        return client_redirect(response.url) if is_fragment(request) else response
