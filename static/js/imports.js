// Imports. [data-notes]: what is said beside a column follows the field chosen for it ([data-target], option[data-note]).
// [data-work="42"]: how far background work is; the page's title follows, and now and then it is said aloud.
import { each, say } from "./page.js";

const STEP = 10; // percent between two sentences, and seconds
let said = null;

each("[data-notes] [data-target]", (select) => {
  const note = select.closest("tr")?.querySelector("[data-note]");
  if (!note) return;
  const first = { value: select.value, note: note.textContent };
  select.addEventListener("change", () => {
    const known = select.selectedOptions[0]?.dataset.note ?? "";
    note.textContent = select.value === first.value ? first.note : known;
  });
});

each("[data-work]", (work) => {
  document.title = document.title.replace(/^\d+%/, `${work.dataset.work}%`);
  const now = { step: Math.floor(work.dataset.work / STEP), at: Date.now() };
  if (said && (now.step === said.step || now.at - said.at < STEP * 1000)) return;
  if (said) say(work.dataset.workSay);
  said = now;
});
