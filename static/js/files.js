/* Adding files: each goes up by itself with its progress; dragged, pasted, chosen or photographed. Without this
   script the same field is part of an ordinary form. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const filled = (text, name) => text.replace("{name}", name);

  function start(box) {
    if (box.dataset.uploadReady) return;
    box.dataset.uploadReady = "1";
    const { dataset } = box;
    const form = box.closest("form");
    const list = box.querySelector(".upload-list");
    const said = box.querySelector("[data-upload-said]");
    const inputs = all('input[type="file"]', box);
    let under_way = 0;
    let waiting = null;

    all("[data-upload-off]", list).forEach((button) => { button.hidden = false; });
    box.querySelector(".upload-how").hidden = false;
    if (dataset.upload === "now") all('button[type="submit"]', form).forEach((button) => { button.hidden = true; });

    function lineFor(name) {
      const line = box.querySelector("template").content.firstElementChild.cloneNode(true);
      line.querySelector(".upload-name").textContent = name;
      line.querySelector("[data-upload-off]").setAttribute("aria-label", filled(dataset.takeOff, name));
      list.append(line);
      return line;
    }

    function say(line, text, isTrouble) {
      const note = line.querySelector(".upload-note");
      note.textContent = text;
      if (isTrouble) note.dataset.s = "late";
      line.querySelector("progress")?.remove();
      said.textContent = text;
    }

    function settled() {
      under_way -= 1;
      if (under_way || !waiting) return;
      const button = waiting.button;
      waiting = null;
      form.requestSubmit(button);
    }

    function answered(request, line, name) {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* not an answer of ours: said below */ }
      if (!answer.refused) { say(line, filled(dataset.lost, name), true); return; }
      if (answer.refused.length) { say(line, answer.refused.join(" "), true); return; }
      if (answer.list !== undefined) {
        document.querySelector("[data-upload-shown]").innerHTML = answer.list;
        line.remove();
        said.textContent = filled(dataset.done, name);
        return;
      }
      answer.files.forEach((file) => {
        line.append(Object.assign(document.createElement("input"), { type: "hidden", name: "staged", value: file.token }));
        line.querySelector(".upload-name").textContent = file.name;
        say(line, file.words, false);
        said.textContent = filled(dataset.done, file.name);
      });
    }

    function send(file) {
      const name = file.name || "file";
      const line = lineFor(name);
      if (file.size > Number(dataset.most)) { say(line, filled(dataset.big, name), true); return; }
      const body = new FormData();
      body.append("csrf_token", form.elements.csrf_token?.value ?? "");
      body.append("files", file, name);
      const request = new XMLHttpRequest();
      request.open("POST", dataset.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        const bar = line.querySelector("progress");
        if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
      });
      request.addEventListener("load", () => answered(request, line, name));
      request.addEventListener("error", () => say(line, filled(dataset.lost, name), true));
      request.addEventListener("loadend", settled);
      line.querySelector("[data-upload-off]").addEventListener("click", () => request.abort());
      under_way += 1;
      request.send(body);
    }

    inputs.forEach((input) => input.addEventListener("change", () => {
      [...input.files].forEach(send);
      // What went up by itself does not go again with the form.
      input.value = "";
    }));
    list.addEventListener("click", (event) => {
      if (!event.target.closest("[data-upload-off]")) return;
      event.target.closest("li").remove();
      inputs[0].focus();
    });
    const area = dataset.upload === "now" ? box.closest("section") ?? box : form;
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    area.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      box.classList.add("upload-on");
    });
    area.addEventListener("dragleave", (event) => {
      if (!area.contains(event.relatedTarget)) box.classList.remove("upload-on");
    });
    area.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      box.classList.remove("upload-on");
      [...event.dataTransfer.files].forEach(send);
    });
    document.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      // A spreadsheet's cells come as words and as a picture of them; whoever is typing means the words.
      if (!files.length || event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      files.forEach(send);
    });
    form.addEventListener("submit", (event) => {
      if (!under_way) return;
      event.preventDefault();
      waiting = { button: event.submitter };
    });
  }

  const startAll = (root) => all("[data-upload]", root).forEach(start);
  startAll(document);
  document.addEventListener("htmx:afterSwap", (event) => startAll(event.target));
})();
