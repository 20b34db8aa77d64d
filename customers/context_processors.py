"""What the navigation shows under Customers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from customers.navigation import current_key, module_at, views_offered


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`customer_views`: those of the list that one is at, asked of the database only when a page draws them."""
    actor = getattr(request, "actor", None)
    module = module_at(request) if actor is not None and actor.is_staff else ""
    if not module:
        return {}
    offered = SimpleLazyObject(lambda: views_offered(request, module, current=current_key(request, module)))
    return {"customers_at": module, "customer_views": offered}
