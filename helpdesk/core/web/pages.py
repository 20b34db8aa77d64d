"""Which page a form belongs to: where somebody is led who cannot stay at its address.

Many addresses take POST alone (`…/reply/`, `…/status/`). Whoever signs in again, comes from a page that was answered
there, or types such an address, is led to the page that it is about.
"""

from __future__ import annotations

import inspect
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

START = "/"


def page_behind(request: HttpRequest) -> str:
    """The page that sent this request, when it is ours and can be opened; else the one above the request's address."""
    sender = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if is_ours(sender, request):
        path, query = urlsplit(sender).path or START, urlsplit(sender).query
        if can_be_opened(path):
            return f"{path}?{query}" if query else path
    return page_above(request.path)


def page_wanted(request: HttpRequest, otherwise: str) -> str:
    """Where the form says that its sender goes on to (its field `next`), when that is an address of ours."""
    address = str(request.POST.get("next", ""))
    return address if address.startswith("/") and is_ours(address, request) else otherwise


def page_above(path: str) -> str:
    """The nearest page that can be opened, from an address upwards: a ticket's for `/agent/tickets/5/reply/`."""
    while path != START:
        if can_be_opened(path):
            return path
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return START


def is_ours(address: str, request: HttpRequest) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


def can_be_opened(path: str) -> bool:
    """Whether a browser may ask for this address: something stands there, and it answers GET."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return "GET" in (_methods_of(view) or {"GET"})


def _methods_of(view: Any) -> set[str]:
    """The methods that a view takes; empty when it says nothing of them.

    Django's `require_POST` keeps its list to itself: it is read from the wrapper that the decorator has made.
    """
    if hasattr(view, "view_class"):
        names = view.view_initkwargs.get("http_method_names", view.view_class.http_method_names)
        return {name.upper() for name in names if hasattr(view.view_class, name)}
    while view is not None:
        if inspect.isfunction(view) and "request_method_list" in view.__code__.co_freevars:
            return set(inspect.getclosurevars(view).nonlocals["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return set()
