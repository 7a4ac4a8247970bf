// Small comforts on top of pages that work without any script.
"use strict";

// A box with data-pick-all ticks every box of the same form named like its value.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[data-pick-all]")) {
    const name = box.dataset.pickAll;
    document.querySelectorAll(`input[type=checkbox][name="${name}"]`).forEach((each) => {
      each.checked = box.checked;
    });
  }
  // A filter applies at once; the button stays for those without script.
  if (box.matches("form[data-auto] select, form[data-auto] input[type=checkbox]")) {
    box.form.requestSubmit();
  }
});

// Menus close on Escape, on a click elsewhere, and when the focus goes on.
function closeMenus(except) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu !== except) { menu.removeAttribute("open"); }
  });
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") { return; }
  const open = document.querySelector("details.menu[open]");
  if (open) { open.removeAttribute("open"); open.querySelector("summary").focus(); }
});

// A message of a fix leads to a field: what is folded around it opens.
function openAround() {
  const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
  if (!target || target.matches("main")) { return; } // the skip link leads to the page, not to a field
  for (let node = target.closest("details"); node; node = node.parentElement.closest("details")) {
    node.open = true;
  }
  target.scrollIntoView({ block: "center" });
  const input = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
  if (input) { input.focus({ preventScroll: true }); }
}
window.addEventListener("hashchange", openAround);
window.addEventListener("load", openAround);
