// Toasts and dialogs. Without script a toast is a message, and a dialog is a page of its own.
"use strict";

const TOAST_SECONDS = 7;

// Show what happened; an error stays until it is closed.
// `act` is one thing to do about it: a text and the address it is posted to.
function toast(text, tone, act) {
  const stack = document.getElementById("toasts");
  if (!stack || !text) { return; }
  const box = document.createElement("div");
  const words = document.createElement("p");
  const close = document.createElement("button");
  box.className = `toast ${tone}`;
  words.textContent = text;
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", stack.dataset.closeText);
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  if (act) {
    stack.querySelectorAll(".toast-act").forEach((each) => each.closest(".toast").remove());
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-act";
    button.textContent = act.text;
    button.addEventListener("click", () => {
      box.remove();
      window.htmx.ajax("POST", act.url, { swap: "none" });
    });
    words.after(button);
  }
  if (tone === "bad") { box.setAttribute("role", "alert"); }
  // A modal dialog makes everything else inert, so that the toast goes where it can be closed.
  const open = document.querySelector("dialog[open]");
  (open || stack.parentElement).append(stack);
  stack.append(box);
  if (tone !== "bad") { window.setTimeout(() => box.remove(), (act ? 3 : 1) * TOAST_SECONDS * 1000); }
}

// The server says HX-Trigger: {"toast": {"text": "Saved", "tone": "ok"}}, or just the text.
document.addEventListener("toast", (event) => {
  const said = event.detail || {};
  toast(said.text || said.value || "", said.tone || "ok", said.act);
});

// htmx itself stays silent when a request fails.
function tell() { toast(document.body.dataset.errorText, "bad"); }
document.addEventListener("htmx:responseError", tell);
document.addEventListener("htmx:sendError", tell);

// Open by <a href="a page" data-dialog="id">, close by Escape, a click beside it, or data-close.
document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target : null;
  if (!at) { return; }
  const opener = at.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const open = at.closest("dialog[open]");
  if (open && (at === open || at.closest("[data-close]"))) {
    event.preventDefault();
    open.close();
  }
});

// What htmx puts into a closed dialog opens it; its heading names it.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target instanceof Element && event.target.closest("dialog");
  if (!dialog) { return; }
  const heading = dialog.querySelector("h2");
  if (heading && dialog.id === "dialog") { dialog.setAttribute("aria-label", heading.textContent.trim()); }
  if (!dialog.open) { dialog.showModal(); }
});
document.addEventListener("close", () => {
  document.body.append(document.getElementById("toasts"));
}, true);
// An act that ended well may close the dialog: HX-Trigger: {"dialog-close": ""}.
document.addEventListener("dialog-close", () => {
  const open = document.querySelector("dialog[open]");
  if (open) { open.close(); }
});
