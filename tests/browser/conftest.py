"""A real browser against a live server, for every browser test.

`browse(user)` opens a page signed in as that user; when the test ends, a script error, a refused resource or a breach
of the content security policy on any page it opened fails the test. `assert_accessible(page)` runs axe over it.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

# Playwright's synchronous interface keeps an event loop in this thread; Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long a page may take before a walk gives up: machines that test are slow, and busy with other tests.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
AXE_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def _chromium() -> str | None:
    for candidate in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
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


def _watch(page: Page, origin: str, problems: Problems) -> None:
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


def _sign_in(context: BrowserContext, user, origin: str) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": origin}])


@pytest.fixture
def browse(browser, live_server, transactional_db, problems) -> Iterator[Callable[..., Page]]:
    """`browse(user=None, size="wide", theme="light", language="en", scripts=True)`: a profile, signed in as `user`.

    Addresses may be relative: `page.goto("/agent/contacts/")`. `size` is "wide", "phone" or "narrowest".
    """
    contexts: list[BrowserContext] = []
    sizes = {"wide": WIDE, "phone": PHONE, "narrowest": NARROWEST}

    def open_page(
        user=None, *, size: str = "wide", theme: str = "light", language: str = "en", scripts: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=sizes[size],
            has_touch=size != "wide",
            is_mobile=size == "phone",
            color_scheme=theme,
            locale={"en": "en-GB", "ko": "ko-KR"}[language],
            timezone_id="Asia/Seoul",
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            _sign_in(context, user, live_server.url)
        page = context.new_page()
        _watch(page, live_server.url, problems)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _explain(violations: list[dict]) -> list[str]:
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]} — {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """Nothing found by axe (WCAG 2.2 AA and best practices) and no sideways scrolling of the page itself.

    `rules` asks for those alone, such as what another theme can change of a page that was looked at whole.
    """

    def check(page: Page, *, rules: Sequence[str] = ()) -> None:
        wanted = AXE_RULES | {"runOnly": {"type": "rule", "values": [*rules]}} if rules else AXE_RULES
        results = Axe().run(page, options=wanted)
        assert _explain(results.response["violations"]) == []
        width = page.viewport_size["width"]  # a phone widens its own idea of it to what overflows
        overflow = page.evaluate("document.documentElement.scrollWidth") - width
        assert overflow <= 0, f"{page.url} scrolls sideways by {overflow}px at {page.viewport_size}"

    return check


@pytest.fixture
def no_request_under_way() -> Callable[[Page], None]:
    """Waits until htmx has swapped and settled."""

    def wait(page: Page) -> None:
        expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    return wait
