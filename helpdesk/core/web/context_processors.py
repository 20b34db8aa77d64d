"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:
    """The desk's own name and the person's display preferences."""
    user = getattr(request, "user", None)
    return {
        "desk_name": settings.HELPDESK_NAME,
        "theme": getattr(user, "theme", "") or "",
        "actor": getattr(request, "actor", None),
        "languages": settings.LANGUAGES,
        "looking": getattr(request, "looking", None),
    }
