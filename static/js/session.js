// When a request fails, the page keeps what was typed: an expired sign-in opens a dialog, anything else a notice.
// Both can try the same request again.

let failed = null;

function remember(event) {
  const { requestConfig, target, elt } = event.detail;
  failed = { verb: requestConfig.verb, path: requestConfig.path, elt, target };
}

function retry() {
  if (!failed) return;
  const { verb, path, elt, target } = failed;
  const source = elt.isConnected ? elt : document.body;
  window.htmx.ajax(verb, path, { source, target });
}

const dialog = document.querySelector("[data-session-dialog]");
const notice = document.querySelector("[data-failed]");

function showNotice(kind) {
  if (!notice) return;
  for (const text of notice.querySelectorAll("[data-failed-text]")) text.hidden = text.dataset.failedText !== kind;
  notice.hidden = false;
}

document.addEventListener("htmx:responseError", (event) => {
  remember(event);
  const { xhr } = event.detail;
  if (xhr.status !== 401) return showNotice("server");
  const address = xhr.getResponseHeader("X-Sign-In");
  if (!dialog) return;
  if (address) dialog.querySelector("[data-sign-in]").href = address;
  dialog.querySelector("[data-still]").hidden = true;
  if (!dialog.open) dialog.showModal();
});

document.addEventListener("htmx:sendError", (event) => {
  remember(event);
  showNotice("network");
});

document.addEventListener("htmx:beforeRequest", () => {
  if (notice) notice.hidden = true;
});

// Signing in changes the token that guards forms, so the page fetches a new one before it tries again.
async function renewToken() {
  const response = await fetch(location.href, { headers: { "HX-Request": "true", "HX-Boosted": "true" } });
  if (!response.ok || response.redirected) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const headers = page.body.getAttribute("hx-headers");
  if (!headers || !page.body.dataset.user || page.body.dataset.user !== document.body.dataset.user) return false;
  document.body.setAttribute("hx-headers", headers);
  const token = JSON.parse(headers)["X-CSRFToken"];
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
  return true;
}

dialog?.querySelector("[data-retry]").addEventListener("click", async () => {
  const renewed = await renewToken().catch(() => false);
  dialog.querySelector("[data-still]").hidden = renewed;
  if (!renewed) return;
  dialog.close();
  retry();
});

notice?.querySelector("[data-failed-retry]").addEventListener("click", retry);
notice?.querySelector("[data-failed-close]").addEventListener("click", () => (notice.hidden = true));
