// Small habits of forms: sending filters by themselves, not sending twice, and typing a name to confirm.
import { each } from "./page.js";

const PAUSE = 300;

// form[data-autosubmit]: every choice applies at once; typed text after a pause. The button stays for no-script.
each("form[data-autosubmit]", (form) => {
  let timer = 0;
  form.addEventListener("change", (event) => {
    if (!event.target.matches("input[type=search], input[type=text]")) form.requestSubmit();
  });
  form.addEventListener("input", (event) => {
    if (event.isComposing || !event.target.matches("input[type=search]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), PAUSE);
  });
});

// A form that is on its way is not sent again. Its button shows it after a moment, with its width kept.
// The answer to form[data-download] is a file: the page stays, and nothing tells when it has come.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.target === "_blank" || "download" in form.dataset) return;
  if (form.dataset.sending) return event.preventDefault();
  form.dataset.sending = "1";
  setTimeout(() => form.dataset.sending && event.submitter?.setAttribute("aria-busy", "true"), 250);
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("button[aria-busy=true]")) button.removeAttribute("aria-busy");
});

// htmx marks the element with htmx-request; buttons say it the way ours do.
const buttonOf = (event) => event.detail.requestConfig?.triggeringEvent?.submitter ?? event.detail.elt;

document.addEventListener("htmx:beforeRequest", (event) => {
  const button = buttonOf(event);
  if (button?.matches?.("button")) button.htmxBusy = setTimeout(() => button.setAttribute("aria-busy", "true"), 250);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const button = buttonOf(event);
  if (!button?.matches?.("button")) return;
  clearTimeout(button.htmxBusy);
  button.removeAttribute("aria-busy");
});

// input[data-confirm="Hanbit Tower"]: the form's button rests until the name has been typed. The server asks as well.
each("input[data-confirm]", (input) => {
  const button = input.form?.querySelector(".btn--danger-solid");
  if (!button) return;
  const same = () => input.value.trim().normalize("NFC") === input.dataset.confirm.trim().normalize("NFC");
  const refresh = () => (button.disabled = !same());
  input.addEventListener("input", refresh);
  refresh();
});

// [data-focus-on-load]: a page that came back with errors starts at them.
document.querySelector("[data-focus-on-load]")?.focus();
