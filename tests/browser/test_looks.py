"""The looks notice what they are there to notice."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.looks import find_faults, find_overflow, look_everywhere
from tests.browser.profiles import NARROWEST, PHONE

HEAD = (
    "<!doctype html><html lang=en><head><meta name=viewport content='width=device-width'><title>Looks</title>"
)
# In dark the second paragraph inherits a colour by a transition, as menus and fields do.
COLOURS = """<style>
  body { color: #111; background: #fff } p, i { transition: color 0.2s } p { color: #333 }
  @media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } p { color: #FOUND } }
</style>"""


@pytest.fixture
def show(browser):
    """`show(html)`: a page of its own, as wide as a phone."""
    context = browser.new_context(viewport=PHONE, color_scheme="light")

    def open_page(html: str, head: str = "") -> Page:
        page = context.new_page()
        page.set_content(f"{HEAD}{head}</head><body><main><h1>Looks</h1>{html}</main></body></html>")
        page.evaluate(AXE_SCRIPT)  # no server stands behind this page
        return page

    yield open_page
    context.close()


def test_a_button_without_a_name_is_found(show) -> None:
    assert any("button-name" in fault for fault in find_faults(show("<button></button>")))


def test_a_page_in_order_has_no_fault(show) -> None:
    page = show("<button>Save</button><p>Words <i>and more</i></p>", COLOURS.replace("#FOUND", "#ddd"))
    assert look_everywhere(page) == []


def test_a_colour_that_is_weak_in_the_other_theme_alone_is_found(show) -> None:
    page = show("<p>Words <i>and more</i></p>", COLOURS.replace("#FOUND", "#222"))
    assert find_faults(page) == []
    found = [fault for fault in look_everywhere(page) if fault.startswith("dark: color-contrast")]
    assert len(found) == 2
    assert find_faults(page) == [], "the page is left in the theme it was in"


def test_what_is_too_wide_for_the_narrowest_phone_alone_is_found(show) -> None:
    page = show("<button style='inline-size: 340px'>Save</button>")
    assert find_overflow(page) == []
    (fault,) = look_everywhere(page)
    assert "scrolls sideways" in fault
    assert str(NARROWEST["width"]) in fault
