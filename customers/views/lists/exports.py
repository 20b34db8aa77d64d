"""Contacts and accounts as files: first the choice of columns, then the file itself, from one address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.generic.base import ContextMixin, View

from customers.exports.columns import TableResource
from customers.exports.forms import ExportForm
from customers.exports.listed import Listed
from customers.lists.filters import AccountFilter, ContactFilter
from customers.lists.listing import ORDERS, USUAL_ORDER
from customers.models import Account, Contact
from customers.resources import EXPORT_PERMISSION, AccountResource, ContactResource
from helpdesk.core.scoping import StaffRequiredMixin
from helpdesk.core.web import listing
from helpdesk.core.web.htmx import FragmentMixin
from helpdesk.core.web.pagination import Order
from helpdesk.core.web.requests import DeskRequest
from helpdesk.spreadsheets.streaming import Export

REMEMBERED = "exports"


class ExportView(StaffRequiredMixin, FragmentMixin, ContextMixin, View):
    """The list that an address describes, as a file. Without ``format`` it asks for the columns.

    Ticked rows come by POST, because an address has no room for them; lists that have boxes name them in `tick`.
    """

    http_method_names = ["get", "head", "options"]
    template_name = "customers/export.html"
    fragment_template_name = "components/_export.html"
    kind = ""
    list_url_name = ""
    tick = ""
    resource_class: type[TableResource]
    lost_filters: Sequence[str] = ()
    """The filters of the list that name what is not there; known with the `rows`."""

    def rows(self, listed: Listed) -> tuple[Any, Order]:
        """The rows that the list shows to the person, and in which order."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        given = request.POST if request.method == "POST" else request.GET
        resource = self.resource_class(actor=self.request.actor)
        listed = Listed.asked(request, self.tick)
        before = self._before(resource, listed)
        form = ExportForm(resource, given if "format" in given else None, before=before)
        queryset, order = self.rows(listed)
        if not form.is_valid():
            context = self.get_context_data(form=form, listed=listed, queryset=queryset)
            return self.render_to_response(context, status=422 if form.is_bound else 200)
        self._remember(form.choice)
        codes, file_format = form.cleaned_data["column"], form.cleaned_data["format"]
        export = Export(self.kind, resource, codes, queryset, order, file_format, listed.criteria)
        return export.response(actor=self.request.actor)

    def _before(self, resource: TableResource, listed: Listed) -> dict[str, Any]:
        """What to tick: the columns that somebody chose for the list, else what was chosen the last time."""
        remembered = self._remembered()
        if "columns" not in listed.query:
            return remembered
        shown = resource.listed(listed.query.getlist("columns"))
        left_out = [column.code for column in resource.offered if column.code not in shown]
        return remembered | {"left_out": left_out}

    def _remembered(self) -> dict[str, Any]:
        return self.request.session.get(REMEMBERED, {}).get(self.kind, {})

    def _remember(self, choice: dict[str, Any]) -> None:
        self.request.session[REMEMBERED] = {
            **self.request.session.get(REMEMBERED, {}),
            self.kind: choice,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        number = listing.how_many(context["queryset"])
        return context | {
            "kind": self.kind,
            "lost_filters": self.lost_filters,
            "number": number,
            "count_words": listing.count_words(number),
            "list_url": f"{reverse(self.list_url_name)}?{context['listed'].query.urlencode()}",
        }


class ContactExportView(ExportView):
    """The list of contacts."""

    http_method_names = ["get", "head", "post", "options"]
    permission_required = EXPORT_PERMISSION
    kind = "contacts"
    list_url_name = "customers:contact_list"
    tick = "contact"
    resource_class = ContactResource

    def rows(self, listed: Listed) -> tuple[Any, Order]:
        everyone = Contact.objects.visible_to(self.request.actor)
        order = ORDERS.get(listed.query.get("sort", ""), ORDERS[USUAL_ORDER])
        if listed.ticked:
            return everyone.filter(pk__in=listed.numbers), order
        filters = ContactFilter(listed.query, everyone, request=self.request)
        self.lost_filters = filters.lost_filters
        return filters.qs, order

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As GET, for what was ticked: nothing is changed."""
        return self.get(request, *args, **kwargs)


class AccountExportView(ExportView):
    """The list of accounts."""

    permission_required = EXPORT_PERMISSION
    kind = "accounts"
    list_url_name = "customers:account_list"
    resource_class = AccountResource

    def rows(self, listed: Listed) -> tuple[Any, Order]:
        every = Account.objects.visible_to(self.request.actor)
        filters = AccountFilter(listed.query, every, request=self.request)
        self.lost_filters = filters.lost_filters
        return filters.qs, ORDERS.get(listed.query.get("sort", ""), ORDERS[USUAL_ORDER])
