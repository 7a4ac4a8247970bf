// Finds optionals by typing, wherever a form lists them in groups; without it all of them are shown.
"use strict";

(() => {
  function isFind(element) { return element.id === "optional-find"; }
  function fold(text) { return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase(); }

  function sift(find) {
    const words = fold(find.value).split(/\s+/).filter(Boolean);
    find.form.querySelectorAll(".optionals").forEach((group) => {
      let shown = 0;
      group.querySelectorAll("[data-words]").forEach((each) => {
        const known = fold(`${each.dataset.words} ${each.textContent}`);
        each.hidden = !words.every((word) => known.includes(word));
        shown += each.hidden ? 0 : 1;
      });
      group.hidden = shown === 0;
    });
  }

  function reveal() {
    document.querySelectorAll(".optional-find").forEach((each) => { each.hidden = false; });
  }

  document.addEventListener("input", (event) => { if (isFind(event.target)) { sift(event.target); } });
  // Enter in the search looks up; it never sends the form.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && isFind(event.target)) { event.preventDefault(); }
  });
  // What the browser kept in the search after going back is looked up again.
  window.addEventListener("pageshow", () => {
    const find = document.getElementById("optional-find");
    if (find && find.value) { sift(find); }
  });
  document.addEventListener("htmx:afterSwap", reveal);
  reveal();
})();
