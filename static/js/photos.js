// Drags photos into order; the buttons under each photo do the same without script.
"use strict";

let dragged = null;

function photoOf(event) {
  return event.target instanceof Element ? event.target.closest(".photo") : null;
}

function clearTargets() {
  document.querySelectorAll(".photo.target").forEach((photo) => photo.classList.remove("target"));
}

// Only pointers that drag well get it; on a phone the buttons are better.
document.addEventListener("pointerover", (event) => {
  const photo = photoOf(event);
  if (photo && event.pointerType === "mouse") { photo.draggable = true; }
});

document.addEventListener("dragstart", (event) => {
  dragged = photoOf(event);
  if (dragged) { dragged.classList.add("dragged"); event.dataTransfer.effectAllowed = "move"; }
});

document.addEventListener("dragover", (event) => {
  const photo = photoOf(event);
  if (!dragged || !photo) { return; }
  event.preventDefault();
  clearTargets();
  photo.classList.add("target");
});

document.addEventListener("dragend", () => {
  clearTargets();
  if (dragged) { dragged.classList.remove("dragged"); dragged = null; }
});

document.addEventListener("drop", (event) => {
  const photo = photoOf(event);
  if (!dragged || !photo || photo === dragged) { return; }
  event.preventDefault();
  const list = photo.parentElement;
  const photos = Array.from(list.children);
  const after = photos.indexOf(dragged) < photos.indexOf(photo);
  photo.insertAdjacentElement(after ? "afterend" : "beforebegin", dragged);
  const order = Array.from(list.children, (each) => each.dataset.photo).join(",");
  window.htmx.ajax("POST", list.dataset.arrange, { target: "#_album", swap: "outerHTML", values: { order } });
});
