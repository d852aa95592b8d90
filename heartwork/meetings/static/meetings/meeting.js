/* A meeting on many screens: when it changes, each screen follows.

   The server tells by a stream of events, or is asked every two seconds where no stream can be kept open. What others
   have changed is swapped in place ([data-live] elements, by id); another stage brings the whole meeting anew. Words
   that are being typed stay: they are in this tab's own keeping until the server has them (autosave.js). */
"use strict";

(() => {
  const ASK_EVERY = 2000; // ms, without a stream
  let isBusy = false;
  let isAgain = false;
  const root = () => document.querySelector("[data-meeting]");

  const swap = (old, fresh) => {
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    const node = document.importNode(fresh, true);
    old.replaceWith(node);
    window.htmx?.process(node);
    if (focused) document.getElementById(focused)?.focus();
  };

  /* Somebody who types in a part that others change goes on typing; the part follows once they leave it. */
  const isTyping = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

  const take = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-meeting]");
    const here = root();
    if (!fresh || !here) return window.location.reload();
    if (fresh.dataset.stage !== here.dataset.stage) {
      swap(here, fresh);
      document.dispatchEvent(new Event("heartwork:fresh"));
      window.scrollTo(0, 0);
      if (!document.body.classList.contains("projector")) document.getElementById("main")?.focus();
      return;
    }
    here.dataset.meeting = fresh.dataset.meeting;
    for (const part of fresh.querySelectorAll("[data-live]")) {
      const old = document.getElementById(part.id);
      if (old && !isTyping(old) && old.outerHTML !== part.outerHTML) swap(old, part);
    }
  };

  const follow = async () => {
    if (isBusy) {
      isAgain = true;
      return;
    }
    isBusy = true;
    try {
      const response = await fetch(window.location.href, { credentials: "same-origin", headers: { "X-Follows": "1" } });
      if (response.redirected) window.location.assign(response.url);
      else if (response.ok) take(await response.text());
    } catch {
      setTimeout(follow, ASK_EVERY);
    }
    isBusy = false;
    if (isAgain) {
      isAgain = false;
      follow();
    }
  };

  const heard = (news) => {
    const here = root();
    if (here && (String(news.changes) !== here.dataset.meeting || news.stage !== here.dataset.stage)) follow();
  };

  const ask = async () => {
    const here = root();
    if (!here) return;
    try {
      const response = await fetch(here.dataset.news, { credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (response.ok) heard(await response.json());
      else if (response.status === 404) window.location.reload();
    } catch {}
    setTimeout(ask, ASK_EVERY);
  };

  const listen = () => {
    const stream = new EventSource(root().dataset.stream);
    stream.addEventListener("message", (event) => heard(JSON.parse(event.data)));
    /* Closed for good (no stream here): ask instead. A lost connection is tried again by the browser itself. */
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) ask();
    });
  };

  /* What one does oneself comes back without leaving the page, but for what makes it another page (data-whole). */
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.closest("[data-meeting]") || "autosave" in form.dataset || "whole" in form.dataset || event.defaultPrevented) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    event.submitter?.setAttribute("aria-disabled", "true");
    try {
      const response = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
      const where = new URL(response.url);
      if (where.pathname === window.location.pathname && response.ok) {
        const html = await response.text();
        tell(html);
        for (const field of form.querySelectorAll("input[type=text]")) field.value = "";
        take(html);
      } else window.location.assign(response.url);
    } catch {
      event.submitter?.removeAttribute("aria-disabled");
      form.querySelector("[data-offline-said]")?.removeAttribute("hidden");
    }
  });

  /* What the server said of it ("write one line …") is shown where messages stand. */
  const tell = (html) => {
    const said = new DOMParser().parseFromString(html, "text/html").querySelector("main > [role=status]");
    document.querySelector("main > [role=status]")?.remove();
    if (said) document.getElementById("main").prepend(document.importNode(said, true));
  };

  /* Saved words change one's own lines. */
  document.addEventListener("heartwork:saved", follow);

  const begin = () => {
    if (!root()) return;
    if (window.EventSource) listen();
    else ask();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
