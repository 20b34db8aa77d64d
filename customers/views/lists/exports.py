"""Contacts and accounts as files: first the choice of columns, then the file itself, from one address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic.base import ContextMixin, View

from customers.export_sources import ACCOUNTS, CONTACTS
from customers.exports.columns import TableResource
from customers.exports.forms import ExportForm
from customers.resources import EXPORT_PERMISSION
from helpdesk.core.scoping import StaffRequiredMixin
from helpdesk.core.web import listing
from helpdesk.core.web.htmx import FragmentMixin
from helpdesk.core.web.requests import DeskRequest
from helpdesk.exports.listed import Listed
from helpdesk.exports.services import is_large, start_export
from helpdesk.exports.sources import ExportSource, ListedRows
from helpdesk.exports.views import page_of
from helpdesk.jobs.tasks import advance
from helpdesk.spreadsheets.streaming import Export

REMEMBERED = "exports"


class ExportView(StaffRequiredMixin, FragmentMixin, ContextMixin, View):
    """The list that an address describes, as a file. Without ``format`` it asks for the columns.

    A long list is written in the background, and the answer leads to the page of that job. Ticked rows come by POST,
    because an address has no room for them; lists that have boxes name them in `tick`.
    """

    http_method_names = ["get", "head", "post", "options"]
    template_name = "customers/export.html"
    fragment_template_name = "components/_export.html"
    source: ExportSource
    tick = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        given = request.POST if request.method == "POST" else request.GET
        resource = cast("TableResource", self.source.resource(self.request.actor))
        listed = Listed.asked(request, self.tick)
        before = self._before(resource, listed)
        form = ExportForm(resource, given if "format" in given else None, before=before)
        rows = self.source.rows(listed, self.request.actor)
        large = is_large(rows)
        if not form.is_valid() or (large and request.method != "POST"):
            # A job is begun by POST alone: the form of a long list posts, whatever its address says.
            shown = replace(listed, posted=listed.posted or large)
            context = self.get_context_data(form=form, listed=shown, rows=rows)
            return self.render_to_response(context, status=422 if form.errors else 200)
        self._remember(form.choice)
        return self._large(form, listed) if large else self._at_once(form, listed, rows, resource)

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As GET, for what was ticked and for a long list."""
        return self.get(request, *args, **kwargs)

    def _at_once(
        self, form: ExportForm, listed: Listed, rows: ListedRows, resource: TableResource
    ) -> HttpResponseBase:
        codes, file_format = form.cleaned_data["column"], form.cleaned_data["format"]
        queryset, order, _lost = rows
        export = Export(self.source.kind, resource, codes, queryset, order, file_format, listed.criteria)
        return export.response(actor=self.request.actor)

    def _large(self, form: ExportForm, listed: Listed) -> HttpResponseBase:
        columns, file_format, actor = (
            form.cleaned_data["column"],
            form.cleaned_data["format"],
            self.request.actor,
        )
        job = start_export(self.source, listed, columns=columns, file_format=file_format, actor=actor)
        advance.enqueue(job.pk)
        return redirect(page_of(job))

    def _before(self, resource: TableResource, listed: Listed) -> dict[str, Any]:
        """What to tick: the columns that somebody chose for the list, else what was chosen the last time."""
        remembered = self._remembered()
        if "columns" not in listed.query:
            return remembered
        shown = resource.listed(listed.query.getlist("columns"))
        left_out = [column.code for column in resource.offered if column.code not in shown]
        return remembered | {"left_out": left_out}

    def _remembered(self) -> dict[str, Any]:
        return self.request.session.get(REMEMBERED, {}).get(self.source.kind, {})

    def _remember(self, choice: dict[str, Any]) -> None:
        self.request.session[REMEMBERED] = {
            **self.request.session.get(REMEMBERED, {}),
            self.source.kind: choice,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows: ListedRows = context["rows"]
        number = listing.how_many(rows.queryset)
        return context | {
            "kind": self.source.kind,
            "lost_filters": rows.lost_filters,
            "number": number,
            "count_words": listing.count_words(number),
            "list_url": f"{reverse(self.source.list_url_name)}?{context['listed'].query.urlencode()}",
        }


class ContactExportView(ExportView):
    """The list of contacts."""

    permission_required = EXPORT_PERMISSION
    source = CONTACTS
    tick = "contact"


class AccountExportView(ExportView):
    """The list of accounts."""

    permission_required = EXPORT_PERMISSION
    source = ACCOUNTS
