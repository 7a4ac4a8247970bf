// Drags photos into order, by mouse anywhere on the picture, by touch or pen at the grip. The buttons
// under each photo do the same without script.
"use strict";

(() => {
  const FAR = 6; // pixels before a press becomes a drag
  let drag = null; // { photo, list, order, x, y, moves }

  function orderOf(list) {
    return Array.from(list.children, (each) => each.dataset.photo).join(",");
  }

  function start(event) {
    const handle = event.target instanceof Element && event.target.closest(".photo-grip, .photo-picture");
    if (!handle || event.button !== 0 || drag) { return; }
    // On a phone the picture scrolls the page; the grip is for moving.
    if (event.pointerType !== "mouse" && !handle.matches(".photo-grip")) { return; }
    const photo = handle.closest(".photo");
    const list = photo.parentElement;
    drag = { photo, list, order: orderOf(list), x: event.clientX, y: event.clientY, moves: false };
    if (handle.matches(".photo-grip")) { event.preventDefault(); }
  }

  function move(event) {
    if (!drag) { return; }
    if (!drag.moves) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) { return; }
      drag.moves = true;
      drag.photo.classList.add("dragged");
      document.documentElement.classList.add("dragging");
    }
    event.preventDefault();
    const below = document.elementFromPoint(event.clientX, event.clientY);
    const target = below && below.closest(".photo");
    if (!target || target === drag.photo || target.parentElement !== drag.list) { return; }
    const photos = Array.from(drag.list.children);
    const after = photos.indexOf(drag.photo) < photos.indexOf(target);
    target.insertAdjacentElement(after ? "afterend" : "beforebegin", drag.photo);
  }

  function finish(keeps) {
    if (!drag) { return; }
    const { list, order, photo, moves } = drag;
    drag = null;
    photo.classList.remove("dragged");
    document.documentElement.classList.remove("dragging");
    if (!moves) { return; }
    if (!keeps) { restore(list, order); return; }
    // The click that ends a drag must not open the picture.
    window.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); }, { capture: true, once: true });
    const now = orderOf(list);
    if (now === order) { return; }
    window.htmx.ajax("POST", list.dataset.arrange, { target: "#_album", swap: "outerHTML", values: { order: now } });
  }

  function restore(list, order) {
    order.split(",").forEach((id) => list.append(list.querySelector(`[data-photo="${id}"]`)));
  }

  document.addEventListener("pointerdown", start);
  document.addEventListener("pointermove", move, { passive: false });
  document.addEventListener("pointerup", () => finish(true));
  document.addEventListener("pointercancel", () => finish(false));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { finish(false); } });

  // A button at rest is there for the focus only.
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest(".photo-acts [aria-disabled]")) { event.preventDefault(); }
  });

  // What is being dragged is not replaced by a refresh.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (drag && event.detail.target.id === "_album") { event.detail.shouldSwap = false; }
  });
})();
