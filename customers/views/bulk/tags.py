"""The tags that pickers offer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from customers.models import Tag
from customers.models.tags import LONGEST
from customers.services.tags import by_form, divided
from helpdesk.core.scoping import staff_required
from helpdesk.core.search import matching
from helpdesk.core.text import line, unique_form
from helpdesk.core.web.htmx import fragment_of
from helpdesk.core.web.requests import DeskRequest

OPTIONS = 10


@require_safe
@staff_required
@fragment_of("customers:contact_list")
def tag_options(request: DeskRequest) -> HttpResponse:
    """Answers of the tag pickers: ``?q=``, the names that are there already (``exclude``), ``create``, ``by_id``."""
    query = line(request.GET.get("q", ""))[:LONGEST]
    tags = list(
        (Tag.objects.filter(matching(query)) if query else Tag.objects.all()).order_by("search")[:OPTIONS]
    )
    may_create = request.GET.get("create") == "1" and request.actor.can("customers.change_contact")
    exists = not query or Tag.objects.filter(name_key=unique_form(query)).exists()
    context = {
        "tags": tags,
        "query": query,
        "by_id": "by_id" in request.GET,
        "excluded": set(by_form(request.GET.getlist("exclude"))),
        "can_create": may_create and not exists and divided(query) == [query],
    }
    return render(request, "components/_tag_options.html", context)
