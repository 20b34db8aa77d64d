// A form that was sent does not stand there to be sent again: a page that comes back from the browser's history asks
// whether its form was answered, and if so is fetched anew. The server does a form once whatever happens here.
const PREFIX = "sent:";

/** Whether the form behind `input[data-once]` was carried out; null when nobody can say. */
export async function isAnswered(address) {
  try {
    const answer = await fetch(address, { redirect: "manual", cache: "no-store" });
    return answer.ok ? (await answer.json()).answered : null;
  } catch {
    return null;
  }
}

function wasSent(input, now) {
  try {
    if (now) sessionStorage.setItem(PREFIX + input.value, "1");
    return sessionStorage.getItem(PREFIX + input.value) !== null;
  } catch {
    return false; // a closed storage only means that nobody asks
  }
}

document.addEventListener("submit", (event) => {
  const input = event.target.querySelector?.("input[data-once]");
  if (input && !event.defaultPrevented) wasSent(input, true);
});

window.addEventListener("pageshow", async (event) => {
  const [navigation] = performance.getEntriesByType("navigation");
  if (!event.persisted && navigation?.type !== "back_forward") return;
  const sent = [...document.querySelectorAll("input[data-once]")].filter((input) => wasSent(input));
  const answers = await Promise.all(sent.map((input) => isAnswered(input.dataset.once)));
  if (answers.includes(true)) location.reload();
});
