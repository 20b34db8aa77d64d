"""The support PIN of the person who is signed in: shown when asked for, and renewed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from customers.services.contacts.pins import give_pin, renew_pin
from helpdesk.core.errors import DomainError
from helpdesk.core.web.requests import DeskRequest
from portal.views.base import help_center


@require_POST
@help_center
def pin_show(request: DeskRequest) -> HttpResponse:
    """Give the person a PIN; the profile shows it from then on."""
    try:
        give_pin(request.actor.contact, actor=request.actor)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("portal:profile")


@require_POST
@help_center
def pin_renew(request: DeskRequest) -> HttpResponse:
    """Take another one."""
    try:
        renew_pin(request.actor.contact, actor=request.actor)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, gettext("You have a new support PIN. The old one no longer works."))
    return redirect("portal:profile")
