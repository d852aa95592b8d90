/* What pages add to plain forms: nothing here is needed to do the work. */
"use strict";

/* Print buttons. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/* A swapped part keeps the keyboard where the person was. */
document.addEventListener("htmx:afterSwap", () => {
  const wanted = document.querySelector("[data-focus]");
  if (wanted) wanted.focus();
});

/* Each request that changes something acts once: a form's key stays the same until it was answered. */
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
document.addEventListener("htmx:configRequest", (event) => {
  const { verb, headers, parameters } = event.detail;
  if (verb !== "get" && !parameters.once) headers["Idempotency-Key"] = newKey();
});
const renew = (form) => {
  if (form?.elements.once) form.elements.once.value = newKey();
};
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) renew(event.detail.elt.closest("form"));
});
document.addEventListener("heartwork:answered", (event) => renew(event.target)); // sent by a script of ours

/* A tap that comes while something is on its way waits its turn: the answer puts a new button in the place of its own. */
const waiting = [];
const isBusy = () => document.querySelector("main :is(.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added)");
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest("button.tap[id]");
    if (!button || !isBusy()) return;
    event.preventDefault();
    event.stopPropagation();
    waiting.push(button.id);
  },
  true
);
const nextTap = () => {
  if (waiting.length && !isBusy()) document.getElementById(waiting.shift())?.click();
};
document.addEventListener("htmx:afterRequest", () => setTimeout(nextTap));
document.addEventListener("htmx:afterSettle", () => setTimeout(nextTap));

/* A signed-out session: the server answers 401 with the address to sign in, and htmx goes there. Not while something is
   typed: a form that was sent goes again as a plain form, which the server carries through signing in; and what a page
   asks by itself leads nobody away from what they are typing. */
let isTyped = false;
document.addEventListener("input", (event) => {
  if (event.target.matches("textarea, input, select")) isTyped = true;
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401) return;
  const { verb, formData, headers } = event.detail.requestConfig;
  if (verb === "get") {
    if (isTyped) event.preventDefault();
    return;
  }
  const fields = [...formData.entries()];
  if (fields.some(([, value]) => typeof value !== "string")) return; // files cannot be kept
  event.preventDefault();
  const form = document.createElement("form");
  form.method = "post";
  form.action = event.detail.pathInfo.requestPath;
  form.hidden = true;
  if (!formData.has("csrfmiddlewaretoken")) fields.push(["csrfmiddlewaretoken", headers["X-CSRFToken"] ?? ""]);
  for (const [name, value] of fields) {
    const field = form.appendChild(document.createElement("textarea"));
    field.name = name;
    field.value = value;
  }
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
});

/* What a page asks by itself is no sign of life of a person. */
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.triggeringEvent) event.detail.headers["X-Unattended"] = "1";
});

/* Two minutes before a session ends for want of a sign of life, one button lets it go on. */
{
  const notice = document.getElementById("still-here");
  if (notice) {
    const wait = (notice.dataset.seconds - 120) * 1000;
    let timer = setTimeout(() => (notice.hidden = false), wait);
    const alive = () => {
      notice.hidden = true;
      clearTimeout(timer);
      timer = setTimeout(() => (notice.hidden = false), wait);
    };
    notice.querySelector("button").addEventListener("click", async () => {
      try {
        if ((await fetch(notice.dataset.address, { redirect: "error", credentials: "same-origin" })).ok) alive();
      } catch {
        notice.hidden = true; // over already: what is typed goes along when it is sent
      }
    });
    document.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.successful && event.detail.requestConfig.triggeringEvent) alive();
    });
  }
}

/* Signing out clears what the browser keeps (roster/sign_in_views.py). What was written here without a connection and
   waits to be sent stays, under the name of whoever wrote it; all else goes. */
const UNSENT = "heartwork-unsent:";
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-signs-out]")) return;
  if (!Object.keys(localStorage).some((name) => name.startsWith(UNSENT))) return;
  sessionStorage.clear();
  for (const name of Object.keys(localStorage)) if (!name.startsWith(UNSENT)) localStorage.removeItem(name);
  const field = event.target.appendChild(document.createElement("input"));
  [field.type, field.name, field.value] = ["hidden", "unsent", "1"];
});

/* Bringing files: too much is said before it is sent, and one sees how much has arrived. */
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-limit-mb]");
  if (!field) return;
  const bytes = Array.from(field.files).reduce((sum, file) => sum + file.size, 0);
  field.setCustomValidity(bytes > field.dataset.limitMb * 2 ** 20 ? field.dataset.tooLarge : "");
  field.reportValidity();
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest("[data-upload]");
  if (!form || !event.detail.lengthComputable) return;
  form.querySelector(".uploading").hidden = false;
  form.querySelector("progress").value = (100 * event.detail.loaded) / event.detail.total;
});
