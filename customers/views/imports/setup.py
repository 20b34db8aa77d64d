"""Importing a file: upload, match columns, preview, run."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView, ListView

from customers.imports.engine import dryrun, lifecycle
from customers.imports.engine.lifecycle import PERMISSION, MappingError
from customers.imports.engine.opening import opened_by
from customers.imports.screens.forms import ACCEPT, MatchForm, UploadForm
from customers.imports.screens.mode_cases import wording
from customers.imports.screens.presenting import KINDS, facts_of, title_of
from customers.imports.screens.progress import progress_of
from customers.imports.screens.showing import likely_duplicates, rows_to_show, tabs
from customers.imports.screens.tallies import tally_of_preview
from customers.models import ImportRun
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import ScopedViewMixin, StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import FragmentMixin, client_redirect, is_fragment
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.jobs import lifecycle as jobs
from helpdesk.jobs.tasks import advance
from helpdesk.spreadsheets.limits import max_bytes

INLINE_ROWS = 1000  # a dry run of so few rows is quicker than the way through the queue
ROWS = "import-rows"
Status = ImportRun.Status


class ImportList(StaffRequiredMixin, ScopedViewMixin, ListView):
    """Who imported what, and when; the newest first."""

    permission_required = PERMISSION
    model = ImportRun
    template_name = "customers/imports/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bulky = ("preview", "columns", "mapping", "sheets")
        runs = self.get_queryset().select_related("created_by").defer(*bulky)
        return {"page": paginate(runs, self.request, order=("-id",), size=50)}


class ImportCreate(StaffRequiredMixin, FormView):
    """The first step: the file."""

    permission_required = PERMISSION
    form_class = UploadForm
    template_name = "customers/imports/upload.html"
    extra_context = {"accept": ACCEPT}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(limit=max_bytes(), **kwargs)

    def form_valid(self, form: UploadForm) -> HttpResponse:
        try:
            run = lifecycle.receive(form.cleaned_data["file"], actor=self.request.actor)
        except DomainError as error:
            form.refuse(error.message)
            return self.form_invalid(form)
        return redirect("customers:import_match", run.pk)

    def form_invalid(self, form: UploadForm) -> HttpResponse:
        if getattr(self.request, "upload_too_large", ""):
            form.refuse_as_too_large()
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ImportStep(StaffRequiredMixin, ScopedViewMixin, DetailView):
    """A step of one import; ``states`` are those in which there is something to do here."""

    permission_required = PERMISSION
    model = ImportRun
    context_object_name = "run"
    states: tuple[str, ...] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if self.object.status not in self.states:
            return _to(step_of(self.object), self.object, self.request)
        return self.render_to_response(self.get_context_data(object=self.object))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(title=title_of(self.object), **kwargs)


class ImportMatch(ImportStep):
    """The second step: what the file holds, what happens to who is here already, what each column is."""

    template_name = "customers/imports/match.html"
    states = (Status.DRAFT, Status.READY, Status.CHECKING)

    def _form(self, data: Any = None) -> MatchForm:
        run = self.object
        return MatchForm(data, run=run, remembered=lifecycle.remembered(run.kind, actor=self.request.actor))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self._form()
        return super().get_context_data(
            form=form,
            rows=list(form.column_rows()),
            facts=facts_of(self.object),
            kinds=KINDS,
            wording=wording(self.object.kind),
            **kwargs,
        )

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        self.object = self.get_object()
        form = self._form(request.POST)
        if form.is_valid():
            try:
                chosen = form.cleaned_data
                run = lifecycle.match_columns(
                    self.object,
                    form.mapping,
                    chosen["mode"],
                    also_add=chosen["also_add"],
                    phone_region=chosen["phone_region"],
                    actor=request.actor,
                )
            except MappingError as error:
                form.refuse(error)
            else:
                return _checked(run)
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _checked(run: ImportRun) -> HttpResponse:
    """Have the dry run made: at once when it is short, else in the background."""
    if run.total <= INLINE_ROWS:
        dryrun.check(run.pk)
    else:
        advance.enqueue(run.pk)
    return redirect("customers:import_preview", run.pk)


class ImportPreview(FragmentMixin, ImportStep):
    """The third step: what would happen. While the dry run lasts, its progress."""

    template_name = "customers/imports/preview.html"
    states = (Status.READY, Status.CHECKING)

    @property
    def fragment_template_name(self) -> str:  # type: ignore[override]
        """Progress asks for itself; so do the rows, once they are known."""
        is_ready = self.object.status == Status.READY
        return "customers/imports/_rows.html" if is_ready else "customers/imports/_checking.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if (
            is_fragment(self.request)
            and self.request.htmx.target != ROWS
            and self.object.status == Status.READY
        ):
            return client_redirect(request.path)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        if run.status == Status.CHECKING:
            return super().get_context_data(stalled=run.is_stalled, progress=progress_of(run), **kwargs)
        shown = rows_to_show(run, self.request.GET)
        return super().get_context_data(
            found=run.preview,
            counts=tally_of_preview(run),
            shown=shown,
            tabs=tabs(run, shown),
            taken=importable(run),
            likely=likely_duplicates(run),
            opened=opened_by(run),
            of_contacts=run.kind == ImportRun.Kind.CONTACTS,
            **kwargs,
        )


def importable(run: ImportRun) -> int:
    """Rows that the import would take in; none when nothing at all would change."""
    changing = run.preview.get("created", 0) + run.preview.get("updated", 0)
    return changing + run.preview.get("unchanged", 0) if changing else 0


@require_POST
@staff_required
def import_choose(request: DeskRequest, pk: int) -> HttpResponse:
    """Take another sheet, or take the file as contacts or as accounts."""
    request.actor.require(PERMISSION)
    run = get_object_or_404(ImportRun.objects.visible_to(request.actor), pk=pk)
    chosen = {name: request.POST.get(name, "") for name in ("sheet", "kind")}
    if chosen["kind"] not in ("", *ImportRun.Kind.values):
        chosen["kind"] = ""
    try:
        lifecycle.choose(run, actor=request.actor, **chosen)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("customers:import_match", pk)


@require_POST
@staff_required
def import_start(request: DeskRequest, pk: int) -> HttpResponse:
    """Put the import to work; what it opens was told on the page, and is agreed to by pressing the button."""
    start = partial(lifecycle.start, agreed=request.POST.get("agreed", ""))
    return do(request, pk, start, advance)


@require_POST
@staff_required
def import_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Stop the import after the rows it is at."""
    return do(request, pk, jobs.cancel)


@require_POST
@staff_required
def import_resume(request: DeskRequest, pk: int) -> HttpResponse:
    """Go on with an import that stopped."""
    return do(request, pk, jobs.resume, advance)


def do(request: DeskRequest, pk: int, verb: Any, job: Any = None) -> HttpResponse:
    """One step of an import, and the background work that follows it."""
    request.actor.require(PERMISSION)
    run = get_object_or_404(ImportRun.objects.visible_to(request.actor), pk=pk)
    try:
        run = verb(run, actor=request.actor)
    except DomainError as error:  # pressed twice, or on an old page: the result shows how far it is
        messages.info(request, error.message)
    else:
        if job:
            job.enqueue(run.pk)
    return redirect("customers:import_result", pk)


def step_of(run: ImportRun) -> str:
    """The page on which an import stands."""
    if run.status == Status.DRAFT:
        return "customers:import_match"
    return "customers:import_preview" if run.status in ImportPreview.states else "customers:import_result"


def _to(name: str, run: ImportRun, request: DeskRequest) -> HttpResponse:
    response = redirect(name, run.pk)
    return client_redirect(response.url) if is_fragment(request) else response
