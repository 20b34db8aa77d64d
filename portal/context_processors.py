"""What the navigation of the help center shows to some people only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from customers.models import Account
from helpdesk.core.web.requests import is_signed_in


def team(request: HttpRequest) -> dict[str, Any]:
    """`manages`: whether the person manages an account; asked of the database only when a page shows its navigation."""
    if not is_signed_in(request) or request.actor.contact is None:
        return {}
    as_contact = request.actor.as_contact()
    return {"manages": SimpleLazyObject(lambda: Account.objects.manageable_by(as_contact).exists())}
