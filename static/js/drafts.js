// What is being written is kept on the server while it is written: form[data-draft="place"][data-draft-url="…"]. The
// server answers with the line that says so ([data-draft-line]) and puts the draft into the page when it is opened.
// A copy stays in this browser as long as the server does not have it: offline, after a send that failed, or when the
// sign-in ran out. It goes when the server has kept it, or has answered the form (its key: input[data-once]).
import { each } from "./page.js";
import { isAnswered } from "./once.js";

const PAUSE = 800;
const KEEP = 14 * 24 * 3600 * 1000;
const PREFIX = "draft:";
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "once", "draft"]);
const WORDS = ["body", "subject", "new_name", "new_email", "new_phone"];
const user = document.body.dataset.user ?? "";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, copy) {
  try {
    if (copy) localStorage.setItem(key, JSON.stringify(copy));
    else localStorage.removeItem(key);
  } catch {
    // A full or closed storage only means that nothing is kept here.
  }
}

function everyCopy(act) {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) act(key, read(key));
  } catch {
    // no storage
  }
}

const isBlank = (fields) => !WORDS.some((name) => fields[name]?.trim());
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

class Draft {
  constructor(form) {
    this.form = form;
    this.key = `${PREFIX}${user}:${form.dataset.draft}`;
    this.timer = 0;
    this.saving = false;
    this.kept = this.line?.hidden === false ? this.fields() : null;
    form.autocomplete = "off"; // Back brings back what the server keeps, not what was sent
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.typed());
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("pagehide", () => this.left());
    window.addEventListener("pageshow", (event) => event.persisted && (this.sent = false));
    this.takeUp();
  }

  get line() {
    return this.form.querySelector("[data-draft-line]");
  }

  get once() {
    return this.form.querySelector("input[data-once]");
  }

  /** What is filled in, by name. Files stay with the page. */
  fields() {
    const fields = {};
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && !NOT_TYPED.has(name)) fields[name] = value;
    }
    return fields;
  }

  copy(more = {}) {
    const { value, dataset } = this.once;
    const base = this.line?.dataset.draftAt ?? "";
    return { fields: this.fields(), once: value, asked: dataset.once, base, at: Date.now(), ...more };
  }

  typed() {
    if (this.leaving) return;
    this.touched = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  /** One save at a time; what was typed meanwhile is saved after it. */
  async save() {
    clearTimeout(this.timer);
    this.timer = 0;
    const fields = this.fields();
    const isNew = this.kept === null && isBlank(fields);
    if (this.saving || this.sent || isNew || same(fields, this.kept)) return;
    this.saving = true;
    write(this.key, isBlank(fields) ? null : this.copy());
    const line = await this.send(new FormData(this.form));
    this.saving = false;
    if (line === null || this.sent || this.leaving) return;
    this.show(line);
    this.kept = fields;
    if (same(this.fields(), fields)) write(this.key, null);
    else this.typed();
  }

  /** The line that the server answers with; null when it did not take the text. */
  async send(data) {
    const text = new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
    this.request = new AbortController();
    try {
      const options = { method: "POST", body: text, redirect: "manual", signal: this.request.signal };
      const answer = await fetch(this.form.dataset.draftUrl, options);
      return answer.ok ? await answer.text() : null;
    } catch {
      return null;
    }
  }

  show(line) {
    const held = this.line?.contains(document.activeElement);
    if (!held) this.line?.replaceWith(document.createRange().createContextualFragment(line.trim()));
  }

  /** Whether it was carried out, the next page asks; until then the copy stays. */
  submitted(event) {
    if (this.sent) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.request?.abort();
    this.sent = true;
    write(this.key, this.copy({ sent: true }));
    setTimeout(() => {
      if (!event.defaultPrevented || this.form.dataset.sending) return;
      this.sent = false; // held back by another script
      write(this.key, this.copy());
    });
  }

  left() {
    if (!this.timer || this.sent || this.leaving) return;
    const fields = this.fields();
    write(this.key, isBlank(fields) ? null : this.copy());
    const text = [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
    navigator.sendBeacon?.(this.form.dataset.draftUrl, new URLSearchParams(text));
  }

  /** The copy of a send that failed, or of words that the server never got. */
  async takeUp() {
    const copy = read(this.key);
    if (copy?.sent) {
      const answered = await isAnswered(copy.asked);
      if (answered) return write(this.key, null);
      if (answered === null) return;
    }
    if (this.touched || this.sent) return;
    if (copy && this.isNewest(copy)) return this.restore(copy);
    write(this.key, null);
    if (!isBlank(this.fields()) && !same(this.fields(), this.kept)) this.save();
  }

  isNewest(copy) {
    const { line } = this;
    if (!line || line.hidden) return isBlank(this.fields());
    return line.dataset.draftKey === copy.once || line.dataset.draftAt === copy.base;
  }

  /** A text that belongs to somebody whom the page does not name is given to the server, which shows it with them. */
  async restore(copy) {
    const fits = Object.entries(copy.fields).every(([name, value]) => !value || this.form.elements[name]);
    if (fits && (copy.fields.contact ?? "") === (this.fields().contact ?? "")) {
      for (const [name, value] of Object.entries(copy.fields)) this.fill(name, value);
      return this.save();
    }
    const data = new FormData(this.form);
    for (const [name, value] of Object.entries(copy.fields)) data.set(name, value);
    if ((await this.send(data)) === null) return;
    write(this.key, null);
    location.reload();
  }

  fill(name, value) {
    const field = this.form.elements[name];
    if (!field) return;
    if (field.type === "checkbox" || field.type === "radio") field.checked = field.value === value;
    else field.value = value; // of a group of radios: ticks the one with this value
    const element = field instanceof RadioNodeList ? [...field].find((radio) => radio.checked) : field;
    element?.dispatchEvent(new Event(element.matches("textarea") ? "input" : "change", { bubbles: true }));
  }

  forget() {
    this.leaving = true;
    clearTimeout(this.timer);
    this.request?.abort();
    write(this.key, null);
  }
}

if (user) {
  const drafts = new Set();
  each("form[data-draft]", (form) => drafts.add(new Draft(form)));

  // The form of *discard* stands outside; the page comes back without the draft.
  document.addEventListener("submit", (event) => {
    if (event.target.id === "draft-discard") for (const draft of drafts) draft.forget();
  });

  everyCopy(async (key, copy) => {
    if (!copy?.fields || Date.now() - (copy.at ?? 0) > KEEP) return write(key, null);
    if (!copy.sent || !key.startsWith(`${PREFIX}${user}:`) || [...drafts].some((draft) => draft.key === key)) return;
    if (await isAnswered(copy.asked)) write(key, null);
  });
}
