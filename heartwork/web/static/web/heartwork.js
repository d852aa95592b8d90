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

/* A signed-out session: the server answers 401 with the address to sign in. */
document.addEventListener("htmx:responseError", (event) => {
  const away = event.detail.xhr.getResponseHeader("HX-Redirect");
  if (away) window.location.assign(away);
});
