"""Support PINs at the desk: finding somebody by one, checking one, and, for managers, revealing one. Each is a POST."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from customers.models import Contact
from customers.services.contacts import pins
from customers.views.contacts.views import contact_page
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import FragmentMixin, is_fragment
from helpdesk.core.web.requests import DeskRequest


class PinLookUpView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """A field for the digits that somebody says on the phone, and whose they are. The digits are not shown again."""

    permission_required = "customers.view_contact"
    template_name = "customers/pin_look_up.html"
    fragment_template_name = "customers/_pin_look_up.html"

    def post(self, request: DeskRequest) -> HttpResponse:
        try:
            contact = pins.find_by_pin(request.POST.get("pin", ""), actor=request.actor)
        except DomainError as error:
            return self.render_to_response(self.get_context_data(problem=error.message), status=422)
        found = contact and Contact.objects.with_accounts().with_methods().get(pk=contact.pk)
        return self.render_to_response(self.get_context_data(looked_up=True, contact=found))


def _answer(request: DeskRequest, contact: Contact, **pin: Any) -> HttpResponse:
    """The PIN's part of the contact's header, or the page with it."""
    status = 422 if pin.get("problem") else 200
    if is_fragment(request):
        return render(request, "customers/_pin.html", {"contact": contact, "pin": pin}, status=status)
    return contact_page(request, contact.pk, status=status, pin=pin)


def _contact(request: DeskRequest, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.actor), pk=pk)


@require_POST
@staff_required
def pin_check(request: DeskRequest, pk: int) -> HttpResponse:
    """Whether what was typed is this contact's PIN."""
    contact = _contact(request, pk)
    try:
        matches = pins.check_pin(contact, request.POST.get("pin", ""), actor=request.actor)
    except DomainError as error:
        return _answer(request, contact, problem=error.message)
    return _answer(request, contact, checked=True, matches=matches)


@never_cache
@require_POST
@staff_required
def pin_reveal(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the PIN itself, this once."""
    contact = _contact(request, pk)
    return _answer(request, contact, revealed=pins.reveal_pin(contact, actor=request.actor), asked=True)
