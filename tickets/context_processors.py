"""What the navigation shows under Tickets."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from helpdesk.core.web.requests import is_signed_in
from tickets.navigation import nav_views


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav_views`: asked of the database only when a page of the workspace draws its navigation."""
    if not is_signed_in(request) or not request.actor.is_staff:
        return {}
    return {"nav_views": SimpleLazyObject(lambda: nav_views(request))}
