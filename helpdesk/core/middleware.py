"""What every request passes through."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from helpdesk.core.actors import Actor
from helpdesk.core.requests import DeskRequest
from helpdesk.core.views import readyz

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
            cast(DeskRequest, request).actor = Actor.for_user(request.user)
        return self.get_response(request)


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
            back = request.headers.get("HX-Current-URL", "/")
            sign_in = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': back})}"
            return HttpResponse(status=401, headers={"X-Sign-In": sign_in})
        return response
