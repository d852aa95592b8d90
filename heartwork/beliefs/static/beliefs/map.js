/* Drawing on one's own map: from one box to another, by the same form that the lists use. */
"use strict";

(() => {
  document.documentElement.classList.add("drags");
  const ORDER = ["belief", "action", "outcome"];
  let from = null;
  let line = null;

  const partAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest(".draws [data-part]");
  const inMap = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(from.ownerSVGElement.getScreenCTM().inverse());

  const letGo = () => {
    line?.remove();
    from = line = null;
  };

  document.addEventListener("pointerdown", (event) => {
    const part = event.target.closest(".draws [data-part]");
    if (!part || event.button) return;
    event.preventDefault();
    from = part;
    line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("class", "link drawing");
    from.ownerSVGElement.append(line);
  });

  document.addEventListener("pointermove", (event) => {
    if (!from?.isConnected) return letGo();
    const box = from.querySelector("rect").getBBox();
    const to = inMap(event);
    line.setAttribute("d", `M${box.x + box.width / 2} ${box.y + box.height / 2}L${to.x} ${to.y}`);
  });

  document.addEventListener("pointerup", (event) => {
    const to = from?.isConnected && partAt(event);
    const form = document.querySelector("form[data-links]");
    if (to && form && to.dataset.kind !== from.dataset.kind) {
      const [start, end] = [from, to].sort((a, b) => ORDER.indexOf(a.dataset.kind) - ORDER.indexOf(b.dataset.kind));
      form.elements.start.value = start.dataset.part;
      form.elements.end.value = end.dataset.part;
      form.requestSubmit(form.querySelector("button[name=do]"));
    }
    letGo();
  });

  document.addEventListener("pointercancel", letGo);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") letGo();
  });
})();
