// Confirmations: from Django's messages when the page loads, from the event "announce" (HX-Trigger) afterwards.
// They stay 8 seconds, and as long as they are hovered or focused.
import { each, revive, say } from "./page.js";

const STAYS = 8000;

function startTimer(toast) {
  let left = STAYS;
  let since = 0;
  let timer = 0;
  const pause = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    left -= Date.now() - since;
  };
  const resume = () => {
    if (timer || toast.matches(":hover, :focus-within")) return;
    since = Date.now();
    timer = setTimeout(() => toast.remove(), Math.max(left, 1500));
  };
  toast.addEventListener("pointerenter", pause);
  toast.addEventListener("pointerleave", () => setTimeout(resume));
  toast.addEventListener("focusin", pause);
  toast.addEventListener("focusout", () => setTimeout(resume));
  resume();
}

each("[data-toast]", (toast) => {
  const closer = toast.querySelector("[data-toast-close]");
  closer?.addEventListener("click", () => toast.remove());
  say(toast.querySelector("span").textContent);
  startTimer(toast);
});

function undoButton(detail) {
  const button = document.createElement("button");
  button.className = "btn btn--s";
  button.type = "button";
  button.textContent = detail.undo_label;
  button.addEventListener("click", () => {
    window.htmx.ajax("POST", detail.undo, { source: document.body, swap: "none" });
    button.closest("[data-toast]").remove();
  });
  return button;
}

/** Show a confirmation; with `undo` (an address to POST to) and `undo_label`, a way back. */
export function toast(detail) {
  const template = document.querySelector("[data-toast-template]");
  const region = document.querySelector("[data-toasts]");
  if (!template || !region) return;
  const copy = template.content.firstElementChild.cloneNode(true);
  const text = copy.querySelector("[data-text]");
  text.textContent = detail.message;
  if (detail.undo) text.after(undoButton(detail));
  region.append(copy);
  revive(copy);
}

document.addEventListener("announce", (event) => {
  const detail = event.detail ?? {};
  toast(detail.message ? detail : { message: detail.value ?? "" });
});
