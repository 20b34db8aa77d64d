"""Dead letters of the audit feed, for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.listing import how_many, summary
from helpdesk.core.web.pages import page_wanted
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase, phrase_n
from helpdesk.events.consuming import dead_letters
from helpdesk.events.models import EVENT_PERMISSION, EventDelivery

PAGE = 50
LIST = "events:dead_letters"


class DeadLettersView(StaffRequiredMixin, TemplateView):
    """What consumers gave up, the newest first, with the reason."""

    http_method_names = ["get", "head", "options"]
    permission_required = EVENT_PERMISSION
    template_name = "events/dead_letters.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dead = EventDelivery.objects.dead().visible_to(self.request.actor)
        rows = dead.select_related("entry__actor_user")
        page = paginate(rows, self.request, order=("-died_at", "-id"), size=PAGE)
        return super().get_context_data(page=page, summary=summary(page, how_many(dead)), **kwargs)


@require_POST
@staff_required
def dead_letter_run(request: DeskRequest, pk: int) -> HttpResponse:
    """Run one dead letter again."""
    request.actor.require(EVENT_PERMISSION)
    delivery = get_object_or_404(EventDelivery.objects.visible_to(request.actor), pk=pk)
    try:
        dead_letters.run_again(delivery, actor=request.actor)
        messages.success(request, phrase("Event queued again"))
    except DomainError as error:
        messages.warning(request, error.message)
    return redirect(page_wanted(request, reverse(LIST)))


@require_POST
@staff_required
def dead_letters_run(request: DeskRequest) -> HttpResponse:
    """Run all dead letters again."""
    number = dead_letters.run_all_again(actor=request.actor)
    messages.success(request, phrase_n("%(n)s event queued again", "%(n)s events queued again", number))
    return redirect(page_wanted(request, reverse(LIST)))
