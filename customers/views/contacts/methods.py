"""The verbs on contact methods, each one POST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from customers.models import Contact, ContactMethod
from customers.services.methods import changes as methods
from customers.services.methods.bouncing import clear_bouncing
from customers.views.contacts.forms import MethodForm
from customers.views.contacts.views import contact_page
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import staff_required
from helpdesk.core.web.htmx import announce, is_fragment
from helpdesk.core.web.keys import key_in
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase


def _contact(request: DeskRequest, pk: int) -> Contact:
    request.actor.require("customers.change_contact")
    return get_object_or_404(Contact.objects.visible_to(request.actor), pk=pk)


def _method(request: DeskRequest, pk: int, method_pk: int) -> ContactMethod:
    return get_object_or_404(_contact(request, pk).methods, pk=method_pk)


def _refused(request: DeskRequest, contact: Contact, error: DomainError, **typed: Any) -> HttpResponse:
    """The page again with the reason at its field, what was typed, and whose address it is."""
    problem = {"sentence": error.message, "used_by": getattr(error, "contact", None), **typed}
    return contact_page(request, contact.pk, status=422, method_problem=problem)


def _done(request: DeskRequest, contact: Contact, words: str) -> HttpResponse:
    """Back to the page; htmx takes its part of it, so that what is being typed elsewhere on it stays."""
    if is_fragment(request):
        return announce(contact_page(request, contact.pk), words)
    messages.success(request, words)
    return redirect(contact)


@require_POST
@staff_required
def method_add(request: DeskRequest, pk: int) -> HttpResponse:
    """Add one."""
    contact = _contact(request, pk)
    form = MethodForm(request.POST)
    typed = {name: form.data.get(name, "") for name in ("kind", "value", "label")}
    try:
        method = form.add_to(contact, actor=request.actor)
    except DomainError as error:
        return _refused(request, contact, error, **typed)
    return _done(request, contact, phrase("%(value)s added", value=method.value))


@require_POST
@staff_required
def method_change(request: DeskRequest, pk: int, method_pk: int) -> HttpResponse:
    """Correct a value."""
    method = _method(request, pk, method_pk)
    typed = request.POST.get("value", "")
    label, expected = request.POST.get("label"), request.POST.get("was")
    try:
        methods.change_method(method, typed, actor=request.actor, label=label, expected=expected)
    except DomainError as error:
        return _refused(request, method.contact, error, method=method_pk, value=typed)
    return _done(request, method.contact, phrase("%(value)s saved", value=method.value))


@require_POST
@staff_required
def method_default(request: DeskRequest, pk: int, method_pk: int) -> HttpResponse:
    """Use this one first among its kind."""
    method = _method(request, pk, method_pk)
    methods.make_default(method, actor=request.actor)
    return _done(request, method.contact, phrase("%(value)s is the default now", value=method.value))


@require_POST
@staff_required
def method_retry(request: DeskRequest, pk: int, method_pk: int) -> HttpResponse:
    """An address that took no mail does so again."""
    method = _method(request, pk, method_pk)
    clear_bouncing(method, actor=request.actor)
    return _done(request, method.contact, phrase("%(value)s is no longer marked", value=method.value))


@require_POST
@staff_required
def method_remove(request: DeskRequest, pk: int, method_pk: int) -> HttpResponse:
    """Take one away, once nothing uses it; what does is named, and moved in the same step when told where to."""
    method = _method(request, pk, method_pk)
    contact, value = method.contact, method.display
    try:
        methods.remove_method(method, actor=request.actor, move_to=_destination(request, method))
    except DomainError as error:
        uses = getattr(error, "uses", None) or methods.uses_of(method, request.actor)
        return _refused(request, contact, error, uses=uses, removing=_Removing(method))
    return _done(request, contact, phrase("%(value)s removed", value=value))


@dataclass
class _Removing:
    """A method that cannot go yet, and the others of its contact, its own kind first."""

    method: ContactMethod

    @property
    def others(self) -> list[ContactMethod]:
        rest = self.method.contact.methods.exclude(pk=self.method.pk)
        return sorted(rest, key=lambda other: other.kind != self.method.kind)


def _destination(request: DeskRequest, method: ContactMethod) -> ContactMethod | Contact | None:
    """Where what uses the method is to go: another contact, when one was picked or typed out, else another method."""
    people = Contact.objects.visible_to(request.actor).filter(is_active=True)
    if number := key_in(request.POST.get("to_contact", "")):
        return get_object_or_404(people, pk=number)
    if typed := request.POST.get("to_contact_text", "").strip():
        found = list(people.matching(typed[:200])[:2])
        return found[0] if len(found) == 1 else method
    if number := key_in(request.POST.get("to_method", "")):
        return get_object_or_404(method.contact.methods, pk=number)
    return None
