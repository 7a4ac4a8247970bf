// Says how many vehicles are chosen for a bulk change; everything works without it.
"use strict";

function countChosen() {
  const bar = document.querySelector("form[data-bulk]");
  if (!bar) { return; }
  const counter = bar.querySelector("[data-bulk-count]");
  const ticked = document.querySelectorAll("input[type=checkbox][name=vehicle]:checked").length;
  const everything = bar.elements.everything.checked;
  counter.hidden = false;
  counter.querySelector("strong").textContent = everything ? counter.dataset.total : ticked;
}
document.addEventListener("change", countChosen);
document.addEventListener("htmx:afterSwap", countChosen);
window.addEventListener("pageshow", countChosen);
