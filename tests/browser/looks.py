"""What axe finds on a page that a browser shows, in which theme, and whether the page scrolls sideways."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from playwright.sync_api import Page

from tests.browser.profiles import NARROWEST, PHONE, WIDE

THEMES = ("light", "dark")
#: What a theme changes of a page.
COLOURS = ("color-contrast", "link-in-text-block")
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Another theme changes colours by transitions, however short, and what inherits such a colour starts its own when the
# first has ended; what was folded away starts when it is shown. axe would read a colour on its way, so a page that it
# has looked at has no transitions any more. Most of what axe does of colours is reading them, the same few hundreds of
# times: it remembers what it has read.
HELPERS = """
const endTransitions = () => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after { transition: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
};
const rememberColours = () => {
  const colour = axe.commons.color.Color.prototype, read = colour.parseString, known = new Map();
  colour.parseString = function (text) {
    if (known.has(text)) return Object.assign(this, known.get(text));
    read.call(this, text);
    const { r, g, b, alpha } = this;
    known.set(text, { r, g, b, alpha });
    return this;
  };
};
const load = async (address) => {
  const script = Object.assign(document.createElement("script"), { src: address });
  await new Promise((done, failed) => {
    script.onload = done;
    script.onerror = () => failed(new Error(`${address} is not served`));
    document.head.append(script);
  });
  script.remove();
};
"""
# A phone lays a page out again some moments after its screen has changed; a page that fits is not waited for.
OVERFLOW = """async (width) => {
  const overflow = () => document.documentElement.scrollWidth - width;
  for (let waited = 0; overflow() > 0 && waited < 1000; waited += 50) await new Promise((go) => setTimeout(go, 50));
  return overflow();
}"""
LOOK = f"""async ({{ script, options, width }}) => {{
  {HELPERS}
  if (typeof axe === "undefined") await load(script);
  if (!axe.isReady) {{
    endTransitions();
    rememberColours();
    axe.isReady = true;
  }}
  const {{ violations }} = await axe.run(options);
  return {{ violations, overflow: await ({OVERFLOW})(width) }};
}}"""


def find_faults(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds, one line a place; `rules` asks for those alone. Sideways scrolling of the page is a fault too."""
    wanted = {"type": "rule", "values": [*rules]} if rules else EVERYTHING
    options = {"runOnly": wanted, "resultTypes": ["violations"], "preload": False}
    seen = page.evaluate(
        LOOK, {"script": static("axe/axe.min.js"), "options": options, "width": _width(page)}
    )
    return [*_lines(seen["violations"]), *_overflow(page, seen["overflow"])]


def find_overflow(page: Page) -> list[str]:
    """Whether the page is wider than the screen: a phone widens its own idea of the screen to what overflows."""
    return _overflow(page, page.evaluate(OVERFLOW, _width(page)))


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
    """Show the page in this theme, `light` or `dark`."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")


def _width(page: Page) -> int:
    return (page.viewport_size or WIDE)["width"]


def _overflow(page: Page, pixels: int) -> list[str]:
    where = f"{page.url} scrolls sideways by {pixels}px at {page.viewport_size}"
    return [where] if pixels > 0 else []


def _lines(violations: list[dict[str, Any]]) -> list[str]:
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]} — {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def picture(page: Page, name: str) -> None:
    """Keep a picture in the folder SCREENSHOTS, when somebody asks for pictures to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        file = re.sub(r"[^\w-]+", "_", f"{name}-{_width(page)}").strip("_")
        page.screenshot(path=Path(folder) / f"{file}.png")
