// form[data-merge]: what is chosen shows in "After the merge" at once, and the button rests until the boxes are ticked.
// form[data-merge-more]: who is picked is added without another click.
import { each } from "./page.js";

each("form[data-merge]", (form) => {
  form.addEventListener("change", ({ target }) => {
    const line = target.closest("[data-merge-line]");
    if (target.type !== "radio" || !line) return;
    const picks = [...line.querySelectorAll("td:not(.kept) .pick > span")];
    const chosen = target.value === "both" ? picks.filter((pick) => !pick.classList.contains("faint")) : [target.nextElementSibling];
    const after = line.querySelector("[data-merge-after]");
    after.replaceChildren();
    chosen.forEach((pick, index) => {
      if (index) after.append(document.createElement("br"), document.createElement("br"));
      after.append(pick.cloneNode(true));
    });
  });

  const boxes = [...form.elements].filter((box) => box.type === "checkbox" && box.required);
  const button = document.querySelector("[data-merge-button]");
  const refresh = () => (button.disabled = boxes.some((box) => !box.checked));
  for (const box of boxes) box.addEventListener("change", refresh);
  refresh();
});

each("form[data-merge-more]", (form) => {
  form.addEventListener("combobox:choose", ({ detail }) => detail.value && form.requestSubmit());
});
