"""What somebody is writing: kept while they write, thrown away when they say so. Each person's own."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.models import Contact
from helpdesk.core.actors import Actor
from helpdesk.core.web.keys import key_in
from helpdesk.core.web.pages import page_behind
from helpdesk.core.web.requests import DeskRequest
from tickets.forms import draft_form
from tickets.models import Draft, Ticket
from tickets.services.drafts import AT_THE_DESK, WITH_TICKET, Place, Writing, discard_draft, save_draft


@require_POST
def draft_save(request: DeskRequest) -> HttpResponse:
    """Keep the text as it stands; the answer is the line that says so. The address names the kind and the ticket."""
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in Draft.Kind.values:
        raise Http404
    actor = _author(request.actor, kind)
    place = Place(kind, _ticket(request, kind, actor), _contact(request, kind, actor))
    is_open = not request.POST.get("opened_for")
    writing = Writing(place, request.POST.dict(), draft_form(request), is_open=is_open)
    return render(request, "tickets/_draft_line.html", {"draft": save_draft(writing, actor=actor)})


def _author(actor: Actor, kind: str) -> Actor:
    """Who writes: somebody of the desk, or a contact in the help center. To others there is no such thing."""
    if kind in AT_THE_DESK:
        if not actor.is_staff:
            raise Http404
        return actor
    if actor.contact is None:
        raise Http404
    if not actor.contact.is_active:
        raise PermissionDenied("contact")
    return actor.as_contact()


def _ticket(request: DeskRequest, kind: str, actor: Actor) -> Ticket | None:
    if kind not in WITH_TICKET:
        return None
    return get_object_or_404(Ticket.objects.visible_to(actor), pk=key_in(request.GET.get("ticket", "")))


def _contact(request: DeskRequest, kind: str, actor: Actor) -> Contact | None:
    """Who a new ticket is for, once that is chosen."""
    if kind != Draft.Kind.TICKET:
        return None
    return Contact.objects.visible_to(actor).filter(pk=key_in(request.POST.get("contact", ""))).first()


@require_POST
def draft_discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Throw a draft away; the page comes back without it."""
    draft = get_object_or_404(Draft.objects.visible_to(request.actor), pk=pk)
    discard_draft(draft, actor=request.actor)
    messages.success(request, _("Draft discarded"))
    return redirect(page_behind(request))
