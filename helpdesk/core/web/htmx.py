"""Page or fragment, and what a response tells the page around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from helpdesk.core.web.requests import DeskRequest, DeskView

VARIES = ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"]


def is_fragment(request: DeskRequest) -> bool:
    """Whether htmx wants a fragment: not a boosted link, not a history restore (those need the whole page)."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


class FragmentMixin(DeskView):
    """A generic view that answers htmx with `fragment_template_name` and everybody else with the page."""

    fragment_template_name = ""

    def get_template_names(self) -> list[str]:
        if self.fragment_template_name and is_fragment(self.request):
            return [self.fragment_template_name]
        return super().get_template_names()

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, VARIES)
        return response


def fragment_of(page: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """For a view that answers with a part of a page only.

    Whoever opens its address, or comes Back to it, is sent to the page called `page`, with the same keys and query.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if is_fragment(request):
                response = view(request, *args, **kwargs)
            else:
                query = request.GET.urlencode()
                response = redirect(f"{reverse(page, args=args, kwargs=kwargs)}{'?' if query else ''}{query}")
            patch_vary_headers(response, VARIES)
            return response

        return guarded

    return decorate


def announce(response: HttpResponse, message: str) -> HttpResponse:
    """Have the page say `message` in its live region and as a toast."""
    response["HX-Trigger"] = json.dumps({"announce": str(message)})
    return response


def client_redirect(url: str) -> HttpResponse:
    """Tell htmx to go to another page."""
    return HttpResponseClientRedirect(url)
