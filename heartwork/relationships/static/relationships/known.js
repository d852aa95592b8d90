/* Boxes of students whom one knows well: each tap goes into the words that autosave.js keeps and saves, and what it has
   kept or joined from another window goes back into the boxes. The search hides whoever is not called so. */
"use strict";

(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const area = form.querySelector("textarea");
  const boxes = [...form.querySelectorAll("[data-known]")];
  const search = document.getElementById("find");
  const count = document.getElementById("how-many");

  const tell = () => (count.textContent = boxes.filter((box) => box.checked).length);
  const show = () => {
    const chosen = new Set(area.value.split("\n"));
    for (const box of boxes) box.checked = chosen.has(box.value);
    tell();
  };
  for (const box of boxes) box.removeAttribute("name"); // the words say it
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-known]")) return;
    area.value = boxes.filter((box) => box.checked).map((box) => box.value).join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    tell();
  });
  document.addEventListener("heartwork:saved", show);
  show();

  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const find = () => {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const group of form.querySelectorAll("[data-group]")) {
      const where = plain(group.dataset.group);
      let shown = 0;
      for (const label of group.querySelectorAll("label")) {
        const is = wanted.every((word) => plain(label.textContent).includes(word) || where.includes(word));
        label.hidden = !is;
        if (is) shown += 1;
      }
      group.hidden = !shown;
      found += shown;
    }
    document.getElementById("nobody-found").hidden = found > 0;
  };
  search.closest("[hidden]").hidden = false;
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.querySelector("[data-group]:not([hidden]) label:not([hidden]) [data-known]")?.focus();
  });
})();
