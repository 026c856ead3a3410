// Adds and removes lines of a form without leaving the place one is at. The same buttons work without this file: they send the page.
(() => {
  "use strict";
  const shown = "form[data-form]";

  const swap = async (form, button) => {
    const data = new FormData(form, button);
    const answer = await fetch(form.action || location.href, { method: "POST", body: data, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(shown);
    if (!answer.ok || !fresh) { form.requestSubmit(button); return; }
    form.replaceWith(document.importNode(fresh, true));
    land(button.value);
  };

  // Where the officer goes on: the new line, or the table a line was taken from.
  const land = (value) => {
    const [action, part] = value.split("/");
    const table = document.getElementById(`f-${part}`);
    const rows = table ? table.querySelectorAll("tbody > tr[id]") : [];
    const field = action !== "remove" && rows.length ? rows[rows.length - 1].querySelector("input:not([type=hidden]), select, textarea") : null;
    (field || table || document.querySelector(shown)).focus();
  };

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.target.matches(shown) || !button || button.name !== "row" || button.dataset.sent) return;
    event.preventDefault();
    button.dataset.sent = "1";
    swap(event.target, button).catch(() => event.target.requestSubmit(button));
  });
})();
