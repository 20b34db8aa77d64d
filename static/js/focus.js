// After a swap the focus stays where it was, or moves to the new part's heading; it is never lost to the body.

let within = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  within = target?.contains(document.activeElement) && document.activeElement !== document.body ? target.id : null;
});

function landIn(part) {
  const place = part.querySelector("[data-focus-on-load], h1, h2, h3") ?? part;
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

document.addEventListener("htmx:afterSettle", () => {
  if (within === null) return;
  const part = within && document.getElementById(within);
  within = null;
  if (document.activeElement !== document.body) return;
  if (part) landIn(part);
});
