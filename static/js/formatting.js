// [data-formatting="id"]: buttons that put Markdown around what is selected in the textarea of that id, and
// Ctrl or ⌘ with B, I, K while writing there. A second press takes the marks away again. The text goes in as typing
// does (insertText), so that undo knows it.
import { each } from "./page.js";

const PAIRS = { bold: "**", italic: "*", code: "`" };
const LINES = { list: "- ", quote: "> " };
const KEYS = { KeyB: "bold", KeyI: "italic", KeyK: "link" };
const ADDRESS = /^(https?:\/\/|mailto:)\S+$/;
const MARKS = /^(?:- |> )/;

/** Replace a range as if typed; `setRangeText` only where the browser has no insertText, at the price of undo. */
function replace(textarea, start, end, text) {
  textarea.focus();
  textarea.setSelectionRange(start, end);
  const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (done) return;
  textarea.setRangeText(text, start, end, "end");
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

function around(textarea, mark) {
  let { selectionStart: start, selectionEnd: end, value } = textarea;
  const chosen = value.slice(start, end);
  start += chosen.length - chosen.trimStart().length; // marks that touch a space do not count as marks
  end = Math.max(start, end - (chosen.length - chosen.trimEnd().length));
  const size = mark.length;
  const text = value.slice(start, end);
  if (isAround(value.slice(0, start), value.slice(end), mark)) {
    replace(textarea, start - size, end + size, text);
    return textarea.setSelectionRange(start - size, end - size);
  }
  if (isMarked(text, mark)) {
    replace(textarea, start, end, text.slice(size, -size));
    return textarea.setSelectionRange(start, end - 2 * size);
  }
  replace(textarea, start, end, mark + text + mark);
  textarea.setSelectionRange(start + size, end + size);
}

/** Whether the mark stands right around a range. For "*" an odd number of stars counts: two are bold, three are both. */
function isAround(before, after, mark) {
  if (!before.endsWith(mark) || !after.startsWith(mark)) return false;
  return mark !== "*" || (before.match(/\*+$/)[0].length % 2 === 1 && after.match(/^\*+/)[0].length % 2 === 1);
}

/** Whether a text begins and ends with the mark. */
function isMarked(text, mark) {
  const stars = mark === "*" ? /^\*+|\*+$/g : null;
  if (text.length <= 2 * mark.length || !text.startsWith(mark) || !text.endsWith(mark)) return false;
  return !stars || text.match(stars).every((run) => run.length % 2 === 1);
}

function lines(textarea, mark) {
  const { selectionStart, selectionEnd, value } = textarea;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const next = value.indexOf("\n", Math.max(selectionEnd - (selectionEnd > selectionStart ? 1 : 0), start));
  const end = next < 0 ? value.length : next;
  const rows = value.slice(start, end).split("\n");
  const marked = rows.every((row) => row.startsWith(mark) || !row.trim()) && rows.some((row) => row.trim());
  const changed = rows.map((row) => {
    if (marked) return row.startsWith(mark) ? row.slice(mark.length) : row;
    return row.trim() || rows.length === 1 ? mark + row.replace(MARKS, "") : row;
  });
  const text = changed.join("\n");
  const gap = !marked && start > 0 && value.slice(0, start).trim() && !/\n\n$/.test(value.slice(0, start)) && !inBlock(value, start);
  replace(textarea, start, end, (gap ? "\n" : "") + text);
  const from = start + (gap ? 1 : 0);
  if (rows.length > 1) textarea.setSelectionRange(from, from + text.length);
  else textarea.setSelectionRange(from + text.length, from + text.length);
}

/** Whether the line before is a list or quote already; else an empty line has to come between. */
function inBlock(value, start) {
  const before = value.slice(0, start - 1);
  return MARKS.test(before.slice(before.lastIndexOf("\n") + 1));
}

function link(textarea) {
  const { selectionStart: start, selectionEnd: end, value } = textarea;
  const text = value.slice(start, end);
  if (ADDRESS.test(text.trim())) {
    replace(textarea, start, end, `[](${text.trim()})`);
    return textarea.setSelectionRange(start + 1, start + 1);
  }
  replace(textarea, start, end, `[${text}](https://)`);
  const at = text ? start + text.length + 3 : start + 1;
  textarea.setSelectionRange(at, text ? at + "https://".length : at);
}

function format(textarea, name) {
  if (name in PAIRS) around(textarea, PAIRS[name]);
  else if (name in LINES) lines(textarea, LINES[name]);
  else link(textarea);
}

each("[data-formatting]", (bar) => {
  const textarea = document.getElementById(bar.dataset.formatting);
  if (!textarea) return;
  const buttons = [...bar.querySelectorAll("[data-format]")];
  bar.hidden = false;
  const reachable = (button) => buttons.forEach((other) => (other.tabIndex = other === button ? 0 : -1));
  reachable(buttons[0]);
  bar.addEventListener("pointerdown", (event) => event.preventDefault()); // the text keeps its selection
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-format]");
    if (button) format(textarea, button.dataset.format);
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    reachable(next);
    next.focus();
  });
  textarea.addEventListener("keydown", (event) => {
    const name = KEYS[event.code];
    if (!name || event.isComposing || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    format(textarea, name);
  });
});
