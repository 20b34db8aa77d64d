"""Large exports: one's own in a list; how far each is, its file, and why there is none."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, ListView

from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import ScopedViewMixin, StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import FragmentMixin, client_redirect, is_fragment
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.exports import errors
from helpdesk.exports.models import ExportJob
from helpdesk.exports.services import note_download
from helpdesk.exports.sources import source_of, sources
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs.progress import progress_of
from helpdesk.spreadsheets.streaming import file_name
from helpdesk.spreadsheets.writers import CONTENT_TYPES


class ExportJobList(StaffRequiredMixin, ScopedViewMixin, ListView):
    """What somebody exported in the last days, the newest first; administrators see everybody's."""

    model = ExportJob
    template_name = "exports/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.get_queryset().select_related("created_by").defer(*ExportJob.HEAVY)
        return {"page": paginate(rows, self.request, order=("-id",))}


class ExportJobDetail(FragmentMixin, StaffRequiredMixin, ScopedViewMixin, DetailView):
    """How far an export is, and in the end its file or what stopped it."""

    model = ExportJob
    template_name = "exports/detail.html"
    fragment_template_name = "exports/_progress.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("created_by")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if is_fragment(self.request) and not self.object.is_busy:
            return client_redirect(request.path)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job: ExportJob = self.object
        source = sources().get(job.list_kind)
        return super().get_context_data(
            job=job,
            progress=progress_of(job),
            stalled=job.is_stalled,
            problem_words=errors.sentence(job.problem) if job.problem else "",
            may_download=bool(source and source.allows(self.request.actor)),
            list_url=_list_url(job),
            **kwargs,
        )


def _list_url(job: ExportJob) -> str:
    """The list as it was when it was exported; ticked rows are not in its address."""
    if job.list_kind not in sources():
        return ""
    return f"{reverse(source_of(job.list_kind).list_url_name)}?{job.listed.query.urlencode()}"


def page_of(job: ExportJob) -> str:
    """The address of an export job."""
    return reverse("exports:export_detail", args=[job.pk])


@require_POST
@staff_required
def export_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask an export to stop."""
    job = get_object_or_404(ExportJob.objects.visible_to(request.actor), pk=pk)
    try:
        jobs.cancel(job, actor=request.actor)
    except DomainError as error:
        messages.warning(request, error.message)
    return redirect(page_of(job))


@require_safe
@staff_required
def export_download(request: DeskRequest, pk: int) -> FileResponse:
    """The file, for whoever started the export and may still export the list, and for administrators."""
    job = get_object_or_404(ExportJob.objects.visible_to(request.actor), pk=pk)
    if not job.has_file or job.list_kind not in sources():
        raise Http404
    source_of(job.list_kind).require(request.actor)
    try:
        content = job.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    note_download(job, actor=request.actor)
    day = timezone.localtime(job.finished_at).date()
    response = FileResponse(
        content,
        as_attachment=True,
        filename=file_name(job.title, day, job.format),
        content_type=CONTENT_TYPES[job.format],
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
