"""What the navigation of the help center shows to some people only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from customers.models import Account


def team(request: HttpRequest) -> dict[str, Any]:
    """`manages`: whether the person manages an account; asked of the database only when a page shows its navigation."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.contact is None:
        return {}
    as_contact = actor.as_contact()
    return {"manages": SimpleLazyObject(lambda: Account.objects.manageable_by(as_contact).exists())}
