// The panels of the bulk bar: form[data-bulk-panel] inside a <details> asks the server whenever it opens, because what
// is chosen in the list may be different by then. [data-bulk-cancel] closes it.
// In its choice of fields, which acts at once, the arrow keys open the list instead of running through it.
import { each } from "./page.js";

each("form[data-bulk-panel]", (form) => {
  const menu = form.closest("details");
  menu.addEventListener("toggle", () => {
    if (menu.open) window.htmx.trigger(form, "refresh");
  });
  form.addEventListener("keydown", (event) => {
    if (!event.target.matches("select[name=add]") || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    event.target.showPicker?.();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-bulk-cancel]")) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});
