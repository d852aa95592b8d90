/* Passkeys: <form data-passkey="create | get | sign-in"> with a hidden `credential` and one button.

   What the device is asked stands in #passkey-options; at sign-in it is fetched when the button is pressed, since nobody
   knows yet who asks. The form is hidden until this script runs on a browser that can do it. */
"use strict";

(() => {
  if (!window.webauthnJSON?.supported()) return;

  const fetched = async (address) => {
    const response = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok) throw new Error("no options");
    return (await response.json()).request_options;
  };
  const written = () => JSON.parse(document.getElementById("passkey-options").textContent);

  /* One that signs in alone: the device keeps it, and asks who it is. */
  const alone = (options) => {
    Object.assign(options.publicKey.authenticatorSelection, {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    });
    return options;
  };

  const ask = {
    create: async () => webauthnJSON.create(alone(written())),
    get: async () => webauthnJSON.get(written()),
    "sign-in": async (form) => webauthnJSON.get(await fetched(form.action)),
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const trouble = form.querySelector("[data-trouble]");
    form.querySelector("button").addEventListener("click", async () => {
      trouble.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await ask[form.dataset.passkey](form));
      } catch {
        trouble.hidden = false;
        return;
      }
      form.submit();
    });
  }
})();
