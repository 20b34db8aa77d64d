"""The door of the help center."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from helpdesk.core.actors import Actor
from helpdesk.core.scoping import ContactRequiredMixin, contact_required
from helpdesk.core.web.requests import DeskRequest
from tickets.models import Draft, Ticket
from tickets.services.drafts import Place, draft_in


def _refuse_staff(request: DeskRequest) -> None:
    """Whoever only works here has no help center. Somebody who is a contact too comes in as that contact."""
    if request.actor.is_staff and request.actor.contact is None:
        raise Http404


class HelpCenterMixin(ContactRequiredMixin):
    """For contacts only."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _refuse_staff(self.request)
        return super().dispatch(request, *args, **kwargs)


def help_center(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The function form of `HelpCenterMixin`."""
    inner = contact_required(view)

    @wraps(view)
    def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _refuse_staff(request)
        return inner(request, *args, **kwargs)

    return guarded


def own_draft(request: DeskRequest, place: Place) -> Draft | None:
    """What the reader is writing; whoever looks at somebody else's help center does not read it."""
    return None if getattr(request, "looking", None) else draft_in(place, actor=request.actor)


def visible_ticket(actor: Actor, pk: int) -> Ticket:
    """The ticket, or 404 as if there were none."""
    return get_object_or_404(Ticket.objects.visible_to(actor).select_related("contact", "account"), pk=pk)
