"""What an import has done: its progress, its result, the records it touched, the rows it left out, and its undo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from customers.imports.engine import rejected
from customers.imports.engine.lifecycle import PERMISSION
from customers.imports.screens.presenting import left_out
from customers.imports.screens.progress import (
    kept_records,
    progress_of,
    touched_by,
    undo_effects,
)
from customers.imports.screens.records_shown import records_to_show
from customers.imports.screens.showing import rows_with_errors
from customers.imports.screens.tallies import tally_of_run
from customers.models import ImportRun
from customers.views.imports.setup import ImportStep, do
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import FragmentMixin, client_redirect, is_fragment
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs.progress import took, undo_until
from helpdesk.jobs.tasks import advance
from helpdesk.spreadsheets.errors import sentence

SHOWN_ROWS = 100
Status = ImportRun.Status


class ImportResult(FragmentMixin, ImportStep):
    """The fourth step: the progress, and in the end the result."""

    template_name = "customers/imports/result.html"
    states = tuple(set(Status) - {Status.DRAFT, Status.READY, Status.CHECKING})

    @property
    def fragment_template_name(self) -> str:  # type: ignore[override]
        is_undoing = self.object.status == Status.UNDOING
        return "customers/imports/_undoing.html" if is_undoing else "customers/imports/_running.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if is_fragment(self.request) and self.object.is_over:
            return client_redirect(request.path)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        more = _outcome(run) if run.is_over else {"progress": progress_of(run), "stalled": run.is_stalled}
        return super().get_context_data(counts=tally_of_run(run), **more, **kwargs)


def _outcome(run: ImportRun) -> dict[str, Any]:
    """What the page of an import that is over shows."""
    refused = list(run.rejected_rows.order_by("outcome", "number")[:SHOWN_ROWS])
    touched = touched_by(run)
    return {
        "problem": sentence(run.problem) if run.problem else "",
        "rejected": left_out(run, refused),
        "taken": run.touched + run.unchanged,
        "took": took(run),
        "touched": touched,
        "effects": undo_effects(touched),
        "until": undo_until(run),
        "kept": kept_records(run) if run.kept_records else [],
    }


class ImportUndoConfirm(ImportStep):
    """Asks before an import is taken back, and says what that does."""

    template_name = "customers/imports/undo.html"
    states = (Status.DONE, Status.FAILED, Status.CANCELLED)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        return response if self.object.can_be_undone else redirect("customers:import_result", self.object.pk)

    def get_template_names(self) -> list[str]:
        return ["customers/imports/_undo.html"] if is_fragment(self.request) else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(effects=undo_effects(touched_by(self.object)), **kwargs)


class ImportedRecords(StaffRequiredMixin, TemplateView):
    """The contacts and accounts that an import created or changed."""

    permission_required = PERMISSION
    template_name = "customers/imports/contacts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = self.request.actor
        run = get_object_or_404(ImportRun.objects.visible_to(actor), pk=kwargs["pk"])
        shown = records_to_show(run, self.request.GET.get("show", ""), actor=actor)
        page = paginate(shown.records, self.request, order=shown.order)
        return super().get_context_data(run=run, shown=shown, page=page, **kwargs)


@require_POST
@staff_required
def import_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take the import back."""
    return do(request, pk, jobs.undo, advance)


@staff_required
def import_rejected(request: DeskRequest, pk: int) -> StreamingHttpResponse:
    """The rows left out, to be corrected and imported on their own."""
    request.actor.require(PERMISSION)
    run = get_object_or_404(ImportRun.objects.visible_to(request.actor), pk=pk)
    return _download(run, rejected.chunks(run))


@staff_required
def import_errors(request: DeskRequest, pk: int) -> StreamingHttpResponse:
    """The rows that the dry run found wrong, before anything is imported."""
    request.actor.require(PERMISSION)
    runs = ImportRun.objects.visible_to(request.actor)
    run = get_object_or_404(runs, pk=pk, status=Status.READY)
    return _download(run, rejected.chunks(run, left_out=rows_with_errors(run)))


def _download(run: ImportRun, chunks: Iterator[bytes]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(chunks, content_type=rejected.content_type(run))
    response["Content-Disposition"] = f'attachment; filename="{rejected.file_name(run)}"'
    return response
