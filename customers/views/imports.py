"""Importing a file: upload, match columns, preview, run, result."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView, ListView, TemplateView

from customers import tasks
from customers.imports import audit_words, dryrun, lifecycle  # noqa: F401 - the sentences of the audit feed
from customers.imports.errors import sentence
from customers.imports.forms import ACCEPT, MatchForm, UploadForm
from customers.imports.lifecycle import PERMISSION, MappingError, is_stalled
from customers.imports.limits import max_bytes
from customers.imports.modes import FAILED, SKIPPED
from customers.imports.presenting import left_out, rejected_lines
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
    """The second step: what each column is."""

    template_name = "customers/imports/match.html"
    states = (Status.UPLOADED, Status.MATCHED, Status.CHECKING)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or MatchForm(run=self.object)
        return super().get_context_data(form=form, rows=list(form.column_rows()), **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.object = self.get_object()
        form = MatchForm(request.POST, run=self.object)
        if form.is_valid():
            try:
                run = lifecycle.match_columns(
                    self.object, form.mapping, form.cleaned_data["mode"], actor=request.actor
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
        run, found = self.object, self.object.preview
        shown = self.request.GET.get("rows", "")
        shown = shown if shown in (FAILED, SKIPPED) else FAILED if found.get(FAILED) else SKIPPED
        problems = found.get("problems", {}).get(shown, [])
        return super().get_context_data(
            stalled=is_stalled(run), found=found, shown=shown, problems=left_out(run, problems), **kwargs
        )


class ImportResult(FragmentMixin, ImportStep):
    """The fourth step: the progress, and in the end the result."""

    template_name = "customers/imports/result.html"
    fragment_template_name = "customers/imports/_running.html"
    states = (Status.RUNNING, Status.DONE, Status.FAILED)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if is_fragment(request) and self.object.is_over:
            return client_redirect(request.path)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        rejected = list(run.rejected_rows.order_by("outcome", "number")[:SHOWN_ROWS]) if run.is_over else []
        return super().get_context_data(
            stalled=is_stalled(run),
            problem=sentence(run.problem) if run.problem else "",
            rejected=left_out(run, rejected),
            **kwargs,
        )


class ImportedContacts(StaffRequiredMixin, TemplateView):
    """The contacts that an import brought in."""

    permission_required = PERMISSION
    template_name = "customers/imports/contacts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = self.request.actor
        run = get_object_or_404(ImportRun.objects.visible_to(actor), pk=kwargs["pk"])
        brought = Contact.objects.visible_to(actor).filter(pk__in=run.imported_contacts.values("contact"))
        contacts = brought.with_accounts().with_methods()
        return super().get_context_data(
            run=run, page=paginate(contacts, self.request, order=("search", "id")), **kwargs
        )


@require_POST
@staff_required
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the import to work."""
    return _put_to_work(request, pk, lifecycle.start)


@require_POST
@staff_required
def import_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with an import that stopped."""
    return _put_to_work(request, pk, lifecycle.resume)


def _put_to_work(request: HttpRequest, pk: int, verb: Any) -> HttpResponse:
    request.actor.require(PERMISSION)
    run = get_object_or_404(ImportRun.objects.visible_to(request.actor), pk=pk)
    try:
        run = verb(run, actor=request.actor)
    except DomainError:
        pass  # pressed twice, or on an old page: the result shows how far it is
    else:
        tasks.carry_out_import.enqueue(run.pk)
    return redirect("customers:import_result", pk)


@staff_required
def import_rejected(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows left out, to be corrected and imported on their own."""
    request.actor.require(PERMISSION)
    run = get_object_or_404(ImportRun.objects.visible_to(request.actor), pk=pk)
    response = StreamingHttpResponse(rejected_lines(run), content_type="text/csv; charset=utf-8")
    name = slugify(run.name.rpartition(".")[0]) or "import"
    response["Content-Disposition"] = f'attachment; filename="{name}-left-out.csv"'
    return response


def _step_of(run: ImportRun) -> str:
    """The page on which an import stands."""
    if run.status == Status.UPLOADED:
        return "customers:import_match"
    return "customers:import_preview" if run.status in ImportPreview.states else "customers:import_result"


def _to(name: str, run: ImportRun, request: HttpRequest) -> HttpResponse:
    response = redirect(name, run.pk)
    return client_redirect(response.url) if is_fragment(request) else response
