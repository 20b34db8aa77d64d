// input[type=file][data-files]: lists what was chosen with its size, lets one be taken out again, takes dropped files
// in the closest [data-drop], and says which are too large (data-max-bytes, data-too-large) before anything is sent.
import { each, say } from "./page.js";

const UNITS = ["B", "KB", "MB", "GB"];

export function sizeWords(bytes) {
  const step = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), UNITS.length - 1);
  const number = bytes / 1024 ** step;
  return `${number.toLocaleString(document.documentElement.lang, { maximumFractionDigits: number < 10 && step ? 1 : 0 })} ${UNITS[step]}`;
}

class Files {
  constructor(input) {
    this.input = input;
    this.limit = Number(input.dataset.maxBytes || Infinity);
    this.list = document.createElement("ul");
    this.list.className = "files";
    const zone = input.closest("[data-drop]");
    (zone ?? input).after(this.list);
    input.addEventListener("change", () => this.chosen());
    input.form?.addEventListener("reset", () => setTimeout(() => this.show()));
    if (zone) this.takeDrops(zone);
    this.show();
  }

  // A second choice adds to the first, as people expect of attachments.
  chosen() {
    if (this.input.multiple && this.files?.length) this.set([...this.files, ...this.input.files]);
    this.show();
  }

  set(files) {
    const transfer = new DataTransfer();
    const seen = new Set();
    for (const file of files) {
      const key = `${file.name}:${file.size}:${file.lastModified}`;
      if (!seen.has(key)) transfer.items.add(file);
      seen.add(key);
    }
    this.input.files = transfer.files;
  }

  take(files) {
    this.set(this.input.multiple ? [...this.input.files, ...files] : [...files].slice(0, 1));
    this.show();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  takeDrops(zone) {
    zone.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      zone.dataset.dropping = "";
    });
    zone.addEventListener("dragleave", (event) => {
      if (!zone.contains(event.relatedTarget)) delete zone.dataset.dropping;
    });
    zone.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      delete zone.dataset.dropping;
      this.take(event.dataTransfer.files);
    });
  }

  show() {
    this.files = [...this.input.files];
    const tooLarge = this.files.filter((file) => file.size > this.limit);
    this.list.replaceChildren(...this.files.map((file) => this.item(file)));
    this.list.hidden = this.files.length === 0;
    const words = tooLarge.length ? this.tooLarge(tooLarge[0]) : "";
    this.input.setCustomValidity(words);
    if (words) say(words);
  }

  tooLarge(file) {
    return (this.input.dataset.tooLarge ?? "{name}").replace("{name}", file.name).replace("{limit}", sizeWords(this.limit));
  }

  item(file) {
    const row = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "clip", textContent: file.name });
    const size = Object.assign(document.createElement("span"), { className: "meta", textContent: sizeWords(file.size) });
    row.append(name, size);
    if (file.size > this.limit) {
      row.dataset.refused = "";
      size.textContent = this.tooLarge(file);
    }
    const words = (this.input.dataset.remove ?? "×").replace("{name}", file.name);
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.className = "btn btn--quiet btn--icon btn--s";
    button.setAttribute("aria-label", words);
    button.addEventListener("click", () => {
      this.set(this.files.filter((other) => other !== file));
      this.show();
      this.input.focus();
    });
    row.append(button);
    return row;
  }
}

each("input[type=file][data-files]", (input) => new Files(input));
