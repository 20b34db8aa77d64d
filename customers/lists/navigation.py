"""The views beside a list, with how many each holds. No page waits for a number: those that are not known yet come
after it, all in one query, and are kept for a minute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, QueryDict

from customers.lists.built_in_views import ALL, BUILT_IN
from customers.lists.listing import CustomerList, View, offered_views
from customers.models import SavedView
from helpdesk.core.database.counting import capped, capped_counts
from helpdesk.core.web.requests import DeskRequest

KEPT_SECONDS = 60
MOST_OFFERED = 15
MODULES = ("contact", "account")


@dataclass(frozen=True)
class ViewEntry:
    """A view as navigation and picker want it. `count` is None as long as nobody has counted."""

    view: View
    url: str
    current: bool
    mine: bool
    count: str | None = None

    @property
    def name(self) -> str:
        return str(self.view.name)

    @property
    def is_saved(self) -> bool:
        return isinstance(self.view, SavedView)


@dataclass(frozen=True)
class ViewsOffered:
    """The views of one list for one person."""

    module: str
    current: str
    entries: list[ViewEntry]

    @property
    def built_in(self) -> list[ViewEntry]:
        return [entry for entry in self.entries if not entry.is_saved]

    @property
    def mine(self) -> list[ViewEntry]:
        return [entry for entry in self.entries if entry.is_saved and entry.mine]

    @property
    def shared(self) -> list[ViewEntry]:
        return [entry for entry in self.entries if entry.is_saved and not entry.mine]

    @property
    def all_counted(self) -> bool:
        return all(entry.count is not None for entry in self.entries)


def module_at(request: HttpRequest) -> str:
    """The list whose pages a person is at, or nothing."""
    match = request.resolver_match
    if match is None or match.app_name != "customers":
        return ""
    named = match.kwargs.get("module") or (match.url_name or "").partition("_")[0]
    return named if named in MODULES else ""


def views_offered(
    request: DeskRequest, module: str, *, current: str = "", count: bool = False
) -> ViewsOffered:
    """Every view beside a list; with `count` the numbers that are not known yet are counted now."""
    views: list[View] = [*BUILT_IN[module].values(), *offered_views(module, request.actor)[:MOST_OFFERED]]
    numbers = _numbers(request, module, views, count=count)
    return ViewsOffered(
        module,
        current if any(view.key == current for view in views) else "",
        [
            ViewEntry(
                view,
                view.get_absolute_url(),
                current=view.key == current,
                mine=view.owner_id == request.user.pk,
                count=capped(numbers[view.key]) if view.key in numbers else None,
            )
            for view in views
        ],
    )


def current_key(request: HttpRequest, module: str) -> str:
    """The view that the list of this address shows."""
    match = request.resolver_match
    at_the_list = match is not None and match.view_name == f"customers:{module}_list"
    return request.GET.get("view", ALL) if at_the_list else ""


def _numbers(request: DeskRequest, module: str, views: Iterable[View], *, count: bool) -> dict[str, int]:
    """Known numbers by the views' keys. Staff see all customers, so what one has counted is right for another."""
    keys = {view.key: _cache_key(view) for view in views}
    known = cache.get_many(keys.values())
    missing = {view.key: view for view in views if keys[view.key] not in known} if count else {}
    customer_list = CustomerList(module)
    held = {
        key: customer_list.filtered(request, QueryDict(view.query), counted=True).qs
        for key, view in missing.items()
    }
    counted = capped_counts(held, row=request.user)
    cache.set_many({keys[key]: number for key, number in counted.items()}, KEPT_SECONDS)
    return {key: known[name] for key, name in keys.items() if name in known} | counted


def _cache_key(view: Any) -> str:
    digest = sha256(view.query.encode()).hexdigest()[:32]
    return f"customers:view:{view.module}:{digest}"
