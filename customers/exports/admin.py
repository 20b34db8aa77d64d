"""The export in the Django admin: the same columns, the same files and the same record as on the screens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from import_export.admin import ExportActionMixin
from import_export.formats.base_formats import Format
from import_export.forms import SelectableFieldsExportForm

from customers.exports.columns import TableResource
from helpdesk.core.admin.base import ServiceAdmin
from helpdesk.core.web.keys import keys_in
from helpdesk.core.web.pagination import Part
from helpdesk.core.web.requests import actor_of
from helpdesk.spreadsheets.streaming import Export
from helpdesk.spreadsheets.writers import CSV, XLSX


class _Streamed(Format):
    """A format for the form to offer; what is written is written by our writers."""

    def get_title(self) -> str:
        return self.get_extension()

    def can_export(self) -> bool:
        return True


class CsvFile(_Streamed):
    def get_extension(self) -> str:
        return CSV


class XlsxFile(_Streamed):
    def get_extension(self) -> str:
        return XLSX


class ColumnsForm(SelectableFieldsExportForm):
    """The columns under the headings that they have in the file."""

    def _get_field_label(self, resource: type[TableResource], field_name: str) -> str:
        if not hasattr(self, "_headings"):
            self._headings = {column.code: str(column.heading) for column in resource().offered}
        return self._headings[field_name]


class ExportAdmin(ExportActionMixin):
    """Exports the list as it is filtered, or the ticked rows, by the one Resource in `resource_classes`."""

    export_kind = ""
    export_permission = ""
    export_formats = (XlsxFile, CsvFile)
    export_form_class = ColumnsForm
    export_template_name = "admin/export.html"
    show_change_form_export = False
    change_form_template: Any = ServiceAdmin.change_form_template  # ours, not that of import-export

    def has_export_permission(self, request: HttpRequest) -> bool:
        return not self.export_permission or actor_of(request).can(self.export_permission)

    def export_action(self, request: HttpRequest) -> Any:
        """A filter in the address that means nothing is left out, and said; the list itself does the same."""
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            words = _("A filter of this list names what is no longer there. The filters are left out.")
            messages.warning(request, words)
            return redirect(request.path)

    def get_valid_export_item_pks(self, request: HttpRequest) -> Any:
        """Those of the ticked rows that are there; never all of the table."""
        ticked = keys_in(request.POST.getlist("export_items"))
        return self.get_queryset(request).filter(pk__in=ticked).values_list("pk", flat=True)

    def _do_file_export(
        self, file_format: Format, request: HttpRequest, queryset: QuerySet, export_form: Any = None
    ) -> StreamingHttpResponse:
        resource = self.choose_export_resource_class(export_form, request)(actor=actor_of(request))
        codes = self.get_export_resource_fields_from_form(export_form) or list(resource.fields)
        names = tuple(name for name in queryset.query.order_by if isinstance(name, str))
        export = Export(
            self.export_kind,
            resource,
            codes,
            queryset,
            [Part(names or ("pk",))],
            file_format.get_extension(),
            dict(request.GET.lists()),
        )
        return export.response(actor=actor_of(request))
