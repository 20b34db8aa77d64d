// form[data-unsaved]: its save bar ([data-savebar="form's id"]) appears with the first change, counts them, and the
// page asks before it is left with changes. Fields inside one [data-change-group] count as one change.
import { counted, each } from "./page.js";

const dirty = new Set();

function snapshot(form) {
  const values = new Map();
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken" || name === "version") continue; // not typed by anybody
    values.set(name, `${values.get(name) ?? ""}\n${value instanceof File ? value.name : value}`);
  }
  return values;
}

function changes(form, before, after) {
  const names = new Set([...before.keys(), ...after.keys()]);
  const changed = [...names].filter((name) => before.get(name) !== after.get(name));
  return new Set(changed.map((name) => groupOf(form, name))).size;
}

function groupOf(form, name) {
  const field = [...form.elements].find((element) => element.name === name);
  return field?.closest("[data-change-group]")?.dataset.changeGroup ?? name;
}

// A form that came back with something to correct or to confirm is saved as it is.
function waits(form) {
  return Boolean(form.querySelector("[aria-invalid=true], [role=alert]") ?? form.elements.namedItem("agreed"));
}

each("form[data-unsaved]", (form) => {
  const bar = document.querySelector(`[data-savebar="${form.id}"]`);
  const before = snapshot(form);
  const refresh = () => {
    const n = changes(form, before, snapshot(form));
    if (n) dirty.add(form);
    else dirty.delete(form);
    if (!bar) return;
    bar.hidden = n === 0 && !waits(form);
    if (n) bar.querySelector("[data-savebar-text]").textContent = counted(bar.querySelector("[data-savebar-text]"), n);
  };
  // Modules that start later may fill the form in; what they leave is the beginning.
  setTimeout(() => {
    for (const [name, value] of snapshot(form)) if (!form.contains(document.activeElement)) before.set(name, value);
    refresh();
  });
  // Fields may stand outside their form (form="…"); their events pass the document, not the form.
  const mine = (event) => {
    if (form.isConnected && (event.target.form === form || form.contains(event.target))) refresh();
  };
  document.addEventListener("input", mine);
  document.addEventListener("change", mine);
  form.addEventListener("submit", () => dirty.delete(form));
  bar?.querySelector("[data-discard]")?.addEventListener("click", () => dirty.delete(form));
});

window.addEventListener("beforeunload", (event) => {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (dirty.size) event.preventDefault();
});
