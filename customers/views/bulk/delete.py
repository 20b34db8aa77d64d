"""Deleting the contacts chosen in the list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView

from customers.bulk.selection import Selection
from customers.models import Contact
from customers.services.contacts.deletion import delete_contacts, depending_on
from customers.views.leaving.forms import DeleteContactForm
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import StaffRequiredMixin
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase, phrase_n

MOST = 1000
NAMED = 10


class ContactBulkDeleteView(StaffRequiredMixin, TemplateView):
    """Says how many go and what depends on them, asks what becomes of it, and deletes. It is only ever posted to."""

    http_method_names = ["post", "options"]
    permission_required = "customers.delete_contact"
    template_name = "customers/bulk/delete.html"

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        selection = Selection.asked(request)
        contacts = list(selection.contacts(request).order_by("search", "id")[: MOST + 1])
        list_url = f"{reverse('customers:contact_list')}?{selection.query.urlencode()}"
        if not contacts or len(contacts) > MOST:
            messages.warning(request, _refusal(contacts))
            return redirect(list_url)
        form = self.form(contacts, request.POST if "confirm" in request.POST else None)
        if form.is_valid():
            try:
                number = delete_contacts(contacts, actor=request.actor, **form.choice())
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                messages.success(request, _deleted(number))
                return redirect(list_url)
        context = {"form": form, "contacts": contacts[:NAMED], "number": len(contacts), "list_url": list_url}
        context |= {"more": len(contacts) - NAMED, "dependents": depending_on([c.pk for c in contacts])}
        return self.render_to_response(
            context | {"selection": selection}, status=422 if form.is_bound else 200
        )

    def form(self, contacts: list[Contact], data: Any) -> DeleteContactForm:
        chosen = [contact.pk for contact in contacts]
        people = Contact.objects.visible_to(self.request.actor).filter(is_active=True).exclude(pk__in=chosen)
        return DeleteContactForm(data, people=people, needed=bool(depending_on(chosen)))


def _refusal(contacts: list[Contact]) -> str:
    if contacts:
        return phrase("At most %(n)s %(term_contacts)s can be deleted at once.", n=MOST)
    return phrase("Tick at least one %(term_contact)s first.")


def _deleted(number: int) -> str:
    return phrase_n("%(n)s %(term_contact)s deleted", "%(n)s %(term_contacts)s deleted", number)
