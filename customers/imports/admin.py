"""The import in the Django admin: the same engine, the same history and the same undo as in the workspace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from import_export.admin import ImportMixin
from import_export.forms import ImportForm

from customers.imports.datasets import AT_ONCE, ImportResult, TableFile
from customers.imports.engine import lifecycle
from customers.imports.engine.modes import ADD, MODES
from customers.imports.engine.opening import opened_by
from customers.imports.matching import targets
from customers.imports.screens.forms import ACCEPT
from customers.models import ImportRun
from helpdesk.core.errors import DomainError
from helpdesk.core.web.requests import actor_of
from helpdesk.core.words import phrase_lazy
from helpdesk.jobs.errors import StepPassed
from helpdesk.jobs.tasks import advance
from helpdesk.spreadsheets.errors import FileTooLargeError
from helpdesk.spreadsheets.errors import sentence as problem_of_file
from helpdesk.spreadsheets.limits import max_bytes

Status = ImportRun.Status
_TITLES = {
    targets.CONTACTS: phrase_lazy("Import %(term_contacts)s"),
    targets.ACCOUNTS: phrase_lazy("Import %(term_accounts)s"),
}


class ModeForm(ImportForm):
    """The file, and what happens to who is here already."""

    field_order = ("resource", "import_file", "format", "mode", "also_add")
    mode = forms.ChoiceField(
        label=gettext_lazy("Mode"),
        initial=ADD,
        widget=forms.RadioSelect,
    )
    also_add = forms.BooleanField(
        label=gettext_lazy("Also add new records"),
        required=False,
        help_text=gettext_lazy("With the modes that update."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["import_file"].widget.attrs["accept"] = ACCEPT

    @property
    def media(self) -> forms.Media:
        return forms.Media(css={"all": ["admin/css/forms.css", "css/admin/import.css"]})


def _modes(kind: str) -> list[tuple[str, Any]]:
    """Each mode with what it does to who is here already."""
    explained = "explanation" if kind == targets.CONTACTS else "explanation_of_accounts"
    return [
        (mode.code, format_lazy("{} — {}", mode.label, getattr(mode, explained))) for mode in MODES.values()
    ]


class ConfirmForm(forms.Form):
    """The import that the preview was about."""

    run = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.CharField(widget=forms.HiddenInput, required=False)


class _Uploaded:
    """In place of a temporary copy: the upload is read where it is, and kept by its run."""

    def __init__(self, file: File[Any]) -> None:
        self.file, self.name = file, file.name

    def read(self) -> File[Any]:
        return self.file


class ImportAdmin(ImportMixin):
    """Imports a file by the one Resource in `resource_classes`. Stands left of the admin that exports."""

    import_formats = (TableFile,)
    import_form_class = ModeForm
    confirm_form_class = ConfirmForm
    import_template_name = "admin/import.html"
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).can(lifecycle.PERMISSION))

    # --- The file, and the preview ---------------------------------------------------
    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form; posted, the preview. A file that takes longer goes on in the workspace."""
        response = super().import_action(request, **kwargs)
        result: ImportResult | None = response.context_data.get("result")
        if result and result.run and not result.is_checked:
            advance.enqueue(result.run.pk)
            messages.info(request, _("This is a large file. It is checked in the background, go on here."))
            return redirect("customers:import_preview", result.run.pk)
        response.context_data["title"] = str(_TITLES[self._kind(request)])
        if result and result.run:
            response.context_data["opened"] = opened_by(result.run)
        return response

    def _kind(self, request: HttpRequest) -> str:
        return str(self.get_import_resource_classes(request)[0].import_kind)

    def create_import_form(self, request: HttpRequest) -> ModeForm:
        form = super().create_import_form(request)
        form.fields["mode"].choices = _modes(self._kind(request))
        if getattr(request, "upload_too_large", ""):
            form.errors["import_file"] = form.error_class([FileTooLargeError(max_bytes()).message])
        return form

    def write_to_tmp_storage(self, import_file: File[Any], input_format: TableFile) -> _Uploaded:
        return _Uploaded(import_file)

    def add_data_read_fail_error_to_form(self, form: ModeForm, e: Exception) -> None:
        if not isinstance(e, DomainError):
            raise e
        form.add_error("import_file", e.message)

    def get_import_data_kwargs(self, request: HttpRequest, form: Any = None, **kwargs: Any) -> dict[str, Any]:
        chosen = {name: form.cleaned_data[name] for name in ("mode", "also_add")}
        return {"actor": actor_of(request), "at_once": AT_ONCE, **chosen}

    def create_confirm_form(self, request: HttpRequest, import_form: Any = None) -> ConfirmForm:
        return ConfirmForm()

    # --- The import --------------------------------------------------------------------
    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Carry out what the preview showed."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        run, agreed = self._previewed(request)
        if run.status != Status.READY:
            messages.info(request, StepPassed().message)
            return redirect("customers:import_result", run.pk)
        resource = self.get_import_resource_classes(request)[0]()
        options = {"run": run, "actor": actor_of(request), "agreed": agreed}
        return self.process_result(resource.import_data(None, **options), request)

    def _previewed(self, request: HttpRequest) -> tuple[ImportRun, str]:
        """The run, and what was agreed to."""
        form = ConfirmForm(request.POST)
        chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {"run": 0, "agreed": ""}
        runs = ImportRun.objects.visible_to(actor_of(request)).filter(kind=self._kind(request))
        return get_object_or_404(runs, pk=chosen["run"]), chosen["agreed"]

    def process_result(self, result: ImportResult, request: HttpRequest) -> HttpResponse:
        self.add_success_message(result, request)
        return redirect(f"admin:{'_'.join(self.get_model_info())}_changelist")

    def add_success_message(self, result: ImportResult, request: HttpRequest) -> None:
        """The counts, and the way to the import in the workspace: rows left out, undo."""
        if result.run is None:
            messages.error(request, result.base_errors[0].error.message)
            return
        run = result.run
        words = _(
            "%(rows)s rows read: %(created)s created, %(updated)s updated, %(unchanged)s unchanged, "
            "%(skipped)s skipped, %(failed)s failed."
        ) % {
            "rows": run.processed,
            "created": run.created,
            "updated": run.changed,
            "unchanged": run.unchanged,
            "skipped": run.skipped,
            "failed": run.failed,
        }
        if run.problem:
            words = f"{problem_of_file(run.problem)} {words}"
        link = reverse("customers:import_result", args=[run.pk])
        say = messages.success if run.status == Status.DONE else messages.warning
        say(request, format_html('{} <a href="{}">{}</a>', words, link, _("Open this import")))
