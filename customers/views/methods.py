"""The verbs on contact methods, each one POST."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from customers.forms.contacts import MethodForm
from customers.models import Contact, ContactMethod
from customers.services import methods
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import staff_required
from helpdesk.core.words import phrase


def _contact(request: HttpRequest, pk: int) -> Contact:
    request.actor.require("customers.change_contact")
    return get_object_or_404(Contact.objects.visible_to(request.actor), pk=pk)


def _method(request: HttpRequest, pk: int, method_pk: int) -> ContactMethod:
    return get_object_or_404(_contact(request, pk).methods, pk=method_pk)


@require_POST
@staff_required
def method_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one; a refusal comes back as a message with what was typed in the sentence."""
    contact = _contact(request, pk)
    form = MethodForm(request.POST)
    if form.is_valid():
        try:
            values = form.cleaned_data
            methods.add_method(
                contact, values["kind"], values["value"], actor=request.actor, label=values["label"]
            )
            messages.success(request, phrase("%(value)s added", value=values["value"]))
        except DomainError as error:
            form.refuse(error)
    for sentences in form.errors.values():
        messages.error(request, " ".join(sentences))
    return redirect(contact)


@require_POST
@staff_required
def method_change(request: HttpRequest, pk: int, method_pk: int) -> HttpResponse:
    """Correct a value."""
    method = _method(request, pk, method_pk)
    try:
        methods.change_method(method, request.POST.get("value", ""), actor=request.actor)
        messages.success(request, phrase("%(value)s saved", value=method.value))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(method.contact)


@require_POST
@staff_required
def method_default(request: HttpRequest, pk: int, method_pk: int) -> HttpResponse:
    """Use this one first among its kind."""
    method = _method(request, pk, method_pk)
    methods.make_default(method, actor=request.actor)
    messages.success(request, phrase("%(value)s is the default now", value=method.value))
    return redirect(method.contact)


@require_POST
@staff_required
def method_remove(request: HttpRequest, pk: int, method_pk: int) -> HttpResponse:
    """Take one away."""
    method = _method(request, pk, method_pk)
    contact, value = method.contact, method.value
    methods.remove_method(method, actor=request.actor)
    messages.success(request, phrase("%(value)s removed", value=value))
    return redirect(contact)
