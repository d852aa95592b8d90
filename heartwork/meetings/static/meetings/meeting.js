/* A meeting on many screens: when it changes, each screen follows.

   The server tells by a stream of events, or is asked every two seconds where no stream can be kept open. What others
   have changed is swapped in place ([data-live] elements, by id); another stage, or parts that come or go, bring the
   whole meeting anew. Words that are being typed stay: they are in this tab's own keeping until the server has them
   (autosave.js), and what was typed in a line stays in its field until the server has taken it. */
"use strict";

(() => {
  const ASK_EVERY = 2000; // ms, without a stream
  const UNATTENDED = { "X-Unattended": "1" }; // what a page asks by itself is no sign of life of a person
  let isBusy = false;
  let isAgain = false;
  const root = () => document.querySelector("[data-meeting]");
  const read = (html) => new DOMParser().parseFromString(html, "text/html");

  const swap = (old, fresh) => {
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    const node = document.importNode(fresh, true);
    old.replaceWith(node);
    window.htmx?.process(node);
    if (focused) document.getElementById(focused)?.focus();
  };

  /* Somebody who types in a part that others change goes on typing; the part follows once they leave it. */
  const isTyping = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

  /* What a form carries to be sent once and from here is new each time, and says nothing. */
  const bare = (part) => part.outerHTML.replace(/ value="[\w-]{16,}"/g, "");

  const parts = (meeting) => [...meeting.querySelectorAll("[data-live]")].map((part) => part.id).join();

  const takeWhole = (here, fresh) => {
    swap(here, fresh);
    document.dispatchEvent(new Event("heartwork:fresh"));
  };

  const take = (page) => {
    const fresh = page.querySelector("[data-meeting]");
    const here = root();
    if (!fresh || !here) return window.location.reload();
    if (fresh.dataset.stage !== here.dataset.stage) {
      takeWhole(here, fresh);
      window.scrollTo(0, 0);
      if (!document.body.classList.contains("projector")) document.getElementById("main")?.focus();
      return;
    }
    if (parts(fresh) !== parts(here) && !isTyping(here)) return takeWhole(here, fresh);
    here.dataset.meeting = fresh.dataset.meeting;
    for (const part of fresh.querySelectorAll("[data-live]")) {
      const old = document.getElementById(part.id);
      if (old && !isTyping(old) && bare(old) !== bare(part)) swap(old, part);
    }
  };

  const follow = async () => {
    if (isBusy) {
      isAgain = true;
      return;
    }
    isBusy = true;
    try {
      const response = await fetch(window.location.href, { credentials: "same-origin", headers: UNATTENDED });
      if (response.redirected) window.location.assign(response.url);
      else if (response.ok) take(read(await response.text()));
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
      const response = await fetch(here.dataset.news, { credentials: "same-origin", headers: { ...UNATTENDED, "HX-Request": "true" } });
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

  /* What the server said of it ("write one line …") is shown where messages stand; whether it said anything. */
  const tell = (said) => {
    document.querySelector("main > [role=status]")?.remove();
    if (said) document.getElementById("main").prepend(document.importNode(said, true));
    return Boolean(said);
  };

  const send = async (form, body) => {
    root().querySelector("[data-offline]").hidden = true;
    try {
      const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (new URL(response.url).pathname !== window.location.pathname || !response.ok) return window.location.assign(response.url);
      const page = read(await response.text());
      form.dispatchEvent(new Event("heartwork:answered", { bubbles: true }));
      if (!tell(page.querySelector("main > [role=status]"))) for (const field of form.querySelectorAll("input[type=text]")) field.value = "";
      take(page);
    } catch {
      root().querySelector("[data-offline]").hidden = false; // what was typed is still in its field
    }
  };

  /* What one does oneself comes back without leaving the page, but for what makes it another page (data-whole). Quick
     taps are sent one after the other, and none is lost. */
  let last = Promise.resolve();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("[data-meeting]") || "autosave" in form.dataset || "whole" in form.dataset || event.defaultPrevented) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    last = last.then(() => send(form, body));
  });

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
