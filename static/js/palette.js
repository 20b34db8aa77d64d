// The search box over any page of the workspace, <dialog data-palette>: opened like any dialog, or by Ctrl K (⌘ K).
// It offers while somebody types (combobox.js); an option leads to its data-href, ⇧↵ to the page of all hits.
import { openDialog } from "./page.js";

const palette = document.querySelector("dialog[data-palette]");
const input = palette?.querySelector("[role=combobox]");

function leave(address) {
  palette.close();
  location.assign(address);
}

function searchEverything() {
  const address = new URL(palette.dataset.everything, location.href);
  address.searchParams.set("q", input.value.trim());
  leave(address);
}

function begin() {
  input.focus();
  input.select();
  input.dispatchEvent(new Event("input")); // suggests before anything is typed, and what the text of before finds now
}

if (palette) {
  palette.addEventListener("combobox:choose", (event) => leave(event.detail.option.dataset.href));

  // Before the combobox, which would only fold its list.
  palette.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      const nothingChosen = !palette.querySelector("[aria-selected=true]");
      if (event.key === "Escape") palette.close();
      else if (event.target === input && event.key === "Enter" && (event.shiftKey || nothingChosen)) searchEverything();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );

  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close(); // beside it
  });

  new MutationObserver(() => palette.open && begin()).observe(palette, { attributeFilter: ["open"] });

  // On the window, so that a text in which Ctrl K makes a link comes first.
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.code !== "KeyK") return;
    const other = openDialog();
    if (other && other !== palette) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else palette.showModal();
  });
}
