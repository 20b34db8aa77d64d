"""Which columns a list shows, and in which order: a form whose answer is the list's address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.views.generic import TemplateView

from customers.lists.columns import MOST_COLUMNS, NAME
from customers.lists.listing import CustomerList, ListState
from helpdesk.core.scoping import StaffRequiredMixin
from helpdesk.core.web.htmx import FragmentMixin

#: What the form itself sends beside the columns.
MOVE = ("up", "down")


class ListColumnsView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """The columns in their order, each with a box. ``up`` and ``down`` move one without scripts: nothing is stored,
    the order is in the address."""

    template_name = "customers/columns.html"
    fragment_template_name = "customers/_columns.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.permission_required = f"customers.view_{kwargs['module']}"
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = _moved(request.GET)
        if query != request.GET:
            return redirect(f"{request.path}?{query.urlencode()}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customers = CustomerList(kwargs["module"])
        state = customers.state(self.request.GET)
        rest = self.request.GET.copy()
        for name in ("columns", "after", "before"):
            rest.pop(name, None)
        chosen = customers.columns_in(state)[1:]
        others = [column for key, column in customers.columns.items() if key != NAME and column not in chosen]
        return super().get_context_data(
            chosen=chosen,
            others=others,
            name_column=customers.columns[NAME],
            most=MOST_COLUMNS,
            is_usual=state.columns is None,
            kept=[(name, value) for name, values in rest.lists() for value in values],
            list_url=customers.url,
            back_url=f"{customers.url}?{self.request.GET.urlencode()}",
            usual_url=f"{customers.url}?{_with_order(rest, state).urlencode()}",
            **kwargs,
        )


def _with_order(query: QueryDict, state: ListState) -> QueryDict:
    """An address that is whole: it does not lead to a view."""
    query["sort"] = state.sort
    return query


def _moved(query: QueryDict) -> QueryDict:
    """The query with the column that ``up`` or ``down`` names one place on."""
    moved = query.copy()
    columns = [key for key in moved.getlist("columns") if key != NAME]
    for name, step in zip(MOVE, (-1, 1), strict=True):
        for key in moved.pop(name, []):
            if key in columns:
                place = columns.index(key)
                other = min(max(place + step, 0), len(columns) - 1)
                columns[place], columns[other] = columns[other], columns[place]
                moved.setlist("columns", [NAME, *columns])
    return moved
