"""A server of the parts' pages that knows one agent and no database: for the tests of our scripts and components."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.http import HttpRequest, HttpResponseBase
from django.test.testcases import QuietWSGIRequestHandler
from django.test.utils import override_settings

from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.core.words.terminology import VERSION_KEY

MIDDLEWARE = [
    "django.middleware.csrf.CsrfViewMiddleware",
    "tests.browser.parts_server.agent_middleware",
    "helpdesk.core.web.middleware.PreferencesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]


def ana() -> User:
    """An agent who stands in no table: rights and contact are known to be none, so that no table is asked."""
    user = User(pk=7, name="Ana", email="ana@desk.example", is_staff=True)
    user._perm_cache = set()
    user._state.fields_cache["contact"] = None
    return user


class PartsServer:
    """Serves `parts_urls` from a thread until it is closed."""

    agent = ana()

    def __init__(self) -> None:
        with override_settings(MIDDLEWARE=MIDDLEWARE):
            handler = WSGIHandler()
        self._server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
        self._server.set_app(StaticFilesHandler(handler))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def renew(self) -> None:
        """A fresh agent, and the desk's words as they are shipped."""
        type(self).agent = ana()
        cache.set(VERSION_KEY, "parts")
        cache.set("words:rows:parts", {})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def agent_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let every request come from the agent, to the parts' addresses."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.urlconf = "tests.browser.parts_urls"
        request.user = PartsServer.agent
        request.actor = Actor.for_user(PartsServer.agent)
        request._messages = CookieStorage(request)
        return get_response(request)

    return middleware
