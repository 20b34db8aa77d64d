// Dialogs: [data-dialog="id"] opens one that is in the page; what htmx swaps into [data-dialog-host] opens by itself.
// [data-dialog-close] closes; form[data-download] does when it is sent; so does the server, with the event "closeDialog" in HX-Trigger.
import { each } from "./page.js";

function show(dialog) {
  if (dialog.open) return;
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      show(dialog);
    }
    return;
  }
  const closer = event.target.closest?.("[data-dialog-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog")?.close();
  }
});

function fitHost(host) {
  const size = host.querySelector("[data-dialog-size]")?.dataset.dialogSize;
  host.classList.toggle("dialog--wide", size === "wide");
}

document.addEventListener("htmx:afterSettle", (event) => {
  const host = event.detail.target?.closest?.("[data-dialog-host]");
  if (!host || !host.firstElementChild) return;
  fitHost(host);
  const fresh = !host.open;
  show(host);
  if (!fresh) host.querySelector("[data-focus-on-load], [aria-invalid=true]")?.focus();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-download]") || event.defaultPrevented) return;
  setTimeout(() => event.target.closest("dialog")?.close());
});

document.addEventListener("closeDialog", () => {
  document.querySelector("[data-dialog-host]")?.close();
});

each("dialog", (dialog) => {
  dialog.addEventListener("close", () => {
    if (dialog.matches("[data-dialog-host]")) dialog.replaceChildren();
    // The opener may be gone after a swap: then the page's main part takes the focus, never nothing.
    setTimeout(() => {
      if (document.activeElement === document.body) document.getElementById("main")?.focus();
    });
  });
});
