// Single keys for agents. They go by the key's position (event.code), so they work with a Korean layout, and rest
// while somebody types, while a syllable is in the making, and while a dialog is open.
// A key acts on the first visible element with data-shortcut="…": inputs get the focus, the rest a click.
import { isTyping, isVisible, openDialog } from "./page.js";

const KEYS = {
  Slash: "search",
  "Shift+Slash": "help",
  KeyN: "new",
  KeyE: "edit",
  KeyA: "assign",
  KeyS: "status",
  KeyP: "priority",
  KeyR: "reply",
  KeyI: "note",
  KeyM: "macro",
  KeyJ: "next",
  KeyK: "previous",
};
const AFTER_G = { KeyD: "go-dashboard", KeyT: "go-tickets", KeyC: "go-contacts", KeyA: "go-accounts" };
const WAIT_AFTER_G = 1200;

const handlers = new Map();
let afterG = 0;

/** Let a module take a key: `code` such as "KeyJ" or "Shift+KeyX". The handler returns false when it has nothing to do. */
export function onKey(code, handler) {
  handlers.set(code, handler);
}

function open(target) {
  if (target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) {
    target.focus();
    target.select?.();
  } else if (target.matches("summary")) {
    target.parentElement.open = true;
    target.parentElement.querySelector(".menu :is(a, button, input)")?.focus();
  } else {
    target.click();
    if (target.matches("[type=radio]")) target.form?.querySelector("textarea")?.focus();
  }
}

/** What the page itself offers comes before the navigation. A radio hidden behind its label is as visible as the label. */
function find(name) {
  const targets = [...document.querySelectorAll(`[data-shortcut~="${name}"]`)];
  const usable = targets.filter((target) => isVisible(target.closest("label") ?? target) && !target.disabled);
  return usable.find((target) => target.closest("main")) ?? usable[0];
}

function act(name) {
  const target = name && find(name);
  if (!target) return false;
  open(target);
  return true;
}

function pressed(event) {
  const code = (event.shiftKey ? "Shift+" : "") + event.code;
  if (afterG && Date.now() - afterG < WAIT_AFTER_G) {
    afterG = 0;
    return act(AFTER_G[event.code]);
  }
  afterG = 0;
  if (code === "KeyG") {
    afterG = Date.now();
    return true;
  }
  if (handlers.has(code) && handlers.get(code)(event) !== false) return true;
  return act(KEYS[code]);
}

/** A composer in which nothing stands: the second press came after the first had sent it. */
function isEmptyComposer(form) {
  const filled = [...(form.elements ?? [])].some((field) => field.matches("textarea, [type=file]") && field.value.trim());
  return "composer" in form.dataset && !filled;
}

// ⌘↵ or Ctrl+↵ sends the form one is in, or saves the page's open form. It works while typing, never while composing,
// and once however long the keys are held.
function submit(event) {
  if (event.isComposing || event.keyCode === 229) return false;
  const form = event.target.closest?.("form") ?? document.querySelector("[data-savebar]:not([hidden])");
  if (!form) return false;
  if (event.repeat || isEmptyComposer(form)) return true;
  const buttons = [...document.querySelectorAll("button[type=submit], button:not([type])")];
  const own = buttons.filter((button) => (form.contains(button) || button.form === form) && !button.disabled);
  const button = own.find((candidate) => candidate.dataset.shortcut === "submit") ?? own.find(isVisible);
  button?.click();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "Enter" && submit(event)) event.preventDefault();
    return;
  }
  if (!("shortcuts" in document.body.dataset) || openDialog() || isTyping(event)) return;
  if (pressed(event)) event.preventDefault();
});
