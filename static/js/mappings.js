// The queue of names by keyboard: what each key does is a button that everybody can reach.
"use strict";

(() => {
  const KEYS = { Enter: "accept", o: "other", n: "none", r: "refuse" };
  const MOVES = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  let wanted = ""; // the row to stand on once the list came again

  function queue() { return document.getElementById("_mapping_queue"); }
  function rows() { return [...document.querySelectorAll("#_mapping_queue article[data-name]")]; }

  // One row is in the order of Tab, so that the list is entered where it was left.
  function standOn(row) {
    if (!row) { return; }
    rows().forEach((each) => { each.tabIndex = each === row ? 0 : -1; });
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  function begin() {
    document.querySelectorAll("[data-with-keys]").forEach((each) => { each.hidden = false; });
    const all = rows();
    if (all.length && !all.some((each) => each.tabIndex === 0)) { all[0].tabIndex = 0; }
    if (!wanted) { return; }
    const row = document.getElementById(wanted) || all[0];
    wanted = "";
    if (row) { standOn(row); } else if (queue()) { queue().focus(); }
  }

  // Ask for the list again, as filtered, and stand on a row of it, or on the first. Until it is
  // there nothing can be done to the old one, whose rows would answer into nowhere.
  function again(id) {
    if (queue()) { queue().inert = true; }
    const address = new URL(window.location.href);
    ["at", "done", "refused"].forEach((each) => address.searchParams.delete(each));
    if (id) { address.searchParams.set("at", id.replace("name-", "")); }
    address.hash = "";
    // Its own source: a request of the body's that is about to end would make this one wait.
    const how = { source: queue(), target: "#_mapping_queue", swap: "outerHTML" };
    window.htmx.ajax("GET", address.pathname + address.search, how)
      .then(() => { wanted = id || "the first"; begin(); })
      .finally(() => { if (queue()) { queue().inert = false; } });
  }

  // One thing at a time: what is on its way has to come back first.
  function press(button) {
    if (button && !document.querySelector("#_mapping_queue .htmx-request, #_mapping_last .htmx-request")) { button.click(); }
  }

  // Only while the focus is in the list, and never while somebody types or holds another key: a
  // screen reader's own keys do not come this far.
  document.addEventListener("keydown", (event) => {
    const at = event.target instanceof Element ? event.target : null;
    if (!at || event.ctrlKey || event.altKey || event.metaKey || event.repeat && event.key === "Enter") { return; }
    if (!at.closest("#_mapping_queue") || at.closest("input, select, textarea, dialog")) { return; }
    const row = at.closest("article[data-name]");
    const all = rows();
    if (event.key === "?") {
      document.querySelector("[data-keys-help]").click();
    } else if (event.key === "u") {
      press(document.querySelector("#_mapping_last button"));
    } else if (MOVES[event.key]) {
      standOn(row ? all[all.indexOf(row) + MOVES[event.key]] : all[0]);
    } else if (row && KEYS[event.key] && !(event.key === "Enter" && at !== row)) {
      press(row.querySelector(`[data-act=${KEYS[event.key]}]`));
    } else {
      return;
    }
    event.preventDefault();
  });

  // A row that is decided goes, and whoever stood on it stands on the next; one that comes back
  // (refused, or decided by somebody else) keeps the focus.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const item = event.detail.target;
    if (!item.matches || !item.matches("#_mapping_queue li") || event.detail.xhr.status >= 500) { return; }
    const stays = event.detail.serverResponse.includes("<article");
    const next = stays ? item : item.nextElementSibling || item.previousElementSibling;
    const waiting = document.querySelector("[data-waiting]");
    if (!stays && waiting) { waiting.textContent = Math.max(0, Number(waiting.textContent) - 1); }
    if (next) { wanted = next.querySelector("article").id; } else { again(); }
  });
  document.addEventListener("htmx:afterRequest", () => { if (!document.querySelector("dialog[open]")) { begin(); } });
  document.addEventListener("close", () => {
    if (wanted) { begin(); }
  }, true);

  // An undo brings its name back: HX-Trigger: {"names-changed": {"at": "…"}}.
  document.addEventListener("names-changed", (event) => {
    if (queue()) { again(event.detail.at ? `name-${event.detail.at}` : ""); } else { window.location.reload(); }
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (window.location.hash.startsWith("#name-")) { wanted = window.location.hash.slice(1); }
    begin();
  });
})();
