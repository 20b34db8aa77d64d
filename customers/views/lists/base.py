"""What the lists of contacts and accounts have in common: the view that is open, what changed it, and the columns."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.generic import TemplateView

from customers import policies
from customers.lists.columns import prepared, shown
from customers.lists.listing import (
    ORDERS,
    USUAL_ORDER,
    CustomerList,
    ListState,
    View,
    all_of,
    default_view,
    find_view,
)
from customers.models import SavedView
from helpdesk.core.scoping import StaffRequiredMixin
from helpdesk.core.search import letters_with_rows
from helpdesk.core.web import listing
from helpdesk.core.web.htmx import FragmentMixin
from helpdesk.core.web.pagination import ALL_KEYS, paginate


class CustomerListView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """A list by search, letter and filters, in keyset pages; its address says all of it.

    An address without a query opens the person's default view, one with a view alone that view: both lead to the
    address that says what the list shows, which a colleague can open as well.
    """

    module = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.list = CustomerList(self.module)
        opened = self._asked_by_name()
        return redirect(opened.get_absolute_url()) if opened else super().get(request, *args, **kwargs)

    def _asked_by_name(self) -> View | None:
        query, actor = self.request.GET, self.request.actor
        if not query:
            return default_view(self.module, actor)
        if set(query) != {"view"}:
            return None
        view = find_view(self.module, query["view"], actor)
        if view is None:
            raise Http404
        return view

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, state = self.request, self.list.state(self.request.GET)
        filters = self.list.filtered(request, request.GET)
        order, sorts = listing.sorts(request, ORDERS, USUAL_ORDER)
        columns = self.list.columns_in(state)
        query = request.GET.get("q", "").strip()
        page = paginate(
            prepared(filters.qs, columns), request, order=order, keys_of=ALL_KEYS if query else ()
        )
        number = listing.how_many(filters.qs)
        return super().get_context_data(
            page=page,
            columns=shown(columns, page, sorts, request.actor),
            chips=listing.chips(request, filters),
            filter_form=filters.form,
            lost_filters=filters.lost_filters,
            letters=letters_with_rows(self._without_letter(), searched=bool(query)),
            letter=request.GET.get("letter", ""),
            query=query,
            count_words=listing.count_words(number),
            summary=listing.summary(page, number),
            select_all=listing.count_words(number) if number > len(page) else "",
            list_query=listing.address(request).removeprefix("?"),
            **self._view_context(state),
            **kwargs,
        )

    def _view_context(self, state: ListState) -> dict[str, Any]:
        """Which view is open, and whether the list is still what it says."""
        actor, everything = self.request.actor, all_of(self.module)
        view = find_view(self.module, self.request.GET.get("view", ""), actor) or everything
        return {
            "module": self.module,
            "current_view": view,
            "is_whole": view == everything,
            "state": state,
            "chosen_columns": state.columns is not None,
            "is_changed": state.query != self.list.state(QueryDict(view.query)).query,
            "may_keep": isinstance(view, SavedView) and policies.may_change_view(actor, view),
            "everything_url": everything.get_absolute_url(),
        }

    def _without_letter(self) -> Any:
        """The same list for every letter of the index."""
        data = self.request.GET.copy()
        data.pop("letter", None)
        return self.list.filtered(self.request, data).qs
