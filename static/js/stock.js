// The stock list: what only a script can do, and what a new filter must put right.
"use strict";

(() => {
  // What needs a script is hidden until there is one; the list is replaced by every filter.
  function reveal() {
    document.querySelectorAll("[data-with-script]").forEach((each) => { each.hidden = false; });
  }

  // The box above the list says whether all, some or none of the page are selected.
  function count() {
    const all = document.querySelector("[data-pick-all=vehicle]");
    if (!all) { return; }
    const boxes = [...document.querySelectorAll("#_stock_list input[name=vehicle]")];
    const picked = boxes.filter((box) => box.checked).length;
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
  }

  // A field that is being corrected no longer says what was wrong with it.
  function forgive(field) {
    const box = field.closest("#stock-filters .field.wrong");
    if (!box) { return; }
    box.classList.remove("wrong");
    box.querySelectorAll(".errors").forEach((each) => each.remove());
    field.removeAttribute("aria-invalid");
  }

  function closeChips(except) {
    document.querySelectorAll("details.ad-chip[open]").forEach((chip) => {
      if (chip !== except) { chip.open = false; }
    });
  }

  document.addEventListener("DOMContentLoaded", () => { reveal(); count(); });
  document.addEventListener("htmx:afterSettle", () => { reveal(); count(); });
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=checkbox]")) { count(); }
  });
  document.addEventListener("input", (event) => forgive(event.target));
  document.addEventListener("click", (event) => closeChips(event.target.closest("details.ad-chip")));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.ad-chip[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
})();
