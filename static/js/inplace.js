// Editing where a value stands. details.inplace swaps its value for a small form: Enter saves, Escape restores and closes,
// and leaving it unchanged closes it; what was typed stays open. In [data-escape-restores] Escape gives a field of the
// page's own form its value back. td[data-edit] is a cell of a list: its a.celllink brings the editor, which has a
// [data-cell-cancel] for Escape.
import { each } from "./page.js";

const fieldsOf = (root) => [...root.querySelectorAll("input:not([type=hidden]), select, textarea")];

function isChanged(field) {
  if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

function restore(field) {
  if (field instanceof HTMLSelectElement) {
    for (const option of field.options) option.selected = option.defaultSelected;
    if (![...field.options].some((option) => option.defaultSelected)) field.selectedIndex = 0;
  } else if (field.type === "checkbox" || field.type === "radio") field.checked = field.defaultChecked;
  else field.value = field.defaultValue;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function close(details, { refocus = false } = {}) {
  if (!details.open) return;
  for (const field of fieldsOf(details)) if (isChanged(field)) restore(field);
  details.open = false;
  if (refocus) details.querySelector("summary").focus();
}

each("details.inplace, details.inline", (details) => {
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    const [field] = fieldsOf(details);
    // The event comes a moment after the click: whoever types already keeps the place and what is typed.
    if (fieldsOf(details).includes(document.activeElement)) return;
    field?.focus();
    field?.select?.();
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !details.open) return;
    event.preventDefault();
    event.stopPropagation();
    close(details, { refocus: true });
  });
  details.addEventListener("focusout", (event) => {
    if (details.contains(event.relatedTarget) || !document.hasFocus()) return;
    if (!fieldsOf(details).some(isChanged)) close(details);
  });
});

each("[data-escape-restores]", (root) => {
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    if (!event.target.matches("input, select, textarea") || !isChanged(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    restore(event.target);
    event.target.select?.();
  });
});

// --- Cells of a list ----------------------------------------------------------
document.addEventListener("click", (event) => {
  const cell = event.target.closest?.("td[data-edit]");
  if (!cell || event.target.closest("a, button, input, label") || String(getSelection())) return;
  const link = cell.querySelector(".celllink");
  if (link && link.checkVisibility()) link.click();
});

/** Put the cell back without taking the focus from where it has gone. */
function leave(editor) {
  const cancel = editor.querySelector("[data-cell-cancel]");
  if (cancel) window.htmx.ajax("GET", `${cancel.getAttribute("hx-get")}=quiet`, { target: editor, swap: "outerHTML" });
}

each("[data-editing]", (editor) => {
  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    editor.querySelector("[data-cell-cancel]")?.click();
  });
  editor.addEventListener("focusout", (event) => {
    const to = event.relatedTarget;
    if (!to || editor.contains(to) || !editor.matches("td") || editor.querySelector(".htmx-request")) return;
    if (!editor.querySelector("[data-accounts]") && !fieldsOf(editor).some(isChanged)) leave(editor);
  });
});
