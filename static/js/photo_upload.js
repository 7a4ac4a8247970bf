// Sends photos one by one, two at a time: each with its progress, its error and its second try.
// Without script the form sends them all at once.
"use strict";

(() => {
  const AT_ONCE = 2;
  const form = document.querySelector("form[data-upload]");
  const box = document.getElementById("uploads");
  if (!form || !box) { return; }
  const list = box.querySelector("ul");
  const row = box.querySelector("template").content.firstElementChild;
  const words = box.dataset;
  const uploads = []; // { file, row, state: waiting | sending | added | there | failed, again, offline }
  let refresh = 0;

  // Who logs in again in another tab gets a new token, in the cookie.
  function token() {
    const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
  }

  function count(...states) {
    return uploads.filter((each) => states.includes(each.state)).length;
  }

  function show(upload, state, text, problem) {
    upload.state = state;
    upload.row.dataset.state = state;
    const badge = upload.row.querySelector(".upload-state");
    badge.textContent = text;
    badge.className = `badge upload-state ${{ added: "ok", there: "info", failed: "bad" }[state] || "idle"}`;
    upload.row.querySelector(".upload-problem").textContent = problem || "";
    upload.row.querySelector("progress").hidden = !["waiting", "sending"].includes(state);
    upload.row.querySelector("[data-retry]").hidden = !(state === "failed" && upload.again);
    summarize();
  }

  function summarize() {
    const failed = count("failed");
    const text = (failed ? words.summaryFailed : words.summary)
      .replace("{sent}", count("added", "there")).replace("{total}", uploads.length).replace("{failed}", failed);
    const said = document.getElementById("upload-summary");
    if (said.textContent !== text) { said.textContent = text; }
    box.hidden = uploads.length === 0;
    list.hidden = count("added") === uploads.length; // the photos themselves say so below
    box.querySelector("[data-retry-all]").hidden = uploads.filter((each) => each.state === "failed" && each.again).length < 2;
  }

  function fail(upload, problem, again) {
    upload.again = again;
    show(upload, "failed", words.failed, problem);
  }

  function add(files) {
    Array.from(files).forEach((file) => {
      const upload = { file, row: row.cloneNode(true), state: "waiting", again: true, offline: false };
      upload.row.querySelector(".upload-name").textContent = file.name;
      upload.row.querySelector("progress").setAttribute("aria-label", file.name);
      upload.row.querySelector("[data-retry]").addEventListener("click", () => { retry(upload); });
      list.append(upload.row);
      uploads.push(upload);
      judge(upload);
    });
    next();
  }

  function take(input) {
    add(input.files);
    input.value = ""; // the same file may be chosen again
  }

  // What would be refused anyway is not sent over a slow network first.
  function judge(upload) {
    const kind = upload.file.type;
    if (upload.file.size > Number(form.dataset.mostBytes)) { fail(upload, words.tooLarge, false); }
    else if (kind && !kind.startsWith("image/")) { fail(upload, words.noPicture, false); }
    else { show(upload, "waiting", words.waiting); }
  }

  function retry(upload) {
    upload.offline = false;
    upload.row.querySelector("progress").value = 0;
    show(upload, "waiting", words.waiting);
    next();
  }

  function next() {
    while (count("sending") < AT_ONCE) {
      const upload = uploads.find((each) => each.state === "waiting");
      if (!upload) { return; }
      send(upload);
    }
  }

  function send(upload) {
    show(upload, "sending", words.sending);
    const bar = upload.row.querySelector("progress");
    const body = new FormData();
    body.append("photos", upload.file, upload.file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) { bar.value = (100 * event.loaded) / event.total; }
    });
    request.upload.addEventListener("load", () => { if (upload.state === "sending") { show(upload, "sending", words.storing); } });
    request.addEventListener("load", () => { answered(upload, request); next(); });
    request.addEventListener("error", () => { upload.offline = true; fail(upload, words.offline, true); next(); });
    request.send(body);
  }

  function answered(upload, request) {
    if (request.status === 413) { fail(upload, words.tooLarge, false); return; }
    const elsewhere = request.responseURL !== form.action; // led to the login page
    if (elsewhere || [401, 403].includes(request.status)) { fail(upload, words.session, true); return; }
    const result = request.status === 200 ? resultIn(request) : null;
    if (!result) { fail(upload, words.server, true); return; }
    if (result.state === "refused") { fail(upload, result.problem, false); return; }
    show(upload, result.state, words[result.state]);
    showAlbum();
  }

  function resultIn(request) {
    try { return JSON.parse(request.responseText).results[0]; } catch { return null; }
  }

  // The album is asked for once for all that arrived within a moment.
  function showAlbum() {
    if (refresh) { return; }
    refresh = window.setTimeout(() => {
      refresh = 0;
      window.htmx.ajax("GET", form.dataset.album, { target: "#_album", swap: "outerHTML" });
    }, 400);
  }

  form.classList.add("live");
  form.querySelector("[data-plain]").hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.type !== "file") { return; }
    take(event.target);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  // Over a slow network a photo may be chosen before this script has arrived.
  form.querySelectorAll("input[type=file]").forEach((input) => { if (input.files.length) { take(input); } });
  box.querySelector("[data-retry-all]").addEventListener("click", () => {
    uploads.filter((each) => each.state === "failed" && each.again).forEach(retry);
  });
  window.addEventListener("online", () => uploads.filter((each) => each.offline && each.state === "failed").forEach(retry));

  const section = document.getElementById("_photos");
  section.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) { return; }
    event.preventDefault();
    section.classList.add("takes");
  });
  ["dragleave", "drop"].forEach((name) => section.addEventListener(name, () => section.classList.remove("takes")));
  section.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) { event.preventDefault(); add(event.dataTransfer.files); }
  });

  window.addEventListener("beforeunload", (event) => {
    if (count("waiting", "sending")) { event.preventDefault(); }
  });
})();
