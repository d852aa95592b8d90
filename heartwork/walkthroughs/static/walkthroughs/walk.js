/* A walk on a phone that loses its connection.

   What is marked and noted is kept on this phone with each touch, under the person who wrote it and the visit, until the
   server has taken it: over reloads, a lost connection, a sign-in that timed out, and somebody else who uses the phone.
   Nobody else is shown it, and it is sent by whoever wrote it, never under another name: the server looks at `observer`.
   A draft has a name of its own and each sending a key, so that what is sent twice is one walk.

   Without a connection a worker (worker.js) opens the blank page. Who is here is then known from the last page that the
   server sent: signing in or out changes the token beside it, and then nobody is; nor a day later, for a session that is
   over leaves the token as it was. */
"use strict";

(() => {
  const UNSENT = "heartwork-unsent:"; // heartwork.js: stays on the phone when its author signs out
  const AT = "heartwork-walk-at:";
  const WHO = "heartwork-walk-who";
  const RETRY = 5000; // ms
  const PATIENCE = 30000; // ms: an answer that takes longer is none
  const A_DAY = 86400000; // ms
  const form = document.querySelector("form[data-walk]");
  const list = document.querySelector("[data-walks]");
  const here = (form ?? list)?.dataset;
  if (!here) return;

  const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]*)/)?.[1] ?? "";
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const ask = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "null");
    } catch {
      return null;
    }
  };

  /* -- who is here */
  const asServed = here.observer ?? "";
  if (asServed) {
    try {
      localStorage.setItem(WHO, JSON.stringify({ id: asServed, mark: token().slice(0, 8), at: Date.now() }));
    } catch {}
  }
  const who = () => {
    const last = ask(WHO);
    return last?.mark && last.mark === token().slice(0, 8) && Date.now() - last.at < A_DAY ? last.id : "";
  };
  const me = asServed || who();

  /* -- what is kept */
  const visit = window.location.pathname.match(/\/walkthroughs\/([0-9a-f-]{36})\/walk\/$/)?.[1] ?? "";
  const key = `${UNSENT}${me}:walk:${visit}`;
  const state = document.querySelector("[data-walk-state]");
  const tell = (words, isWaiting = true) => {
    if (!state) return;
    if (state.textContent.trim() !== words) state.textContent = words;
    state.classList.toggle("waiting", isWaiting);
  };
  const keep = (draft, where = key) => {
    try {
      localStorage.setItem(where, JSON.stringify(draft));
      return true;
    } catch {
      tell(here.full);
      return false;
    }
  };
  const waiting = () => {
    const mine = Object.keys(localStorage).filter((name) => name.startsWith(`${UNSENT}${me}:walk:`));
    return me ? mine.filter((name) => ask(name)?.sending) : [];
  };

  const valuesOf = () => {
    const data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    data.delete("once");
    data.set("observer", me);
    return Object.fromEntries(data);
  };
  const show = (values) => {
    for (const field of form.elements) {
      if (field.type === "radio") field.checked = values[field.name] === field.value;
      else if (field.name in values && field.type !== "submit") field.value = values[field.name];
    }
  };

  /* -- sending */
  const over = (name, answer) => {
    localStorage.removeItem(name);
    if (form && name === key) window.location.assign(answer.next);
    else if (!waiting().length) tell(here.sent, false);
  };

  /* "changed" when it was pressed again meanwhile: what is kept now goes next. */
  const sendOne = async (name) => {
    const draft = ask(name);
    if (!draft?.sending) return "";
    const response = await fetch(draft.address, {
      method: "POST",
      body: new URLSearchParams(draft.values),
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout?.(PATIENCE),
      headers: { "X-Walk": "1", "HX-Request": "true", "X-CSRFToken": token(), "Idempotency-Key": draft.sending },
    });
    const isAnswer = response.headers.get("Content-Type")?.startsWith("application/json");
    if (ask(name)?.sending !== draft.sending) return "changed";
    if (response.ok && isAnswer) over(name, await response.json());
    else if (response.status === 401 || response.status === 403) tell(here.signedOut);
    else if (response.status >= 500) throw new Error("later");
    else tell(isAnswer ? (await response.json()).said : here.refused);
    return "";
  };

  let timer = 0;
  let isSending = false;
  const send = async () => {
    clearTimeout(timer);
    if (isSending || !waiting().length) return;
    isSending = true;
    let isChanged = false;
    try {
      for (const name of waiting()) if ((await sendOne(name)) === "changed") isChanged = true;
    } catch {
      tell(here.offline);
      timer = setTimeout(send, RETRY);
    }
    isSending = false;
    if (isChanged) send();
  };

  /* -- the page of a walk */
  if (form) {
    const known = me && (asServed || ask(`${AT}${me}:${visit}`));
    if (!known) {
      document.querySelector("[data-unknown]").hidden = false;
      form.hidden = true;
      return;
    }
    const title = document.querySelector("[data-walk-title]");
    if (asServed) keep(title.textContent, `${AT}${me}:${visit}`);
    else title.textContent = known;
    form.elements.observer.value = me;
    if (!form.elements.draft.value) form.elements.draft.value = newKey();

    const bring = () => {
      const draft = ask(key);
      if (draft) show(draft.values);
      return draft;
    };
    const touched = () => {
      const isKept = keep({ values: valuesOf(), address: window.location.pathname });
      if (isKept) tell(here.kept, false);
    };
    const earlier = bring();
    if (earlier) tell(earlier.sending ? here.offline : here.kept, Boolean(earlier.sending));
    form.addEventListener("input", touched);
    window.addEventListener("storage", (event) => {
      if (event.key === key && event.newValue) bring(); // written in another tab
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!keep({ values: valuesOf(), address: window.location.pathname, sending: newKey() })) return asServed ? form.submit() : undefined;
      tell(here.sending, false);
      send();
    });
  }

  window.addEventListener("online", send);
  send();

  /* -- the worker: where the browser has none, words are kept all the same, and the page must stay open */
  if (here.worker && navigator.serviceWorker) {
    navigator.serviceWorker
      .register(here.worker)
      .then(() => navigator.serviceWorker.ready)
      .then(() => document.querySelector("[data-walk-ready]")?.removeAttribute("hidden"))
      .catch(() => {});
  }
})();
