"""The hands of the walks notice what they are there to notice."""

import pytest
from playwright.sync_api import Page

from tests.browser.hands import Finger, Keyboard, Mouse

RING = "<style>body { margin: 100px } :focus-visible { outline: 2px solid blue }</style>"


@pytest.fixture
def show(browser):
    """`show(Keyboard, html)`: that hand on a page of its own."""
    contexts = []

    def open_page(kind: type[Mouse], html: str) -> Mouse:
        context = browser.new_context(has_touch=kind is Finger, viewport={"width": 600, "height": 400})
        contexts.append(context)
        page: Page = context.new_page()
        hand = kind(page, lambda page: None)
        page.set_content(f"<!doctype html>{RING}{html}")
        return hand

    yield open_page
    for context in contexts:
        context.close()


def test_the_keyboard_reaches_what_tab_reaches(show):
    hand = show(Keyboard, "<a href='#a'>First</a> <button>Second</button>")
    button = hand.page.get_by_role("button")
    hand.reach(button)
    assert button.evaluate("(element) => element === document.activeElement")


def test_the_keyboard_does_not_reach_what_takes_no_focus(show):
    hand = show(Keyboard, "<button>First</button> <span role=button>Second</span>")
    with pytest.raises(AssertionError, match="not reached by Tab"):
        hand.reach(hand.page.get_by_role("button", name="Second"))


@pytest.mark.parametrize(
    ("first", "trouble"),
    [
        ("<button style='outline: none'>First</button>", "no ring"),
        ("<button style='position: fixed; inset-block-start: -100px'>First</button>", "out of view"),
        ("<button>First</button><p style='position: fixed; inset: 0; margin: 0'></p>", "covered"),
    ],
)
def test_the_keyboard_minds_a_focus_nobody_sees_on_its_way(show, first: str, trouble: str):
    hand = show(Keyboard, f"{first} <button>Second</button>")
    with pytest.raises(AssertionError, match=trouble):
        hand.reach(hand.page.get_by_role("button", name="Second"))


def test_the_keyboard_sees_the_ring_of_a_label(show):
    hidden = "position: absolute; inline-size: 1px; block-size: 1px; clip-path: inset(50%)"
    box = f"<input type=checkbox style='{hidden}'>"
    hand = show(
        Keyboard, f"<style>label:has(:focus-visible) {{ outline: 2px solid }}</style><label>{box} Yes</label>"
    )
    hand.tick(hand.page.get_by_role("checkbox"))


def test_the_keyboard_minds_a_focus_that_is_lost(show):
    hand = show(Keyboard, "<button onclick='this.remove()'>First</button> <button>Second</button>")
    hand.press(hand.page.get_by_role("button", name="First"))
    with pytest.raises(AssertionError, match="lost"):
        hand.press(hand.page.get_by_role("button", name="Second"))


@pytest.mark.parametrize(
    ("style", "large"),
    [
        ("inline-size: 44px; block-size: 44px", True),
        ("inline-size: 44px; block-size: 24px", False),
        ("inline-size: 24px; block-size: 44px", False),
    ],
)
def test_the_finger_minds_a_small_target(show, style: str, large: bool):
    hand = show(Finger, f"<button style='{style}; padding: 0; border: 0'>+</button>")
    if large:
        return hand.press(hand.page.get_by_role("button"))
    with pytest.raises(AssertionError, match="too small for a finger"):
        hand.press(hand.page.get_by_role("button"))


def test_the_finger_minds_a_field_that_makes_the_phone_zoom(show):
    hand = show(Finger, "<input aria-label=Name style='font-size: 14px; block-size: 44px'>")
    with pytest.raises(AssertionError, match="zooms"):
        hand.write(hand.page.get_by_role("textbox"), "Nora")
