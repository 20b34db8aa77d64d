"""Contacts who go: deleted, seen off (and brought back), erased."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from customers.erasing.contacts import erase_contact, erasure_lines
from customers.forms.agreement import agreed_in
from customers.models import Contact
from customers.services.contacts.deletion import delete_contact, depending_on
from customers.services.contacts.leaving import bring_back, colleagues_of, leaving_consequences, see_off
from customers.services.exposure import WidensSight
from customers.views.contacts.views import ContactView
from customers.views.leaving.forms import DeleteContactForm, EraseForm, LeaverForm
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import staff_required
from helpdesk.core.web.htmx import fragment_of
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase

OPTIONS = 10


@require_safe
@staff_required
@fragment_of("customers:contact_detail")
def successor_options(request: DeskRequest, pk: int) -> HttpResponse:
    """Answers of the picker of who takes over: people of the same accounts first; with ``?colleagues=1`` only them."""
    contact = get_object_or_404(Contact.objects.visible_to(request.actor), pk=pk)
    text = request.GET.get("q", "").strip()[:200]
    near = colleagues_of(contact, request.actor).matching(text).with_accounts().with_methods()
    found = list(near.order_by("search", "id")[:OPTIONS])
    if text and len(found) < OPTIONS and "colleagues" not in request.GET:
        known = {pk, *(person.pk for person in found)}
        others = Contact.objects.visible_to(request.actor).filter(is_active=True).matching(text)
        others = others.exclude(pk__in=known).with_accounts().with_methods().order_by("search", "id")
        found += others[: OPTIONS - len(found)]
    return render(request, "components/_contact_options.html", {"contacts": found, "query": text})


class ContactDeleteView(ContactView):
    """Says what depends on the contact, asks what becomes of it, and deletes."""

    permission_required = "customers.delete_contact"
    template_name = "customers/contact_delete.html"

    def form(self, contact: Contact, data: Any = None) -> DeleteContactForm:
        people = Contact.objects.visible_to(self.request.actor).filter(is_active=True).exclude(pk=contact.pk)
        return DeleteContactForm(data, people=people, needed=bool(depending_on([contact.pk])))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        contact = context["contact"]
        if "form" not in context:
            context["form"] = self.form(contact)
        return context | {"dependents": depending_on([contact.pk])}

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = self.object = self.get_object()
        form = self.form(contact, request.POST)
        if form.is_valid():
            try:
                delete_contact(contact, actor=request.actor, **form.choice())
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                messages.success(request, phrase("%(name)s deleted", name=contact.name))
                return redirect("customers:contact_list")
        return self.render_to_response(self.get_context_data(form=form), status=422)


class LeaverView(ContactView):
    """Says what it means that somebody has gone, asks who takes over, and deactivates them."""

    permission_required = "customers.delete_contactrelationship"
    template_name = "customers/leaver.html"

    def form(self, contact: Contact, data: Any = None) -> LeaverForm:
        return LeaverForm(data, people=colleagues_of(contact, self.request.actor))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        contact = context["contact"]
        if "form" not in context:
            context["form"] = self.form(contact)
        return context | {"leaving": leaving_consequences(contact)}

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = self.object = self.get_object()
        form = self.form(contact, request.POST)
        if form.is_valid():
            try:
                see_off(contact, actor=request.actor, colleague=form.colleague(), agreed=form.agreed)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, phrase("%(name)s is deactivated", name=contact.name))
                return redirect(contact)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class LeaverReturnView(ContactView):
    """Says what coming back does not bring back, and lets somebody in again."""

    permission_required = "customers.delete_contactrelationship"
    template_name = "customers/leaver_return.html"

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = self.object = self.get_object()
        try:
            bring_back(contact, actor=request.actor, agreed=agreed_in(request))
        except WidensSight as asked:
            return self.render_to_response(self.get_context_data(exposure=asked.exposure), status=422)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, phrase("%(name)s is active again", name=contact.name))
        return redirect(contact)


class ContactEraseView(ContactView):
    """Says what the desk holds about a person, asks for the reference, and erases it."""

    permission_required = "customers.erase_contact"
    template_name = "customers/erase.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        contact = context["contact"]
        if "form" not in context:
            context["form"] = EraseForm(expected=contact.reference or "")
        lines, kept = erasure_lines(contact, self.request.actor)
        return context | {"lines": lines, "kept": kept}

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = self.object = self.get_object()
        form = EraseForm(request.POST, expected=contact.reference or "")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        erased = erase_contact(contact, actor=request.actor, choices=form.choices())
        messages.success(request, phrase("%(name)s: the personal data is erased", name=erased.name))
        return redirect(erased)
