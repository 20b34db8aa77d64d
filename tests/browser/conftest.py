"""A real browser against a live server, for every browser test.

`browse(user)` opens a page signed in as that user; when the test ends, a script error, a refused resource or a breach
of the content security policy on any page it opened fails the test. `assert_accessible(page)` runs axe over it, and
`assert_accessible_in_both_themes(page)` looks at its colours in the other theme too.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from tests.browser.looks import find_faults, look_everywhere
from tests.browser.parts_server import PartsServer
from tests.browser.profiles import Profile, Profiles
from tests.browser.serving import Serving

# Playwright's synchronous interface keeps an event loop in this thread; Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long an event may take to come before the test has failed. Nothing waits this long when all is well.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)


def _chromium() -> str | None:
    """Debian's headless shell starts faster than the whole browser and draws with the same engine."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    for candidate in (os.environ.get("CHROMIUM"), *names):
        path = shutil.which(candidate) if candidate else None
        if path:
            return path
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = _chromium()
    if path is None:
        reason = "no Chromium on PATH (set CHROMIUM to its path)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"Browser tests cannot be left out in CI: {reason}")
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_kept() -> Iterator[None]:
    """A profile asks for a style or a script once: sixty of them a page, for every page, were most of a page's time."""
    serve = StaticFilesHandler.serve

    def serve_to_keep(self, request):
        response = serve(self, request)
        response.headers["Cache-Control"] = "max-age=3600"
        return response

    StaticFilesHandler.serve = serve_to_keep
    yield
    StaticFilesHandler.serve = serve


@dataclass
class Problems:
    """What went wrong on the pages of one test, unless the test said that it expects it."""

    seen: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        self.seen.append(problem)

    def allow(self, part: str) -> None:
        self.allowed.append(part)

    def left(self) -> list[str]:
        return [problem for problem in self.seen if not any(part in problem for part in self.allowed)]


@pytest.fixture
def problems() -> Iterator[Problems]:
    """Fails the test at its end when a page had a problem; `problems.allow("404")` for one that is meant."""
    found = Problems()
    yield found
    assert found.left() == []


def watch(page: Page, origin: str, problems: Problems) -> None:
    """Report what goes wrong on this page."""

    def console(message) -> None:
        if message.text.startswith("Failed to load resource"):
            return  # `response` below knows which resource, and which refusals are meant
        if message.type == "error" or "Content Security Policy" in message.text:
            problems.add(f"console on {page.url}: {message.text}")

    def response(answer: Response) -> None:
        asked_by_a_person = answer.request.resource_type in {"document", "xhr", "fetch"}
        if answer.status >= (500 if asked_by_a_person else 400):
            problems.add(f"{answer.status} for {answer.url}")

    def request(asked) -> None:
        if not asked.url.startswith((origin, "data:", "blob:", "about:")):
            problems.add(f"{page.url} asks another host: {asked.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: problems.add(f"script error on {page.url}: {error}"))
    page.on("response", response)
    page.on("request", request)


def _session_of(user) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend="helpdesk.sign_in.auth.AddressBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


@pytest.fixture(scope="session")
def profiles(browser: Browser, live_server) -> Iterator[Profiles]:
    kept = Profiles(browser, live_server.url)
    yield kept
    kept.close()


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    counted = Serving()
    yield counted
    counted.close()


@pytest.fixture
def browse(
    profiles: Profiles, serving: Serving, live_server, transactional_db, problems
) -> Iterator[Callable[..., Page]]:
    """`browse(user=None, size="wide", theme="light", language="en", scripts=True)`: a page, signed in as `user`.

    Each call is a profile of its own. Addresses may be relative: `page.goto("/agent/contacts/")`. `size` is "wide",
    "phone" or "narrowest".
    """
    lent: list[Profile] = []

    def open_page(
        user=None, *, size: str = "wide", theme: str = "light", language: str = "en", scripts: bool = True
    ) -> Page:
        profile = profiles.lend(size=size, language=language, scripts=scripts)
        lent.append(profile)
        if user is not None:
            profile.context.add_cookies([_session_of(user) | {"url": live_server.url}])
        page = profile.open_page(theme)
        watch(page, live_server.url, problems)
        return page

    yield open_page
    for profile in lent:
        profiles.take_back(profile)
    serving.wait()


@pytest.fixture(scope="session")
def _parts(browser: Browser) -> Iterator[tuple[PartsServer, Profiles]]:
    server = PartsServer()
    profiles = Profiles(browser, server.url)
    yield server, profiles
    profiles.close()
    server.close()


@pytest.fixture
def parts(_parts: tuple[PartsServer, Profiles], problems: Problems) -> Iterator[Callable[..., Page]]:
    """`parts("rows", size="wide", theme="light")`: one of the pages in `parts/`, opened by an agent; no database.

    `clock=True` is for a test that sets the page's clock.
    """
    server, profiles = _parts
    server.renew()
    lent: list[Profile] = []

    def open_page(name: str, *, size: str = "wide", theme: str = "light", clock: bool = False) -> Page:
        profile = profiles.lend(size=size, language="en", scripts=True)
        profile.is_spoilt = clock
        lent.append(profile)
        page = profile.open_page(theme)
        watch(page, server.url, problems)
        page.goto(f"/parts/{name}/")
        return page

    yield open_page
    for profile in lent:
        profiles.take_back(profile)


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Nothing found by axe (WCAG 2.2 AA and best practices) and no sideways scrolling of the page itself."""

    def check(page: Page) -> None:
        assert find_faults(page) == []

    return check


@pytest.fixture
def assert_accessible_in_both_themes() -> Callable[[Page], None]:
    """As `assert_accessible`, with its colours in the other theme too, and on the narrowest of phones."""

    def check(page: Page) -> None:
        assert look_everywhere(page) == []

    return check


@pytest.fixture
def no_request_under_way() -> Callable[[Page], None]:
    """Waits until htmx has swapped and settled."""

    def wait(page: Page) -> None:
        expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    return wait
