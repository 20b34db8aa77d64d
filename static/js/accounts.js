// The Accounts field of a contact: ordered rows, the first one primary. The server renders every row and works
// without this; here a choice shows what it will do before anything is saved.
import { counted, each, revive, say } from "./page.js";

const ROW = "[data-account-row]";

class AccountsField {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector("ol");
    this.limit = Number(root.dataset.limit || 25);
    this.listen();
    this.refresh();
  }

  get rows() {
    return [...this.list.querySelectorAll(ROW)];
  }

  get kept() {
    return this.rows.filter((row) => !("removed" in row.dataset));
  }

  listen() {
    this.root.addEventListener("click", (event) => this.click(event));
    this.root.addEventListener("change", (event) => {
      if (event.target.matches("[type=radio]")) this.makePrimary(event.target.closest(ROW));
    });
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("combobox:choose", (event) => this.add(event.detail));
    this.list.addEventListener("dragstart", (event) => this.dragStart(event));
    this.list.addEventListener("dragover", (event) => this.dragOver(event));
    this.list.addEventListener("drop", (event) => event.preventDefault());
    this.list.addEventListener("dragend", () => this.dragEnd());
    this.list.addEventListener("pointerdown", (event) => {
      const row = event.target.closest(".grip")?.closest(ROW);
      if (row) row.draggable = true;
    });
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button || !this.root.contains(button)) return;
    const row = button.closest(ROW);
    if (button.matches("[data-remove]")) this.remove(row);
    else if (button.matches("[data-undo]")) this.restore(row);
    else if (button.matches("[data-step]")) this.step(row, Number(button.dataset.step), button);
    else if (!button.matches(".grip")) return;
    event.preventDefault();
  }

  key(event) {
    const row = event.target.closest(".grip")?.closest(ROW);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!row || !step) return;
    event.preventDefault();
    this.step(row, step, row.querySelector(".grip"));
  }

  step(row, step, button) {
    const kept = this.kept;
    const other = kept[kept.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    this.changed();
    (button.disabled ? row.querySelector("[data-step]:enabled") : button)?.focus();
    this.tell(row);
  }

  tell(row) {
    const position = this.kept.indexOf(row) + 1;
    const words = position === 1 ? this.root.dataset.sayPrimary : this.root.dataset.sayMoved;
    say((words ?? "").replace("{name}", row.dataset.name).replace("{n}", position));
  }

  makePrimary(row) {
    this.list.prepend(row);
    this.changed();
    row.querySelector("[type=radio]").focus();
    this.tell(row);
  }

  remove(row) {
    row.dataset.removed = this.kept.indexOf(row);
    row.classList.add("acctedit__row--removed");
    for (const input of row.querySelectorAll("input")) input.disabled = true;
    this.swapParts(row, true);
    this.list.append(row);
    this.changed();
    row.querySelector("[data-undo]").focus();
    say((this.root.dataset.sayRemoved ?? "").replace("{name}", row.dataset.name));
  }

  restore(row) {
    const place = this.kept[Number(row.dataset.removed)]; // who stands where it stood before
    delete row.dataset.removed;
    row.classList.remove("acctedit__row--removed");
    for (const input of row.querySelectorAll("input")) input.disabled = false;
    this.swapParts(row, false);
    if (place) place.before(row);
    else this.kept.filter((other) => other !== row).at(-1)?.after(row);
    this.changed();
    row.querySelector(".grip").focus();
    this.tell(row);
  }

  swapParts(row, removed) {
    for (const part of row.querySelectorAll("[data-kept]")) part.hidden = removed;
    for (const part of row.querySelectorAll("[data-gone]")) part.hidden = !removed;
  }

  add({ value, label, create, option }) {
    const key = create ? `new:${label}` : value;
    const present = this.rows.find((row) => row.dataset.key === key);
    if (present) return "removed" in present.dataset ? this.restore(present) : this.tell(present);
    if (this.kept.length >= this.limit) {
      if (this.limit > 1) return;
      this.remove(this.kept[0]); // one account a contact: choosing another one means moving
    }
    const row = this.root.querySelector("[data-account-template]").content.firstElementChild.cloneNode(true);
    row.dataset.key = key;
    row.dataset.name = label;
    this.name(row, key, label);
    const tile = option.querySelector(".acct");
    row.querySelector(".acct").textContent = tile?.textContent ?? label.trim().slice(0, 2).toUpperCase();
    const last = this.kept.at(-1);
    if (last) last.after(row);
    else this.list.prepend(row);
    revive(row);
    this.changed();
    row.querySelector(".c-title").focus();
    this.tell(row);
  }

  name(row, key, label) {
    row.querySelector("[data-key]").value = key;
    row.querySelector("[type=radio]").value = key;
    for (const text of row.querySelectorAll(".name")) text.textContent = label;
    for (const named of row.querySelectorAll("[aria-label]")) {
      named.setAttribute("aria-label", named.getAttribute("aria-label").replace("{name}", label));
    }
  }

  dragStart(event) {
    const row = event.target.closest?.(ROW);
    if (!row?.draggable) return;
    this.dragged = row;
    row.dataset.dragging = "";
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.name);
  }

  dragOver(event) {
    if (!this.dragged) return;
    event.preventDefault();
    const over = event.target.closest?.(ROW);
    if (!over || over === this.dragged || "removed" in over.dataset) return;
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(this.dragged);
    else over.after(this.dragged);
  }

  dragEnd() {
    if (!this.dragged) return;
    delete this.dragged.dataset.dragging;
    this.dragged.draggable = false;
    const row = this.dragged;
    this.dragged = null;
    this.changed();
    this.tell(row);
  }

  changed() {
    this.refresh();
    this.root.dispatchEvent(new Event("input", { bubbles: true }));
  }

  refresh() {
    this.kept.forEach((row, index, kept) => {
      this.mark(row, index === 0);
      row.querySelector("[data-step='-1']").disabled = index === 0;
      row.querySelector("[data-step='1']").disabled = index === kept.length - 1;
    });
    this.rows.filter((row) => "removed" in row.dataset).forEach((row) => this.tile(row, "gone"));
    const count = this.kept.length;
    const full = count >= this.limit && this.limit > 1;
    for (const counter of document.querySelectorAll(`[data-accounts-count="${this.root.id}"]`)) {
      counter.textContent = counter.dataset.words.replace("{n}", count).replace("{limit}", this.limit);
    }
    const left = this.root.querySelector("[data-accounts-left]");
    if (left) left.textContent = this.limit > 1 ? counted(left, this.limit - count) : "";
    for (const part of this.root.querySelectorAll("[data-when-room]")) part.hidden = full;
    for (const part of this.root.querySelectorAll("[data-when-full]")) part.hidden = !full;
  }

  mark(row, primary) {
    const radio = row.querySelector("[type=radio]");
    radio.checked = primary;
    row.querySelector("[data-primary-tag]").hidden = !primary;
    this.tile(row, primary ? "primary" : "new" in row.dataset ? "new" : "");
  }

  tile(row, mark) {
    const tile = row.querySelector(".acct");
    tile.classList.remove("acct--primary", "acct--new", "acct--gone");
    if (mark) tile.classList.add(`acct--${mark}`);
  }
}

each("[data-accounts]", (root) => new AccountsField(root));
