"""What every request passes through."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from helpdesk.core.actors import Actor
from helpdesk.core.web.pages import can_be_opened, page_above, page_behind
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.web.views import readyz

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class HealthMiddleware:
    """Answers the probes before anything that could hang: `/healthz` says only that the process lives, `/readyz` asks
    by a connection of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return readyz(request)
        return self.get_response(request)


class MethodsMiddleware:
    """Pages take GET and POST alone; anything else is refused before somebody could be let in by it."""

    ALLOWED = ("GET", "HEAD", "OPTIONS", "POST")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in self.ALLOWED:
            return HttpResponseNotAllowed(self.ALLOWED)
        return self.get_response(request)


class PreferencesMiddleware:
    """Language and time zone: the person's choice, else the cookie of the visitor, else the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = self._language(request)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(self._time_zone(request)):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language"])
        return response

    @staticmethod
    def _language(request: HttpRequest) -> str:
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(
            settings.LANGUAGE_COOKIE_NAME, ""
        )
        known = dict(settings.LANGUAGES)
        return chosen if chosen in known else translation.get_language_from_request(request)

    @staticmethod
    def _time_zone(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
        name = getattr(request.user, "time_zone", "")
        try:
            return zoneinfo.ZoneInfo(name) if name else None
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return None


class ActorMiddleware:
    """Sets `request.actor`, and answers htmx of an expired session with 401 and the way to sign in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            reading = request.method in ("GET", "HEAD")
            cast(DeskRequest, request).actor = Actor.for_user(request.user, reading=reading)
        return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Everything needs a sign-in; whoever sent a form comes back to the page that it was on."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD") and can_be_opened(request.path):
            return super().handle_no_permission(request, view_func)
        name = self.get_redirect_field_name(view_func)
        return redirect_to_login(page_behind(request), self.get_login_url(view_func), name)


class WrongMethodMiddleware:
    """Shows a page with a way on to whoever opens an address that only takes forms."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", {"page": page_above(request.path)}, status=405)
        page["Allow"] = response["Allow"]
        return page


class ExpiredSessionMiddleware:
    """Turns the redirect to the sign-in page into 401 for htmx, so that the page keeps what was typed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            response.status_code == 302
            and request.headers.get("HX-Request")
            and not request.user.is_authenticated
        ):
            sign_in = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': page_behind(request)})}"
            return HttpResponse(status=401, headers={"X-Sign-In": sign_in})
        return response
