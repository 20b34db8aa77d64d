// [data-picks]: what its combobox chooses becomes a ticked box among the others, and the combobox is empty again.
import { each, say } from "./page.js";

each("[data-picks]", (root) => {
  const template = root.querySelector("template[data-pick]");
  const boxOf = (value) => [...root.querySelectorAll("[type=checkbox]")].find((box) => box.value === value);
  root.addEventListener("combobox:choose", ({ detail }) => {
    if (!boxOf(detail.value)) {
      const row = template.content.firstElementChild.cloneNode(true);
      row.querySelector("input").value = detail.value;
      row.querySelector("span").textContent = detail.label;
      template.before(row);
    }
    boxOf(detail.value).checked = true;
    root.querySelector("[role=combobox]").value = "";
    root.querySelector("[data-combobox-value]").value = "";
    say(detail.label);
  });
});
