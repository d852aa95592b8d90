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

/* A signed-out session: the server answers 401 with the address to sign in. */
document.addEventListener("htmx:responseError", (event) => {
  const away = event.detail.xhr.getResponseHeader("HX-Redirect");
  if (away) window.location.assign(away);
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
