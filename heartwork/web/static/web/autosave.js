/* Words are saved as they are typed: any <form data-autosave="whose"> with one textarea that has an id, `version` and `window` fields.

   The server answers {text, version, said}. Until it has, the words stay in this tab's session storage, so that a
   reload or a lost connection loses nothing; then they are cleared, for computers are shared. One save at a time, in
   order. When words were also saved from another window the server has joined both, and the textarea takes them in.
   Without this script the form is a plain form with a button. */
"use strict";

(() => {
  const PAUSE = 600; // ms after the last key
  const RETRY = 4000; // ms until a failed save is tried again
  const PREFIX = "heartwork-words:";
  const WINDOW = Math.random().toString(36).slice(2) + Date.now().toString(36);

  const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]*)/)?.[1];

  const watch = (form) => {
    if (form.watched) return;
    form.watched = true;
    const area = form.querySelector("textarea");
    const state = form.querySelector("[data-saved]");
    const version = form.elements.version;
    const key = PREFIX + form.dataset.autosave + ":" + form.action + ":" + area.id;
    let kept = area.value; // what the server has
    let timer = 0;
    let isSaving = false;
    let isRefused = false;
    form.elements.window.value = WINDOW;
    form.querySelector("[data-plain]")?.setAttribute("hidden", "");
    if (area.readOnly) return;

    const tell = (words, isWaiting) => {
      if (state.textContent.trim() !== words) state.textContent = words;
      state.classList.toggle("waiting", isWaiting);
    };

    /* Session storage may be full or forbidden; then the words are in the page only. */
    const keepHere = () => {
      try {
        if (area.value === kept) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, JSON.stringify({ text: area.value, version: version.value, window: form.elements.window.value }));
      } catch {}
    };

    const later = (delay) => {
      clearTimeout(timer);
      timer = setTimeout(save, delay);
    };

    const failed = (words, delay) => {
      tell(words, true);
      if (delay) later(delay);
    };

    const taken = (sent, answer) => {
      kept = answer.text;
      if (area.value === sent) {
        if (answer.text !== sent) area.value = answer.text;
      } else if (answer.text !== sent && answer.text.endsWith(sent)) {
        /* More was typed while the server joined two texts: the new words go on after both. */
        area.value = answer.text.slice(0, answer.text.length - sent.length) + area.value;
      } else if (answer.text !== sent) {
        return; // the version stays the old one, so that the next save joins them too
      }
      version.value = answer.version;
    };

    const body = () => {
      const data = new FormData(form);
      data.delete("csrfmiddlewaretoken");
      return data;
    };

    const send = (isLast) =>
      fetch(form.action, {
        method: "POST",
        body: body(),
        keepalive: isLast,
        credentials: "same-origin",
        headers: { "X-Autosave": "1", "HX-Request": "true", "X-CSRFToken": token() ?? form.elements.csrfmiddlewaretoken?.value ?? "" },
      });

    async function save() {
      clearTimeout(timer);
      if (isSaving || isRefused || area.value === kept) return;
      isSaving = true;
      const sent = area.value;
      tell(state.dataset.saving, false);
      let response;
      try {
        response = await send(false);
      } catch {
        isSaving = false;
        failed(state.dataset.offline, RETRY);
        return;
      }
      isSaving = false;
      if (response.ok && response.headers.get("Content-Type")?.startsWith("application/json")) {
        const answer = await response.json();
        taken(sent, answer);
        keepHere();
        tell(answer.said, false);
        document.dispatchEvent(new Event("heartwork:saved"));
        if (area.value !== kept) later(PAUSE);
      } else if (response.status === 401 || response.status === 403) {
        failed(state.dataset.signedOut, RETRY * 3);
      } else if (response.status >= 500) {
        failed(state.dataset.offline, RETRY);
      } else {
        isRefused = true;
        failed(state.dataset.refused, 0);
      }
    }

    area.addEventListener("input", () => {
      keepHere();
      later(PAUSE);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save();
    });
    window.addEventListener("online", () => later(0));
    /* Leaving the page: what is not saved yet goes out behind it. */
    window.addEventListener("pagehide", () => {
      if (!isRefused && area.value !== kept) send(true).catch(() => {});
    });

    /* Words that were typed in this tab and never reached the server. */
    try {
      const found = JSON.parse(sessionStorage.getItem(key) ?? "null");
      if (found && found.text !== kept) {
        area.value = found.text;
        version.value = found.version;
        form.elements.window.value = found.window;
        later(0);
      }
    } catch {}
  };

  /* A signed-out poll would lead to the sign-in page: not while words wait here. */
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const isWaiting = Object.keys(sessionStorage).some((key) => key.startsWith(PREFIX));
    if (event.detail.xhr.status === 401 && isWaiting) event.preventDefault();
  });

  const begin = () => {
    const forms = document.querySelectorAll("form[data-autosave]");
    /* Someone else's words have no business in this tab. */
    try {
      const mine = PREFIX + (forms[0]?.dataset.autosave ?? "") + ":";
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX) && !key.startsWith(mine)) sessionStorage.removeItem(key);
    } catch {}
    forms.forEach(watch);
  };
  document.addEventListener("heartwork:fresh", begin); // forms that came after the page
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
