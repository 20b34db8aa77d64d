"""Bulk updates that were confirmed: their progress, their result, and their undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView

from customers.bulk import lifecycle, run, undo
from customers.bulk.presenting import context_of, result_words, undone_words
from customers.models import BulkUpdate
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import ScopedViewMixin, StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import FragmentMixin, client_redirect, is_fragment
from helpdesk.core.web.pages import page_wanted
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs.tasks import advance

PERMISSION = "customers.change_contact"


class BulkUpdateList(StaffRequiredMixin, ScopedViewMixin, ListView):
    """Who changed many contacts at once, and when; the newest first."""

    permission_required = PERMISSION
    model = BulkUpdate
    template_name = "customers/bulk/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = self.get_queryset().select_related("created_by").defer("selection", "wanted")
        return {"page": paginate(runs, self.request, order=("-id",))}


class BulkUpdateDetail(FragmentMixin, StaffRequiredMixin, ScopedViewMixin, DetailView):
    """What a run changes, how far it is, and in the end what came of it."""

    permission_required = PERMISSION
    model = BulkUpdate
    template_name = "customers/bulk/detail.html"
    fragment_template_name = "customers/bulk/_progress.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("created_by").defer("selection")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if is_fragment(self.request) and not self.object.is_busy:
            return client_redirect(request.path)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(run=self.object, **context_of(self.object), **kwargs)


def page_of(update: BulkUpdate) -> str:
    """The address of a run."""
    return reverse("customers:bulk_update_detail", args=[update.pk])


def go_on(request: DeskRequest, update: BulkUpdate, *, back: str) -> str:
    """Carry a run out: a small one at once, with the way back to where it was asked for; a large one in the background.

    Returns where to go next.
    """
    if update.total > lifecycle.AT_ONCE:
        advance.enqueue(update.pk)
        return page_of(update)
    run.carry_out(update.pk)
    update.refresh_from_db()
    if update.status != BulkUpdate.Status.DONE or update.left_out:
        return page_of(update)
    undo_url = reverse("customers:bulk_update_undo", args=[update.pk])
    messages.success(request, result_words(update), extra_tags=undo_url)
    return back


def _found(request: DeskRequest, pk: int) -> BulkUpdate:
    request.actor.require(PERMISSION)
    return get_object_or_404(BulkUpdate.objects.visible_to(request.actor), pk=pk)


@require_POST
@staff_required
def bulk_update_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask a run to stop."""
    update = _found(request, pk)
    try:
        jobs.cancel(update, actor=request.actor)
    except DomainError as error:
        messages.warning(request, error.message)
    return redirect(page_of(update))


@require_POST
@staff_required
def bulk_update_resume(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a run go on that was stopped or cut off."""
    update = _found(request, pk)
    try:
        update = jobs.resume(update, actor=request.actor)
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect(page_of(update))
    return redirect(go_on(request, update, back=page_of(update)))


@require_POST
@staff_required
def bulk_update_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a run back; a small one at once, and then to where it was asked for."""
    update = _found(request, pk)
    try:
        update = jobs.undo(update, actor=request.actor)
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect(page_of(update))
    if update.total > lifecycle.AT_ONCE:
        advance.enqueue(update.pk)
        return redirect(page_of(update))
    undo.take_back(update.pk)
    update.refresh_from_db()
    messages.success(request, undone_words(update))
    return redirect(page_of(update) if update.kept_records else page_wanted(request, page_of(update)))
