// <details class="dropdown"> works alone; this closes it on an outside click or Esc, and lets arrow keys move inside.
import { each } from "./page.js";

const ITEMS = "a[href], button:not(:disabled), input, select, label[tabindex]";

function close(menu, { refocus = false } = {}) {
  if (!menu.open) return;
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
}

function closeOthers(except) {
  for (const menu of document.querySelectorAll("details.dropdown[open]")) {
    if (menu !== except && !menu.contains(except)) close(menu);
  }
}

function move(menu, event) {
  if (event.target.matches("select, textarea")) return; // there the arrow keys choose, and move the caret
  const items = [...menu.querySelectorAll(ITEMS)].filter((item) => item.closest("summary") === null);
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 };
  if (!(event.key in steps) || !items.length) return;
  const typing = event.target instanceof HTMLInputElement && !["checkbox", "radio"].includes(event.target.type);
  if (typing && event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  items[(steps[event.key] + items.length) % items.length].focus();
}

// A menu near the edge opens the other way.
function keepInView(menu) {
  const panel = menu.querySelector(".menu");
  if (!panel) return;
  const box = panel.getBoundingClientRect();
  if (box.right > document.documentElement.clientWidth) panel.classList.add("menu--end");
  if (box.left < 0) panel.classList.remove("menu--end");
}

each("details.dropdown", (menu) => {
  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    closeOthers(menu);
    keepInView(menu);
    // The event comes a moment after the click: whoever has gone on to a field meanwhile stays there.
    if (menu.querySelector(".menu :focus")) return;
    menu.querySelector(".menu [autofocus], .menu [data-focus], .menu input[type=search]")?.focus();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || !menu.open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      close(menu, { refocus: true });
    } else {
      move(menu, event);
    }
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu);
  });
});

document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll("details.dropdown[open]")) {
    if (!menu.contains(event.target)) close(menu);
  }
});

// On a phone the navigation is a popover over the page; following a link in it leaves it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#nav-body a");
  if (link) link.closest("[popover]:popover-open")?.hidePopover();
});
