// The choice of columns: form[data-columns] holds li[data-column] with a box and two arrows. The order of the boxes is the
// order of the columns. The ticked ones stand on top; only they can be moved.
import { each, say } from "./page.js";

class ColumnsForm {
  constructor(form) {
    this.form = form;
    this.most = Number(form.dataset.most);
    form.addEventListener("click", (event) => this.click(event));
    form.addEventListener("change", (event) => this.tick(event));
    this.refresh();
  }

  get rows() {
    return [...this.form.querySelectorAll("[data-column]")];
  }

  get ticked() {
    return this.rows.filter((row) => this.box(row).checked);
  }

  box(row) {
    return row.querySelector("input[type=checkbox]");
  }

  click(event) {
    const button = event.target.closest("button[data-step]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-column]");
    const ticked = this.ticked;
    const other = ticked[ticked.indexOf(row) + Number(button.dataset.step)];
    if (!other) return;
    if (button.dataset.step < 0) other.before(row);
    else other.after(row);
    this.refresh();
    (button.disabled ? row.querySelector("[data-step]:enabled") : button)?.focus();
    this.tell(row);
  }

  // A box that is ticked becomes the last column, one that is not stands first among the others.
  tick(event) {
    const row = event.target.closest("[data-column]");
    if (!row) return;
    const last = this.ticked.filter((other) => other !== row).at(-1);
    if (last) last.after(row);
    else this.form.querySelector("ol > li").after(row);
    this.refresh();
    event.target.focus();
    if (event.target.checked) this.tell(row);
  }

  tell(row) {
    const words = this.form.dataset.sayMoved.replace("{name}", row.dataset.name);
    say(words.replace("{n}", this.ticked.indexOf(row) + 2)); // the name is the first
  }

  refresh() {
    const ticked = this.ticked;
    for (const row of this.rows) {
      const place = ticked.indexOf(row);
      this.box(row).disabled = place < 0 && ticked.length >= this.most;
      for (const button of row.querySelectorAll("[data-step]")) {
        button.disabled = place < 0 || !ticked[place + Number(button.dataset.step)];
      }
    }
  }
}

each("form[data-columns]", (form) => new ColumnsForm(form));
