// Keeps what is typed into the vehicle's form, so that a call, an empty battery or a dead spot
// costs nothing. Without script, or without connection, the form itself works as ever.
"use strict";

(() => {
  const form = document.getElementById("vehicle-form");
  if (!form || !form.dataset.draft) { return; }
  const state = document.getElementById("draft-state");
  const QUIET = 1500;
  const PATIENCE = [3000, 8000, 20000, 60000];
  let timer = 0;
  let dirty = false;
  let sent = "";
  let failures = 0;
  let leaving = false;
  let running = null;

  function content() {
    const data = new FormData(form);
    data.delete("copy_from");
    return data;
  }
  function fingerprint(data) { return new URLSearchParams([...data].filter(([, value]) => typeof value === "string")).toString(); }
  function say(text) { if (state.textContent !== text) { state.textContent = text; } }
  function later(wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  }

  async function save() {
    window.clearTimeout(timer);
    if (!dirty || leaving) { return; }
    if (running) { later(QUIET); return; }
    const data = content();
    const print = fingerprint(data);
    dirty = false;
    if (print === sent) { state.dataset.kept = "yes"; return; }
    running = new AbortController();
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: data, signal: running.signal, headers: { Accept: "application/json" } });
      if (answer.redirected || (!answer.ok && answer.status < 500)) {
        // Trying again would change nothing: the session ended, or it is too much.
        say(form.dataset.draftOff);
        return;
      }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      const told = await answer.json();
      sent = print;
      failures = 0;
      state.dataset.kept = dirty ? "no" : "yes";
      say(told.text);
    } catch (error) {
      if (leaving) { return; }
      dirty = true;
      say(form.dataset.draftLate);
      later(PATIENCE[Math.min(failures, PATIENCE.length - 1)]);
      failures += 1;
    } finally {
      running = null;
    }
  }

  // Leaving the page (another app, the lock key) must not lose the last words.
  function saveNow() {
    // What is on its way now may be cut off by the leaving itself, so it is sent once more.
    if ((!dirty && !running) || leaving) { return; }
    const data = content();
    const print = fingerprint(data);
    if (print !== sent && navigator.sendBeacon(form.dataset.draft, data)) {
      sent = print;
      dirty = false;
    }
  }

  form.addEventListener("form-typed", () => {
    dirty = true;
    state.dataset.kept = "no";
    later(QUIET);
  });
  form.addEventListener("focusout", () => { if (dirty) { later(300); } });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") { saveNow(); } });
  window.addEventListener("pagehide", saveNow);
  window.addEventListener("online", () => { if (dirty) { failures = 0; save(); } });
  document.querySelectorAll(".draft-offer form").forEach((each) => each.addEventListener("submit", () => { leaving = true; }));
  form.addEventListener("submit", () => {
    // The form itself goes out now; a draft that arrived after it would outlive it.
    leaving = true;
    window.clearTimeout(timer);
    if (running) { running.abort(); }
  });
  // Coming back by the browser's own button finds the page as it was left.
  window.addEventListener("pageshow", () => { leaving = false; });
})();
