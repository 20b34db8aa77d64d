"""For managers: the help center as a contact sees it. The one place that lets nothing but looking through."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.generic import TemplateView

from customers.models import Contact
from customers.services.contacts.looking import LASTS, begin_look, can_be_looked_at, lasts
from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.requests import DeskRequest
from portal.looking import show_as


def _contact(actor: Actor, pk: int) -> Contact:
    contacts = Contact.objects.visible_to(actor).with_methods().select_related("user")
    return get_object_or_404(contacts, pk=pk)


class LookView(StaffRequiredMixin, TemplateView):
    """What looking means, and the button that begins it: this is what the history keeps."""

    permission_required = "customers.view_as_contact"
    template_name = "portal/look.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contact = _contact(self.request.actor, kwargs.pop("pk"))
        return super().get_context_data(
            contact=contact,
            is_open=can_be_looked_at(contact),
            minutes=LASTS.seconds // 60,
            **kwargs,
        )

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        try:
            look = begin_look(_contact(request.actor, pk), actor=request.actor)
        except DomainError as error:
            return self.render_to_response(self.get_context_data(pk=pk, problem=error.message), status=422)
        return redirect("looking:shown", pk=pk, look=look)


@staff_required
def shown(request: DeskRequest, pk: int, look: int, rest: str = "") -> HttpResponseBase:
    """A page of the help center as the contact sees it, for as long as the look lasts."""
    contact = _contact(request.actor, pk)
    look_lasts = lasts(look, contact, actor=request.actor)
    if request.method not in ("GET", "HEAD"):
        return render(request, "portal/look_only.html", {"contact": contact}, status=403)
    if not look_lasts:
        return redirect("looking:start", pk=pk)
    mount = reverse("looking:shown", kwargs={"pk": pk, "look": look})
    return show_as(request, contact, mount=mount, rest=rest)
