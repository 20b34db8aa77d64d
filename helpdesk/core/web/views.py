"""Health and the error pages."""

from __future__ import annotations

import sys

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from helpdesk.core.background import health
from helpdesk.core.checks import advice
from helpdesk.core.database.connections import is_database_away, is_timeout
from helpdesk.core.web import once
from helpdesk.core.web.pages import page_behind, page_wanted
from helpdesk.core.web.requests import DeskRequest, is_signed_in


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether this process can serve, and what keeps it from it (`helpdesk.core.background.health`); beside it, what
    the settings lack (`advice`)."""
    found, said = health.readiness(), advice()
    body = found.to_json() | ({"advice": said} if said else {})
    return JsonResponse(body, status=200 if found.is_ready else 503)


@never_cache
@require_GET
def once_answered(request: DeskRequest, key: str) -> JsonResponse:
    """Whether the reader's form with this key was sent: a page that comes back from the browser's history asks."""
    return JsonResponse({"answered": once.is_answered(key, actor=request.actor)})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Names the right that is missing, and where to go instead."""
    missing = str(exception) if exception else ""
    return render(request, "403.html", {"missing": missing}, status=403)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open while the sign-in changed: what it held is offered to be sent again, else the way back."""
    context = {"missing": "csrf", "back": page_wanted(request, page_behind(request)), "held": _held(request)}
    return render(request, "403.html", context, status=403)


SECRETS = ("password", "code")


def _held(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form of ours held, name by name; nothing of one that came from elsewhere, or held a file or a secret."""
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if not ours or request.FILES or any(secret in name for name in request.POST for secret in SECRETS):
        return []
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    return [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", {"home": _home(request)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """What failed is still at hand here: a database that was stopped or is away will do better another time."""
    error = sys.exc_info()[1]
    trouble = "timeout" if is_timeout(error) else "away" if is_database_away(error) else ""
    status = 503 if trouble else 500
    page = render_to_string("500.html", {"trouble": trouble, "status": status})
    return HttpResponse(page, status=status, headers={"Retry-After": "10"} if trouble else {})


def _home(request: HttpRequest) -> str:
    staff = is_signed_in(request) and request.actor.is_staff
    return reverse("tickets:ticket_list") if staff else "/"
