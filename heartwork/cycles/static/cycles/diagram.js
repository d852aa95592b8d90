/* Dragging in a driver diagram: what is dropped on something moves under it, by the same form that the buttons use. */
"use strict";

document.documentElement.classList.add("drags");

let dragged = null;
let target = null;

const nodeAt = (x, y) => document.elementFromPoint(x, y)?.closest(".node");

/* Ideas go under any driver, drivers under a primary one. */
const takes = (node) => {
  if (!node || node === dragged || dragged.contains(node)) return false;
  return dragged.dataset.idea ? Boolean(node.dataset.driver) : Boolean(node.dataset.under);
};

const mark = (node) => {
  target?.classList.remove("target");
  target = node;
  target?.classList.add("target");
};

const letGo = () => {
  mark(null);
  dragged?.classList.remove("dragged");
  dragged = null;
};

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button) return;
  event.preventDefault();
  dragged = handle.closest(".node");
  dragged.classList.add("dragged");
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const node = nodeAt(event.clientX, event.clientY);
  mark(takes(node) ? node : null);
});

document.addEventListener("pointerup", () => {
  if (!dragged) return;
  if (target) {
    const form = document.querySelector("form[data-mover]");
    form.elements.driver.value = dragged.dataset.driver || "";
    form.elements.idea.value = dragged.dataset.idea || "";
    form.elements.under.value = target.dataset.driver;
    form.requestSubmit();
  }
  letGo();
});

document.addEventListener("pointercancel", letGo);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") letGo();
});
