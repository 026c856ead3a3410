// Brings a page up to date when the journal moves. The event carries a number only: the page is fetched again and the parts marked
// data-live="name" are replaced, if the officer is not typing in them. Without this file every page works; one reloads by hand.
(() => {
  "use strict";
  let stream = null;
  let busy = false;
  let again = false;
  let seen = null;

  const parts = (root) => [...root.querySelectorAll("[data-live]")];

  // What the officer has in hand is left alone: a field with focus or changed text, an open menu.
  const inHand = (part) =>
    part.contains(document.activeElement) && document.activeElement !== document.body ||
    part.querySelector("details[open]:not([data-live-open])") !== null ||
    [...part.querySelectorAll("input, textarea, select")].some((field) =>
      field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.matches("input, textarea") && field.value !== field.defaultValue);

  const replace = (fresh) => {
    for (const part of parts(document)) {
      const next = fresh.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
      if (next && !inHand(part) && next.outerHTML !== part.outerHTML) part.replaceWith(document.importNode(next, true));
    }
    document.dispatchEvent(new CustomEvent("comity:fresh"));
  };

  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Comity-Live": "1" }, credentials: "same-origin" });
      // Signed out meanwhile: show the way in instead of an old page.
      if (answer.redirected && new URL(answer.url).pathname !== location.pathname) location.reload();
      else if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { again = false; } finally {
      busy = false;
      if (again) { again = false; refresh(); }
    }
  };

  const listen = () => {
    if (stream || parts(document).length === 0) return;
    stream = new EventSource("/events");
    stream.onmessage = (event) => {
      const news = seen !== null && seen !== event.data;
      seen = event.data;
      if (news) refresh();
    };
  };

  // A hidden window gives its connection back; browsers allow only six to one node.
  const visibility = () => {
    if (document.visibilityState === "visible") listen();
    else if (stream) { stream.close(); stream = null; }
  };

  document.addEventListener("visibilitychange", visibility);
  window.addEventListener("pagehide", () => { if (stream) { stream.close(); stream = null; } });
  window.addEventListener("pageshow", visibility);
  listen();
})();
