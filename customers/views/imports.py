"""Importing a file: upload, match columns, preview, run, result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView, ListView, TemplateView

from customers import tasks
from customers.imports import audit_words, dryrun, lifecycle, rejected  # noqa: F401 - the sentences of the audit feed
from customers.imports.errors import sentence
from customers.imports.forms import ACCEPT, MatchForm, UploadForm
from customers.imports.lifecycle import PERMISSION, MappingError, is_stalled
from customers.imports.limits import max_bytes
from customers.imports.presenting import left_out
from customers.imports.progress import kept_records, progress_of
from customers.imports.showing import rows_to_show
from customers.models import Contact, ImportRun
from helpdesk.core.errors import DomainError
from helpdesk.core.htmx import FragmentMixin, client_redirect, is_fragment
from helpdesk.core.pagination import paginate
from helpdesk.core.scoping import ScopedViewMixin, StaffRequiredMixin, staff_required

INLINE_ROWS = 1000  # a dry run of so few rows is quicker than the way through the queue
SHOWN_ROWS = 100
Status = ImportRun.Status


class ImportList(StaffRequiredMixin, ScopedViewMixin, ListView):
    """Who imported what, and when; the newest first."""

    permission_required = PERMISSION
    model = ImportRun
    template_name = "customers/imports/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = self.get_queryset().select_related("created_by")
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
            return _to(_step_of(self.object), self.object, request)
        return self.render_to_response(self.get_context_data(object=self.object))


class ImportMatch(ImportStep):
    """The second step: what the file holds, what happens to who is here already, what each column is."""

    template_name = "customers/imports/match.html"
    states = (Status.UPLOADED, Status.MATCHED, Status.CHECKING)

    def _form(self, data: Any = None) -> MatchForm:
        run = self.object
        return MatchForm(data, run=run, remembered=lifecycle.remembered(run.kind, actor=self.request.actor))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self._form()
        return super().get_context_data(form=form, rows=list(form.column_rows()), **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
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
                    actor=request.actor,
                )
            except MappingError as error:
                form.refuse(error)
            else:
                return _checked(run)
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _checked(run: ImportRun) -> HttpResponse:
    """Have the dry run made: at once when it is short, else in the background."""
    if run.total_rows <= INLINE_ROWS:
        dryrun.check(run.pk)
    else:
        tasks.check_import.enqueue(run.pk)
    return redirect("customers:import_preview", run.pk)


class ImportPreview(FragmentMixin, ImportStep):
    """The third step: what would happen. While the dry run lasts, its progress."""

    template_name = "customers/imports/preview.html"
    fragment_template_name = "customers/imports/_checking.html"
    states = (Status.MATCHED, Status.CHECKING)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if is_fragment(request) and self.object.status == Status.MATCHED:
            return client_redirect(request.path)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        shown = rows_to_show(run, self.request.GET) if run.status == Status.MATCHED else None
        return super().get_context_data(stalled=is_stalled(run), found=run.preview, shown=shown, **kwargs)


class ImportResult(FragmentMixin, ImportStep):
    """The fourth step: the progress, and in the end the result."""

    template_name = "customers/imports/result.html"
    fragment_template_name = "customers/imports/_running.html"
    states = tuple(set(Status) - {Status.UPLOADED, Status.MATCHED, Status.CHECKING})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if is_fragment(request) and self.object.is_over:
            return client_redirect(request.path)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        refused = list(run.rejected_rows.order_by("outcome", "number")[:SHOWN_ROWS]) if run.is_over else []
        return super().get_context_data(
            stalled=is_stalled(run),
            problem=sentence(run.problem) if run.problem else "",
            rejected=left_out(run, refused),
            progress=progress_of(run),
            kept=kept_records(run) if run.status == Status.UNDONE else [],
            **kwargs,
        )


class ImportedContacts(StaffRequiredMixin, TemplateView):
    """The contacts that an import brought in."""

    permission_required = PERMISSION
    template_name = "customers/imports/contacts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = self.request.actor
        run = get_object_or_404(ImportRun.objects.visible_to(actor), pk=kwargs["pk"])
        brought = Contact.objects.visible_to(actor).filter(pk__in=run.importedcontacts.values("contact"))
        contacts = brought.with_accounts().with_methods()
        return super().get_context_data(
            run=run, page=paginate(contacts, self.request, order=("search", "id")), **kwargs
        )


@require_POST
@staff_required
def import_choose(request: HttpRequest, pk: int) -> HttpResponse:
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
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the import to work."""
    return _do(request, pk, lifecycle.start, tasks.carry_out_import)


@require_POST
@staff_required
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the import after the rows it is at."""
    return _do(request, pk, lifecycle.cancel)


@require_POST
@staff_required
def import_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with an import that stopped."""
    return _do(request, pk, lifecycle.resume, tasks.carry_out_import)


@require_POST
@staff_required
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the import back."""
    return _do(request, pk, lifecycle.undo, tasks.undo_import)


def _do(request: HttpRequest, pk: int, verb: Any, job: Any = None) -> HttpResponse:
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


@staff_required
def import_rejected(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows left out, to be corrected and imported on their own."""
    request.actor.require(PERMISSION)
    run = get_object_or_404(ImportRun.objects.visible_to(request.actor), pk=pk)
    response = StreamingHttpResponse(rejected.chunks(run), content_type=rejected.content_type(run))
    response["Content-Disposition"] = f'attachment; filename="{rejected.file_name(run)}"'
    return response


def _step_of(run: ImportRun) -> str:
    """The page on which an import stands."""
    if run.status == Status.UPLOADED:
        return "customers:import_match"
    return "customers:import_preview" if run.status in ImportPreview.states else "customers:import_result"


def _to(name: str, run: ImportRun, request: HttpRequest) -> HttpResponse:
    response = redirect(name, run.pk)
    return client_redirect(response.url) if is_fragment(request) else response
