"""People who may stand here twice: the list, and saying that two of them are two."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from customers.duplicates.evidence import Group, grouped
from customers.duplicates.pairs import dismiss_pair, restore_pair
from customers.models import MOST_SHARING, DuplicatePair, DuplicateSearch
from customers.registry import columns_for
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web import listing
from helpdesk.core.web.htmx import announce, is_fragment
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase

ORDER = ("-first_id", "-second_id")
PAGE = 25
APART = "apart"


class DuplicateListView(StaffRequiredMixin, TemplateView):
    """Pairs, side by side; ``?reason=`` narrows them, ``?show=apart`` are those that were told apart."""

    permission_required = "customers.view_contact"
    template_name = "customers/duplicate_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        reason = request.GET.get("reason", "")
        reason = reason if reason in DuplicatePair.Reason.values else ""
        pairs, apart = _pairs(request, reason), request.GET.get("show") == APART
        page = paginate(pairs, request, order=ORDER, size=PAGE)
        groups, number = grouped(page.rows, request.actor), listing.how_many(pairs)
        search = DuplicateSearch.objects.first()
        return super().get_context_data(
            page=page,
            groups=groups,
            columns=columns_for(_people(groups), request.actor),
            reason=reason,
            apart=apart,
            reasons=DuplicatePair.Reason.choices,
            still_looking=search is None or search.walked_at is None,
            most_sharing=MOST_SHARING,
            count_words=listing.count_words(number),
            summary=listing.summary(page, number),
            **kwargs,
        )


def _pairs(request: DeskRequest, reason: str) -> Any:
    pairs = DuplicatePair.objects.visible_to(request.actor).because(reason).select_related("dismissed_by")
    return pairs.dismissed() if request.GET.get("show") == APART else pairs.open().folded(reason)


def _people(groups: list[Group]) -> list[int]:
    return [pk for group in groups for pk in (group.first.pk, *(shown.second.pk for shown in group.pairs))]


def _pair(request: DeskRequest, pk: int) -> DuplicatePair:
    request.actor.require("customers.change_contact")
    return get_object_or_404(DuplicatePair.objects.visible_to(request.actor), pk=pk)


@require_POST
@staff_required
def duplicate_dismiss(request: DeskRequest, pk: int) -> HttpResponse:
    """They are two people. In its place stands the way back."""
    return _answer(request, dismiss_pair(_pair(request, pk), actor=request.actor))


@require_POST
@staff_required
def duplicate_restore(request: DeskRequest, pk: int) -> HttpResponse:
    """They may be one after all."""
    return _answer(request, restore_pair(_pair(request, pk), actor=request.actor))


def _answer(request: DeskRequest, pair: DuplicatePair) -> HttpResponse:
    """The pair as it stands now, in its place; without scripts the list."""
    names = {"first": pair.first.name, "second": pair.second.name}
    if pair.dismissed_at:
        words = phrase("%(first)s and %(second)s are two people", **names)
    else:
        words = phrase("%(first)s and %(second)s may be one person", **names)
    if not is_fragment(request):
        messages.success(request, words)
        return redirect("customers:duplicate_list")
    groups = grouped([pair], request.actor)
    context = {
        "shown": groups[0].pairs[0],
        "columns": columns_for(_people(groups), request.actor),
        "moved": True,
    }
    return announce(render(request, "customers/_duplicate_pair.html", context), words)
