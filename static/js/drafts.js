// What is being written is kept in this browser, per person and text: <textarea data-draft="reply-48213">.
// It is forgotten when the text has been sent; a send that ended at the sign-in page does not count as sent.
import { each } from "./page.js";

const PAUSE = 600;
const KEEP = 14 * 24 * 3600 * 1000;
const PREFIX = "draft:";
const user = document.body.dataset.user ?? "";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    if (draft) localStorage.setItem(key, JSON.stringify(draft));
    else localStorage.removeItem(key);
  } catch {
    // A full or closed storage only means that nothing is kept.
  }
}

function everyDraft(act) {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) act(key, read(key));
  } catch {
    // no storage
  }
}

function restore(textarea, key) {
  const draft = read(key);
  if (!draft) return;
  if (draft.sent && !textarea.value) return write(key, null);
  if (draft.text && !textarea.value) {
    textarea.value = draft.text;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

each("textarea[data-draft]", (textarea) => {
  const key = `${PREFIX}${user}:${textarea.dataset.draft}`;
  const note = textarea.form?.querySelector("[data-draft-note]");
  let timer = 0;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    write(key, textarea.value.trim() ? { text: textarea.value, at: Date.now() } : null);
    if (note) note.hidden = !textarea.value.trim();
  };
  if (note) note.hidden = true;
  restore(textarea, key);
  textarea.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  window.addEventListener("pagehide", () => timer && save());
  textarea.form?.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    if (textarea.value.trim()) write(key, { text: textarea.value, at: Date.now(), sent: true });
  });
  textarea.form?.addEventListener("htmx:afterRequest", (event) => {
    const sent = event.detail.requestConfig?.verb !== "get";
    if (!sent) return;
    if (event.detail.successful) write(key, null);
    else write(key, { text: textarea.value, at: Date.now() });
  });
});

// Signed out in between: nothing was sent. Drafts left alone for two weeks go.
if (!user) everyDraft((key, draft) => draft?.sent && write(key, { ...draft, sent: false }));
everyDraft((key, draft) => (!draft || Date.now() - (draft.at ?? 0) > KEEP) && write(key, null));
