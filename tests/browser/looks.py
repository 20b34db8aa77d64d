"""What axe finds on a page that a browser shows, in which theme, and whether the page scrolls sideways."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.profiles import NARROWEST, PHONE, WIDE

THEMES = ("light", "dark")
#: What a theme changes of a page.
COLOURS = ("color-contrast", "link-in-text-block")
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Another theme changes colours by transitions, however short, and what inherits such a colour starts its own when the
# first has ended; what was folded away starts when it is shown. axe would read a colour on its way, so it looks, and
# the theme changes, while nothing has a transition.
WITHOUT_TRANSITIONS = """() => {
  window.still = new CSSStyleSheet();
  window.still.replaceSync("*, *::before, *::after { transition: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, window.still];
}"""
WITH_TRANSITIONS = """() => {
  getComputedStyle(document.body).color; // the change is made here, at the latest
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== window.still);
}"""
LOOK = "async (options) => (await axe.run(options)).violations"


def find_faults(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds, one line a place; `rules` asks for those alone. Sideways scrolling of the page is a fault too."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    wanted = {"type": "rule", "values": [*rules]} if rules else EVERYTHING
    options = {"runOnly": wanted, "resultTypes": ["violations"]}
    page.evaluate(WITHOUT_TRANSITIONS)
    violations: list[dict[str, Any]] = page.evaluate(LOOK, options)
    page.evaluate(WITH_TRANSITIONS)
    return [*_lines(violations), *find_overflow(page)]


# A phone lays a page out again some moments after its screen has changed; a page that fits is not waited for.
OVERFLOW = """async (width) => {
  const overflow = () => document.documentElement.scrollWidth - width;
  for (let waited = 0; overflow() > 0 && waited < 1000; waited += 50) await new Promise((go) => setTimeout(go, 50));
  return overflow();
}"""


def find_overflow(page: Page) -> list[str]:
    """Whether the page is wider than the screen: a phone widens its own idea of the screen to what overflows."""
    overflow = page.evaluate(OVERFLOW, (page.viewport_size or WIDE)["width"])
    return [f"{page.url} scrolls sideways by {overflow}px at {page.viewport_size}"] if overflow > 0 else []


def look_everywhere(page: Page) -> list[str]:
    """Faults in the theme that the page is in, of its colours in the other one, and on the narrowest of phones."""
    faults = look(page)
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    own, other = reversed(THEMES) if dark else THEMES
    change_theme(page, other)
    faults += [f"{other}: {fault}" for fault in find_faults(page, rules=COLOURS)]
    change_theme(page, own)
    return faults


def look(page: Page) -> list[str]:
    """Faults in the theme that the page is in, and whether it scrolls sideways on the narrowest of phones."""
    faults = find_faults(page)
    size = page.viewport_size or WIDE
    if size["width"] == PHONE["width"]:
        page.set_viewport_size(NARROWEST)
        faults += find_overflow(page)
        page.set_viewport_size(size)
    return faults


def change_theme(page: Page, theme: str) -> None:
    """Show the page in this theme at once."""
    page.evaluate(WITHOUT_TRANSITIONS)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.evaluate(WITH_TRANSITIONS)


def _lines(violations: list[dict[str, Any]]) -> list[str]:
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]} — {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def picture(page: Page, name: str) -> None:
    """Keep a picture in the folder SCREENSHOTS, when somebody asks for pictures to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        width = (page.viewport_size or WIDE)["width"]
        file = re.sub(r"[^\w-]+", "_", f"{name}-{width}").strip("_")
        page.screenshot(path=Path(folder) / f"{file}.png")
