// A combobox over a list that the server renders: <div class="combo" data-combobox data-url="…"> with an input
// [role=combobox], a list [role=listbox], and, when it stands for a form field, a hidden input [data-combobox-value].
// The server answers GET data-url?q=… with <li role="option" data-value="…" data-label="…"> items; an item with
// data-create makes something new, and other items, such as headings, are only shown. Choosing sends the event "combobox:choose" with {value, label, create, option}.
import { counted, each, say } from "./page.js";

const PAUSE = 180;
let ids = 0;

class Combobox {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("[role=combobox]");
    this.list = root.querySelector("[role=listbox]");
    this.hidden = root.querySelector("[data-combobox-value]");
    this.timer = 0;
    this.request = null;
    this.list.id ||= `options-${++ids}`;
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-autocomplete", "list");
    this.close();
    this.listen();
  }

  listen() {
    this.input.addEventListener("input", (event) => {
      if (this.hidden) this.setHidden("");
      if (!event.isComposing) this.search();
    });
    this.input.addEventListener("compositionend", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("click", () => this.isOpen || this.search(0));
    this.root.addEventListener("focusout", (event) => {
      if (!this.root.contains(event.relatedTarget)) this.leave();
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  get isOpen() {
    return this.input.getAttribute("aria-expanded") === "true";
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled=true])")];
  }

  search(pause = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(), pause);
  }

  async fetch() {
    this.request?.abort();
    this.request = new AbortController();
    const address = new URL(this.root.dataset.url, location.href);
    address.searchParams.set("q", this.input.value.trim());
    for (const name of (this.root.dataset.exclude ?? "").split(" ").filter(Boolean)) {
      for (const input of this.root.closest("form")?.querySelectorAll(`[name="${name}"]:enabled`) ?? []) {
        address.searchParams.append("exclude", input.value);
      }
    }
    try {
      const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
      const response = await fetch(address, { headers, signal: this.request.signal });
      if (!response.ok) return this.close();
      this.fill(await response.text());
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  fill(html) {
    if (document.activeElement !== this.input) return;
    const answer = new DOMParser().parseFromString(`<ul>${html}</ul>`, "text/html");
    this.list.replaceChildren(...answer.body.querySelectorAll("ul > li"));
    const options = this.list.querySelectorAll("[role=option]");
    for (const option of options) {
      option.id ||= `option-${++ids}`;
      option.setAttribute("aria-selected", "false");
    }
    if (!options.length) return this.close();
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.list.scrollIntoView({ block: "nearest" }); // clear of the bar that saves
    this.point(this.input.value.trim() ? this.options[0] : null);
    say(counted(this.list, options.length));
  }

  point(option) {
    for (const other of this.options) other.setAttribute("aria-selected", String(other === option));
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  get pointed() {
    return this.list.querySelector("[aria-selected=true]");
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!this.isOpen) return this.search(0);
      const at = this.options.indexOf(this.pointed);
      const count = this.options.length;
      this.point(this.options[at < 0 ? (step > 0 ? 0 : count - 1) : (at + step + count) % count]);
    } else if (event.key === "Enter") {
      this.enter(event);
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  enter(event) {
    const create = this.list.querySelector("[data-create]");
    if ((event.ctrlKey || event.metaKey) && this.isOpen && create) {
      event.preventDefault();
      event.stopPropagation();
      return this.choose(create);
    }
    if (event.ctrlKey || event.metaKey) return;
    if (this.isOpen || this.root.dataset.enter === "never") event.preventDefault();
    if (this.isOpen && this.pointed) this.choose(this.pointed);
  }

  choose(option) {
    if (option.getAttribute("aria-disabled") === "true") return;
    const { value, label } = option.dataset;
    const detail = { value, label: label ?? option.textContent.trim(), create: "create" in option.dataset, option };
    if (this.hidden) {
      this.input.value = detail.label;
      this.label = detail.label;
      this.setHidden(value);
    } else {
      this.input.value = "";
    }
    this.close();
    this.root.dispatchEvent(new CustomEvent("combobox:choose", { bubbles: true, detail }));
  }

  setHidden(value) {
    if (this.hidden.value === value) return;
    this.hidden.value = value;
    this.hidden.dispatchEvent(new Event("change", { bubbles: true }));
  }

  leave() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

each("[data-combobox]", (root) => new Combobox(root));
