// On a draft: the form of another choice comes at once, and what it would be (notice, moment) is worked out again while dates are typed.
// Without this file the buttons "Show its form" and "Look ahead" do the same.
(() => {
  "use strict";
  const WAIT = 600;
  let timer = null;
  let asked = 0;

  const ready = () => {
    const form = document.querySelector("form[data-desk]");
    if (!form) return;
    form.querySelectorAll("[data-quiet], [data-look]").forEach((button) => { button.hidden = true; });
  };

  const look = async (form) => {
    const data = new FormData(form);
    data.append("do", "look");
    const mine = ++asked;
    const answer = await fetch(location.href, { method: "POST", body: data, credentials: "same-origin" });
    if (!answer.ok || mine !== asked) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-ahead]");
    const shown = document.querySelector("[data-ahead]");
    if (fresh && shown && fresh.innerHTML !== shown.innerHTML) shown.innerHTML = fresh.innerHTML;
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-desk]");
    if (!form) return;
    if (event.target.name === "choice") { form.requestSubmit(form.querySelector("[data-quiet]")); return; }
    clearTimeout(timer);
    timer = setTimeout(() => look(form).catch(() => {}), WAIT);
  });
  new MutationObserver(ready).observe(document.documentElement, { childList: true, subtree: true });
  ready();
})();
