// A long list of choices opens where the chosen one is: <div data-shows-chosen> with radio buttons in it.
import { each } from "./page.js";

each("[data-shows-chosen]", (list) => {
  const chosen = list.querySelector(":checked")?.closest("label");
  if (chosen) list.scrollTop = chosen.offsetTop - list.offsetTop - list.clientHeight / 2;
});
