"""Three ways of working a page: with the mouse, with the keyboard alone, and with a finger on a phone.

A walk says what is pressed, ticked and written; the hand says how. The keyboard gets nowhere except by Tab, arrows,
Enter, Space and the product's own shortcuts, and sees where it is at every step. A finger needs 44 by 44 pixels.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import FileChooser, Locator, Page, expect

FURTHEST = 120

# Asked of a target after each Tab, in one go: whether the focus is on it, where it is instead, and what is wrong with
# the focus, in words, or nothing. The ring may be drawn by a label or by the box around a field; what comes or goes
# with the focus gets two frames, and until its transitions have ended.
STEP = """async (target) => {
  const element = document.activeElement;
  const ringed = (node) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && outlineColor !== "rgba(0, 0, 0, 0)";
  };
  const trouble = () => {
    const around = [element, ...(element.labels ?? [])];
    for (let node = element.parentElement; node && around.length < 6; node = node.parentElement) around.push(node);
    const ring = around.find((node) => ringed(node) && node.offsetWidth > 1); // 1: for assistive technology only
    if (!ring) return "no ring around it";
    const box = ring.getBoundingClientRect();
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    if (right - left < 4 || bottom - top < 4) return "it is out of view";
    const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return ring.contains(over) ? null : `it is covered by ${over?.outerHTML.slice(0, 120)}`;
  };
  const nowhere = !element || element === document.body;
  let wrong = nowhere ? null : trouble();
  if (wrong) {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const moving = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(moving.map((transition) => transition.finished));
    wrong = trouble();
  }
  const name = nowhere ? [] : [
    element.localName, element.id && `#${element.id}`, element.ariaLabel ?? element.innerText?.slice(0, 40)
  ];
  return { isThere: element === target, place: name.filter(Boolean).join(" "), wrong };
}"""
# The document itself remembers: an event of the browser may come later than what is done next.
FIRST_REACH = """() => {
  const first = !window.reachedByKeyboard;
  window.reachedByKeyboard = true;
  return first;
}"""
# How much of the screen around the middle of a target means that target, when it is less than a finger needs.
FINGER_TROUBLE = """(element) => {
  const own = [element, ...(element.labels ?? [])].find((node) => node.offsetWidth > 1);
  const box = own.getBoundingClientRect();
  const x = Math.round(box.left + box.width / 2), y = Math.round(box.top + box.height / 2);
  const meant = (node) => node && (element.contains(node) || node.closest("label")?.control === element);
  const reach = (dx, dy) => {
    let far = 0;
    while (far < 44 && meant(document.elementFromPoint(x + dx * (far + 1), y + dy * (far + 1)))) far += 1;
    return far;
  };
  const width = reach(-1, 0) + 1 + reach(1, 0), height = reach(0, -1) + 1 + reach(0, 1);
  return width < 44 || height < 44 ? `${width} by ${height}` : null;
}"""


class Mouse:
    """Points and clicks."""

    size: ClassVar[str] = "wide"
    looks: ClassVar[bool] = False
    """Whether axe looks on the way: in one of the walks, as the three show the same; a phone has the least room."""

    def __init__(self, page: Page, assert_accessible: Callable[[Page], None]) -> None:
        self.page = page
        self._assert_accessible = assert_accessible

    def look(self) -> None:
        """axe over what is on the screen, in the walk that looks."""
        self.page.wait_for_load_state()
        if self.looks:
            self._assert_accessible(self.page)

    def go(self, section: str, *, keys: str = "") -> None:
        """To a part of the workspace, by its navigation; `keys` are the shortcut for it, such as "g a"."""
        link = self.page.get_by_role("navigation", name="Main").get_by_role("link", name=section, exact=True)
        address = re.escape(link.get_attribute("href"))
        self.press(link, keys=keys)
        expect(self.page).to_have_url(re.compile(address))

    def press(self, target: Locator, *, keys: str = "") -> None:
        """A link or a button; `keys` are the shortcut for it."""
        target.click()

    def tick(self, box: Locator) -> None:
        box.click()
        expect(box).to_be_checked()

    def write(self, field: Locator, text: str) -> None:
        """In place of what the field holds."""
        self._enter(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Backspace")
        self.page.keyboard.type(text, delay=20)
        expect(field).to_have_value(text)

    def pick(self, combobox: Locator, text: str, option: Locator) -> None:
        """One of what a combobox finds."""
        self.write(combobox, text)
        self.press(option)

    def leave(self, dialog: Locator) -> None:
        """As it is, with nothing done."""
        self.press(dialog.get_by_role("link", name="Close"))

    def give(self, field: Locator, path: Path) -> None:
        """A file, through the dialog of the operating system."""
        with self.page.expect_file_chooser() as asked:
            self._ask_for_file(field)
        chooser: FileChooser = asked.value
        chooser.set_files(path)

    def show(self, row: Locator) -> None:
        """The row under the pointer, for what shows only there."""
        row.hover()

    def _enter(self, field: Locator) -> None:
        field.click()

    def _ask_for_file(self, field: Locator) -> None:
        self.press(field)


class Keyboard(Mouse):
    """Never points."""

    def reach(self, target: Locator) -> None:
        """Tab until the focus is on `target`; it may never be lost, and never be out of sight."""
        expect(target).to_have_count(1)
        if not self._is_new_page():
            self._assert_somewhere()
        passed: list[str] = []
        while not (step := target.evaluate(STEP))["isThere"]:
            self._assert_visible(step, passed)
            passed.append(step["place"])
            assert len(passed) <= FURTHEST, f"{target} is not reached by Tab: {passed}"
            self.page.keyboard.press("Tab")
        self._assert_visible(step, passed)

    def press(self, target: Locator, *, keys: str = "") -> None:
        if keys:
            expect(target).to_be_visible()
            return self._type_shortcut(keys)
        self.reach(target)
        self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        self.reach(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def pick(self, combobox: Locator, text: str, option: Locator) -> None:
        self.write(combobox, text)
        expect(option).to_be_visible()
        for _ in range(FURTHEST):
            if option.get_attribute("aria-selected") == "true":
                break
            self.page.keyboard.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        self.page.keyboard.press("Enter")

    def leave(self, dialog: Locator) -> None:
        self.page.keyboard.press("Escape")

    def show(self, row: Locator) -> None:
        """Shows by itself, as soon as the focus is in the row."""

    def _enter(self, field: Locator) -> None:
        self.reach(field)

    def _ask_for_file(self, field: Locator) -> None:
        self.reach(field)
        self.page.keyboard.press("Space")

    def _type_shortcut(self, keys: str) -> None:
        self.page.wait_for_load_state()  # a key pressed before the scripts listen does nothing
        for key in keys.split():
            self.page.keyboard.press(key)

    def _is_new_page(self) -> bool:
        """Whether nothing was reached in this document before: the focus may still be nowhere."""
        self.page.wait_for_load_state()
        new: bool = self.page.evaluate(FIRST_REACH)
        return new

    def _assert_somewhere(self) -> None:
        """A swap takes a moment before it has put the focus back."""
        lost = f"The focus was lost on {self.page.url}"
        expect(self.page.locator("*:focus"), lost).to_have_count(1, timeout=1_000)

    def _assert_visible(self, step: dict[str, Any], passed: list[str]) -> None:
        """After a Tab; where the focus was before is not this walk's doing."""
        if passed:
            wrong, place = step["wrong"], step["place"]
            assert wrong is None, f"The focus is not visible on {self.page.url}, at {place}: {wrong}"


class Finger(Mouse):
    """Taps, on a phone; what it taps is large enough."""

    size: ClassVar[str] = "phone"
    looks: ClassVar[bool] = True

    def go(self, section: str, *, keys: str = "") -> None:
        self.press(self.page.get_by_role("button", name="Menu", exact=True))
        super().go(section, keys=keys)

    def press(self, target: Locator, *, keys: str = "") -> None:
        expect(target).to_be_visible()
        target.scroll_into_view_if_needed()
        trouble = target.evaluate(FINGER_TROUBLE)
        assert trouble is None, f"{target} is too small for a finger on {self.page.url}: {trouble}"
        target.tap()

    def tick(self, box: Locator) -> None:
        self.press(box)
        expect(box).to_be_checked()

    def show(self, row: Locator) -> None:
        """Nothing hides from a finger."""

    def _enter(self, field: Locator) -> None:
        self.press(field)
        size = field.evaluate("(element) => parseFloat(getComputedStyle(element).fontSize)")
        assert size >= 16, f"The phone zooms in on {field}: {size}px"
