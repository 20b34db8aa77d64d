"""The lists of contacts and accounts: what each can be narrowed to, ordered by and show, all of it in its address.

`ListState` is a list as its address describes it. Its `query` is always spelled the same way, so that two lists are
the same when their queries are, and it always names an order: so an address that says nothing but ``?view=`` is a
short one, which leads to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from customers.lists.built_in_views import ALL, BUILT_IN, BuiltInView
from customers.lists.columns import MOST_COLUMNS, NAME, Column, columns_of
from customers.lists.filters import AccountFilter, ContactFilter
from customers.models import Account, Contact, DefaultView, SavedView
from helpdesk.core.actors import Actor
from helpdesk.core.web.keys import is_key
from helpdesk.core.web.requests import DeskRequest

ORDERS = {
    "name": ("search", "id"),
    "-name": ("-search", "-id"),
    "-created": ("-created_at", "-id"),
    "created": ("created_at", "id"),
}
USUAL_ORDER = "name"
#: Where one is in a list, rather than which list it is.
PLACE = ("letter", "after", "before")
View = SavedView | BuiltInView


@dataclass(frozen=True)
class ListState:
    """`columns` are those beside the name that somebody chose, in their order; None: the usual ones."""

    filters: Mapping[str, list[str]] = field(default_factory=dict)
    sort: str = USUAL_ORDER
    columns: tuple[str, ...] | None = None

    @property
    def query(self) -> str:
        """As an address carries it, always spelled the same way."""
        query = QueryDict(mutable=True)
        for name, values in self.filters.items():
            query.setlist(name, values)
        query["sort"] = self.sort
        if self.columns is not None:
            query.setlist("columns", [NAME, *self.columns])
        return query.urlencode()


@dataclass
class CustomerList:
    """One of the two lists, for one request: the desk's own columns are read once."""

    module: str

    @property
    def model(self) -> Any:
        return Contact if self.module == "contact" else Account

    @property
    def filter_class(self) -> Any:
        return ContactFilter if self.module == "contact" else AccountFilter

    @property
    def url(self) -> str:
        return reverse(f"customers:{self.module}_list")

    @cached_property
    def columns(self) -> dict[str, Column]:
        """All that can be shown, by key."""
        return columns_of(self.module)

    @property
    def usual_columns(self) -> tuple[str, ...]:
        return tuple(key for key, column in self.columns.items() if column.usual and key != NAME)

    def columns_in(self, state: ListState) -> list[Column]:
        """Those of a state, the name first."""
        keys = self.usual_columns if state.columns is None else state.columns
        return [self.columns[key] for key in (NAME, *keys)]

    def filtered(self, request: DeskRequest, query: QueryDict, *, counted: bool = False) -> Any:
        """The filter set of an address, over what the person may see; `counted` when nothing but a number is wanted."""
        filters = self.filter_class(query, self.model.objects.visible_to(request.actor), request=request)
        filters.counted = counted
        return filters

    def state(self, query: QueryDict) -> ListState:
        """The list that an address describes; what no list has is left out."""
        sort = query.get("sort", USUAL_ORDER)
        return ListState(
            {name: values for name in self.filter_class.base_filters if (values := _given(query, name))},
            sort if sort in ORDERS else USUAL_ORDER,
            self._chosen(query),
        )

    def _chosen(self, query: QueryDict) -> tuple[str, ...] | None:
        if "columns" not in query:
            return None
        known = [
            key for key in dict.fromkeys(query.getlist("columns")) if key in self.columns and key != NAME
        ]
        chosen = tuple(known[:MOST_COLUMNS])
        return None if chosen == self.usual_columns else chosen

    def valid(self, request: DeskRequest, state: ListState) -> ListState:
        """The state without filters that the filter set does not know a meaning for: to keep."""
        form = self.filtered(request, QueryDict(state.query)).form
        form.is_valid()
        known = {name: values for name, values in state.filters.items() if form.cleaned_data.get(name)}
        return ListState(known, state.sort, state.columns)


def _given(query: QueryDict, name: str) -> list[str]:
    if name in PLACE:
        return []
    return list(dict.fromkeys(value for value in map(str.strip, query.getlist(name)) if value))


# --- Which view is open ------------------------------------------------------


def find_view(module: str, key: str, actor: Actor) -> View | None:
    """The view that an address calls `key`, if the person may see it."""
    if key in BUILT_IN[module]:
        return BUILT_IN[module][key]
    if not is_key(key):
        return None
    return SavedView.objects.visible_to(actor).filter(module=module, pk=key).first()


def default_view(module: str, actor: Actor) -> View | None:
    """The view that the person's list opens with, unless that one is no longer shared with them."""
    chosen = DefaultView.objects.filter(user=actor.user, module=module).first()
    return find_view(module, chosen.key, actor) if chosen else None


def all_of(module: str) -> BuiltInView:
    return BUILT_IN[module][ALL]


def offered_views(module: str, actor: Actor) -> list[SavedView]:
    """The saved views to offer beside a list: one's own, then what others share."""
    views: Iterable[SavedView] = SavedView.objects.offered_to(actor).filter(module=module)
    mine = actor.user.pk if actor.user else None
    return sorted(views, key=lambda view: (view.owner_id != mine, view.name.casefold()))
