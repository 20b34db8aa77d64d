// What every module stands on: start on elements now and after each htmx swap, say something, read words from the page.

const starters = [];

/** Run `start` once for every element that matches, now and whenever htmx brings new ones. */
export function each(selector, start) {
  const started = new WeakSet();
  const run = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      if (started.has(element)) continue;
      started.add(element);
      start(element);
    }
  };
  starters.push(run);
  run(document);
}

/** Start everything inside an element that a script, not htmx, has put into the page. */
export function revive(root) {
  for (const run of starters) run(root);
  window.htmx?.process(root);
}

document.addEventListener("htmx:load", (event) => {
  for (const run of starters) run(event.detail.elt);
});

/** Say a sentence to assistive technology, in the page's one live region. */
export function say(sentence) {
  const region = document.querySelector("[data-live]");
  if (!region || !sentence) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = sentence), 60);
}

/** "{n} selected" with n filled in; `element` carries the words as data-one and data-many. */
export function counted(element, n) {
  const words = n === 1 ? element.dataset.one : element.dataset.many;
  return (words ?? "{n}").replace("{n}", n.toLocaleString(document.documentElement.lang));
}

/** Whether a key belongs to what is being typed, a Hangul syllable in the making included. */
export function isTyping(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  const at = event.target;
  if (at.isContentEditable) return true;
  if (at instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "file"].includes(at.type);
  return at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement;
}

export function isVisible(element) {
  return element.checkVisibility?.({ checkVisibilityCSS: true, visibilityProperty: true }) ?? element.offsetParent !== null;
}

/** Any modal dialog that is open: keys of the page rest then. */
export function openDialog() {
  return document.querySelector("dialog:modal");
}

document.documentElement.dataset.scripted = "";
