// Lists: a keyboard cursor (j, k, Enter), choosing rows (x, Shift+x, Shift+click), and the bulk bar.
// table[data-rows] holds tr[data-row] with a checkbox in the first cell. What is chosen lasts over htmx swaps and pages
// loaded by htmx: chosen rows that are not shown travel in the form as hidden inputs.
import { counted, each, isTyping, openDialog, say } from "./page.js";
import { onKey } from "./shortcuts.js";

const chosen = new Map(); // list's name → the values chosen
let lastTouched = null;

const rowsOf = (table) => [...table.querySelectorAll("tr[data-row]")];
const boxOf = (row) => row?.querySelector("td:first-child input[type=checkbox]");
const nameOf = (table) => table.dataset.rowsKey || table.id || location.pathname;
const barOf = () => document.querySelector("[data-bulk]");
const currentTable = () => document.querySelector("table[data-rows]");

function selectionOf(table) {
  const name = nameOf(table);
  if (!chosen.has(name)) chosen.set(name, new Set());
  return chosen.get(name);
}

function keepHidden(table, bar, selection) {
  const form = document.getElementById(bar.dataset.bulkForm ?? "");
  if (!form) return;
  form.querySelectorAll("[data-elsewhere]").forEach((input) => input.remove());
  const boxes = rowsOf(table).map(boxOf).filter(Boolean);
  const here = new Set(boxes.map((box) => box.value));
  const inputName = boxes[0]?.name ?? "selected";
  for (const value of selection) {
    if (here.has(value)) continue;
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: inputName, value });
    input.dataset.elsewhere = "";
    form.append(input);
  }
}

function showPageBox(table) {
  const pageBox = table.querySelector("[data-select-page]");
  if (!pageBox) return;
  const boxes = rowsOf(table).map(boxOf).filter((box) => box && !box.disabled);
  const checked = boxes.filter((box) => box.checked).length;
  pageBox.checked = checked > 0 && checked === boxes.length;
  pageBox.indeterminate = checked > 0 && checked < boxes.length;
}

function show(table) {
  const selection = selectionOf(table);
  showPageBox(table);
  const bar = barOf();
  if (!bar) return;
  const appears = bar.hidden && selection.size > 0;
  bar.hidden = selection.size === 0;
  const count = bar.querySelector("[data-bulk-count]");
  const all = bar.querySelector("[data-bulk-all]");
  if (all && !selection.size) all.checked = false;
  const text = all?.checked ? count.dataset.all : counted(count, selection.size);
  if (count.textContent !== text) {
    count.textContent = text;
    if (selection.size || appears) say(text);
  }
  keepHidden(table, bar, selection);
}

function note(table, box) {
  const selection = selectionOf(table);
  if (box.checked) selection.add(box.value);
  else selection.delete(box.value);
}

function choose(table, row, { upTo = false } = {}) {
  const box = boxOf(row);
  if (!box || box.disabled) return;
  const rows = rowsOf(table);
  const from = rows.indexOf(lastTouched);
  const to = rows.indexOf(row);
  if (upTo && from >= 0) {
    const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const between of range.map(boxOf).filter((other) => other && !other.disabled)) {
      between.checked = true;
      note(table, between);
    }
  }
  lastTouched = row;
  note(table, box);
  show(table);
}

function clear(table) {
  selectionOf(table).clear();
  for (const box of rowsOf(table).map(boxOf)) if (box) box.checked = false;
  show(table);
}

function choosePage(table, checked) {
  for (const box of rowsOf(table).map(boxOf).filter((each) => each && !each.disabled)) {
    box.checked = checked;
    note(table, box);
  }
  show(table);
}

each("table[data-rows]", (table) => {
  const selection = selectionOf(table);
  for (const box of rowsOf(table).map(boxOf).filter(Boolean)) {
    if (selection.has(box.value)) box.checked = true;
    else if (box.checked) selection.add(box.value); // the browser restored it after Back
  }
  let shift = false;
  table.addEventListener("click", (event) => (shift = event.shiftKey), true);
  table.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-page]")) return choosePage(table, event.target.checked);
    const row = event.target.closest("tr[data-row]");
    if (row && event.target === boxOf(row)) choose(table, row, { upTo: shift });
    shift = false;
  });
  show(table);
});

each("[data-bulk]", (bar) => {
  bar.addEventListener("click", (event) => {
    if (event.target.closest("[data-bulk-clear]") && currentTable()) clear(currentTable());
  });
  bar.querySelector("[data-bulk-all]")?.addEventListener("change", () => show(currentTable()));
  if (currentTable()) show(currentTable());
});

// --- The cursor -------------------------------------------------------------

const cursorOf = (table) => table?.querySelector("tr[data-cursor]");

function moveCursor(step) {
  const table = currentTable();
  if (!table) return false;
  const rows = rowsOf(table);
  const at = rows.indexOf(cursorOf(table));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  if (!next) return true;
  rows[at]?.removeAttribute("data-cursor");
  next.dataset.cursor = "";
  const link = next.querySelector("a.rowlink, a");
  link?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function toggle(upTo) {
  const table = currentTable();
  const row = cursorOf(table);
  const box = boxOf(row);
  if (!box || box.disabled) return false;
  box.checked = upTo || !box.checked;
  choose(table, row, { upTo });
  return true;
}

onKey("KeyJ", () => moveCursor(1));
onKey("KeyK", () => moveCursor(-1));
onKey("KeyX", () => toggle(false));
onKey("Shift+KeyX", () => toggle(true));
onKey("KeyE", () => {
  const link = cursorOf(currentTable())?.querySelector(".celllink");
  link?.click();
  return Boolean(link);
});
onKey("Enter", (event) => {
  if (event.target.closest("a, button, summary, label, input")) return false;
  const link = cursorOf(currentTable())?.querySelector("a.rowlink");
  link?.click();
  return Boolean(link);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || openDialog() || isTyping(event)) return;
  const table = currentTable();
  if (table && selectionOf(table).size) clear(table);
});
