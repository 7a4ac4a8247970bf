// The vehicle's form with script: what the catalogue knows is filled in at once, optionals are
// found by typing, and a message leads to its field. The page works without any of this.
"use strict";

(() => {
  const form = document.getElementById("vehicle-form");

  // Leads to a field: opens what is folded around it, and puts the cursor there.
  function lead(id) {
    const target = document.getElementById(id);
    if (!target) { return; }
    for (let node = target.closest("details"); node; node = node.parentElement.closest("details")) {
      node.open = true;
    }
    const input = target.matches("input, select, textarea") ? target
      : target.querySelector("input:not([type=hidden]), select, textarea");
    target.scrollIntoView({ block: "center" });
    if (input) { input.focus({ preventScroll: true }); }
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-leads], #_form_errors a[href^='#']");
    if (!link) { return; }
    event.preventDefault();
    lead(link.getAttribute("href").slice(1));
  });
  const errors = document.querySelector("#_form_errors .notice");
  if (errors) {
    errors.tabIndex = -1;
    errors.focus();
  }

  // Placeholders of a template are put where the cursor is.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    const text = document.getElementById("id_text");
    if (!button || !text) { return; }
    text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.form.dispatchEvent(new Event("text-inserted"));
  });

  if (!form) { return; }

  // What a person typed is never replaced; what was filled in here follows the next choice.
  const filledHere = new Map();
  function fieldOf(name) { return form.querySelector(`#id_${name}`); }
  function labelOf(field) {
    const label = form.querySelector(`label[for="${field.id}"]`);
    return label ? label.textContent.replace("*", "").trim() : "";
  }
  function fill(name, value) {
    const field = fieldOf(name);
    if (!field || (field.value && filledHere.get(name) !== field.value)) { return ""; }
    field.value = value;
    if (field.value !== value) { return ""; }
    filledHere.set(name, value);
    return value ? labelOf(field) : "";
  }
  function choose(radio) {
    const known = {};
    for (const [key, value] of Object.entries(radio.dataset)) {
      // data-fill-year_model is fillYear_model: only a dash makes the next letter a capital.
      if (key.startsWith("fill")) { known[key.charAt(4).toLowerCase() + key.slice(5)] = value; }
    }
    for (const name of filledHere.keys()) {
      if (!(name in known)) { fill(name, ""); }
    }
    const filled = Object.entries(known).map(([name, value]) => fill(name, value)).filter(Boolean);
    const note = document.getElementById("_filled");
    note.textContent = filled.length ? `${note.dataset.text} ${filled.join(", ")}.` : "";
    const years = document.getElementById("model-years");
    years.replaceChildren(...(radio.dataset.years || "").split(" ").filter(Boolean).map((year) => {
      const option = document.createElement("option");
      option.value = year;
      return option;
    }));
  }

  function tell(name) { form.dispatchEvent(new CustomEvent(name)); }
  form.addEventListener("change", (event) => {
    const field = event.target;
    if (field.name === "version") {
      if (field.dataset.version !== undefined) { choose(field); }
      tell("version-chosen");
    }
    if (field.name === "year_model") { fill("year_manufacture", field.value); }
    if (["version", "year_model", "is_new", "fuel"].includes(field.name)) { tell("fipe-asked"); }
  });
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, (event) => {
      if (event.target.id !== "optional-find" && event.target.id !== "version-words") {
        tell("form-typed");
      }
    });
  }

  // Enter in the search looks up; it never saves.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.id !== "version-words") { return; }
    event.preventDefault();
    event.target.dispatchEvent(new Event("search", { bubbles: true }));
  });
  // Chosen by hand, the other versions step back at once; by keyboard, when the list is left.
  const versions = form.querySelector(".plain-fieldset");
  let byHand = false;
  function settle() {
    const chosen = versions.querySelector("input:checked");
    if (chosen && chosen.value) { versions.classList.add("settled"); }
  }
  versions.addEventListener("pointerdown", () => { byHand = true; });
  versions.addEventListener("keydown", () => { byHand = false; });
  versions.addEventListener("change", () => { if (byHand) { settle(); } });
  versions.addEventListener("focusout", (event) => {
    if (!versions.contains(event.relatedTarget) && !byHand) { settle(); }
  });
  document.getElementById("version-words").addEventListener("focus", () => {
    byHand = false;
    versions.classList.remove("settled");
  });
  if (!versions.querySelector("#_versions input")) { settle(); }

  // On a slow line people type before the scripts are there: what they typed is looked up then.
  document.addEventListener("DOMContentLoaded", () => {
    const words = document.getElementById("version-words");
    if (words.value !== words.defaultValue) {
      words.dispatchEvent(new Event("search", { bubbles: true }));
    }
  });

  // The arrows lead from the search into what it found.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || event.target.id !== "version-words") { return; }
    const first = form.querySelector("#_versions input[type=radio]");
    if (first) { event.preventDefault(); first.focus(); }
  });

  // The optionals that are ticked are counted.
  function count() {
    const place = document.getElementById("optional-count");
    const ticked = form.querySelectorAll("input[name=optionals]:checked").length;
    place.textContent = ticked === 0 ? "" : ticked === 1 ? place.dataset.one : `${ticked} ${place.dataset.many}`;
  }
  form.addEventListener("input", (event) => {
    if (event.target.name === "optionals") { count(); }
  });
  form.addEventListener("htmx:afterSwap", () => count());
  form.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest("#_optionals, #_description")) { tell("form-typed"); }
  });
  count();
})();
