// [data-tokens]: what its combobox chooses becomes a token; a token can be removed, and in [data-tokens-ordered] be made
// the first, which is the primary one. Every change is told by a "change" event of the box.
import { each, revive, say } from "./page.js";

each("[data-tokens]", (root) => {
  const template = root.querySelector("[data-token-template]");
  const box = root.querySelector("[role=combobox]");
  const tokens = () => [...root.querySelectorAll("[data-token]")];
  const inputOf = (token) => token.querySelector("[type=checkbox]");
  const changed = () => box.dispatchEvent(new Event("change", { bubbles: true }));

  function mark() {
    if (!("tokensOrdered" in root.dataset)) return;
    tokens().forEach((token, n) => token.querySelector(".acct")?.classList.toggle("acct--primary", n === 0));
  }

  function made({ value, label, option }) {
    const token = template.content.firstElementChild.cloneNode(true);
    inputOf(token).value = value;
    for (const named of token.querySelectorAll("[aria-label]")) {
      named.setAttribute("aria-label", named.getAttribute("aria-label").replace("{name}", label));
    }
    const text = token.querySelector("[data-token-text]");
    text.textContent = label;
    const tile = option.querySelector(".acct");
    if (tile) text.before(tile.cloneNode(true));
    return token;
  }

  root.addEventListener("combobox:choose", ({ detail }) => {
    const value = detail.value || detail.label;
    box.value = "";
    if (tokens().some((token) => inputOf(token).value.toLowerCase() === value.toLowerCase())) return;
    const token = made({ ...detail, value });
    template.before(token);
    revive(token);
    mark();
    say(detail.label);
    changed();
  });

  root.addEventListener("click", (event) => {
    const token = event.target.closest("[data-token]");
    if (!token) return;
    if (event.target.closest("[data-token-remove]")) token.remove();
    else if (event.target.closest("[data-token-first]")) root.prepend(token);
    else return;
    mark();
    box.focus();
    changed();
  });
});
