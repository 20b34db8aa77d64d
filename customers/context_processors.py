"""What the navigation shows under Customers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from customers.lists.navigation import current_key, module_at, views_offered
from helpdesk.core.web.requests import is_signed_in


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`customer_views`: those of the list that one is at, asked of the database only when a page draws them."""
    if not is_signed_in(request) or not request.actor.is_staff:
        return {}
    module = module_at(request)
    if not module:
        return {}
    offered = SimpleLazyObject(lambda: views_offered(request, module, current=current_key(request, module)))
    return {"customers_at": module, "customer_views": offered}
