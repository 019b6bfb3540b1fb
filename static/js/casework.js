/* What the pages gain from script: keys, drafts, one save for two clicks. Everything works without it. */
(() => {
  "use strict";
  const words = document.getElementById("script-words")?.dataset ?? {};
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const timeOf = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const dayAndTimeOf = (at) => new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

  // Storage may be full or forbidden; a page then simply keeps nothing.
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); return true; } catch { return false; } },
    remove(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
    keys() { try { return Object.keys(localStorage); } catch { return []; } },
  };

  /* ---- Keys. Single letters can be switched off (WCAG 2.1.4), Ctrl+Enter and Escape always work. */
  const OFF = "casework:keys-off";
  const isTyping = (el) => el.closest("textarea, select, [contenteditable]")
    || (el.matches("input") && !["checkbox", "radio", "button", "submit"].includes(el.type));
  const isShown = (el) => el.getClientRects().length > 0;

  function press(key) {
    const candidates = all(`[data-key="${CSS.escape(key)}"]`).filter((el) => el.getAttribute("aria-disabled") !== "true");
    const el = candidates.find(isShown) ?? candidates.find((one) => one.matches("a"));
    if (!el) return false;
    if (el.matches("input, textarea, select")) { el.focus(); el.select?.(); } else el.click();
    return true;
  }

  function rowsOf() { return all('[data-keys="rows"] tbody tr').filter(isShown); }

  function moveRow(step) {
    const rows = rowsOf();
    if (!rows.length) return false;
    const here = rows.findIndex((row) => row.classList.contains("at"));
    const next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1)];
    rows[here]?.classList.remove("at");
    next.classList.add("at");
    // Focus goes along, so that Enter opens by itself and a screen reader says where one is.
    (next.querySelector("[data-open]") ?? next.querySelector("a"))?.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function toggleRow() {
    const box = rowsOf().find((row) => row.classList.contains("at"))?.querySelector('input[type="checkbox"]');
    box?.click();
    return Boolean(box);
  }

  /* Of what is wider than the window, this much is in sight: the tab one is on, where a process begins. */
  const bringIntoSight = (root) => all(".views [aria-current], .pr-picture .pd-start", root).forEach((el) => {
    const box = el.closest(".views, .pr-picture");
    const [here, there] = [el.getBoundingClientRect(), box.getBoundingClientRect()];
    box.scrollLeft += here.left - there.left - (there.width - here.width) / 2;
  });
  bringIntoSight(document);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit(event.target.form.querySelector("button[type=submit]"));
      return;
    }
    if (event.key === "Escape") { closeMenus(true); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]") || store.get(OFF)) return;
    const doIt = { j: () => moveRow(1), k: () => moveRow(-1), x: toggleRow, "?": openKeys }[event.key];
    if ((doIt && doIt()) || press(event.key)) event.preventDefault();
  });

  function labelOf(el) {
    const said = el.dataset.keyLabel || el.getAttribute("aria-label");
    if (said) return said;
    const copy = el.cloneNode(true);
    all("kbd, .count", copy).forEach((part) => part.remove());
    return copy.textContent.trim().replace(/\s+/g, " ");
  }

  function keyLine(label, keys) {
    const line = document.createElement("div");
    const dt = Object.assign(document.createElement("dt"), { textContent: label });
    const dd = document.createElement("dd");
    keys.forEach((key) => dd.append(Object.assign(document.createElement("kbd"), { textContent: key })));
    line.append(dt, dd);
    return line;
  }

  function openKeys() {
    const box = document.createElement("dialog");
    box.className = "keys-box";
    box.setAttribute("aria-labelledby", "keys-h");
    const head = document.createElement("header");
    const title = Object.assign(document.createElement("h2"), { id: "keys-h", textContent: words.keys });
    const close = Object.assign(document.createElement("button"),
      { type: "button", className: "btn btn-quiet btn-sm", textContent: words.close });
    close.addEventListener("click", () => box.close());
    head.append(title, close);
    const list = document.createElement("dl");
    const seen = new Map();
    all("[data-key]").forEach((el) => { if (!seen.has(el.dataset.key)) seen.set(el.dataset.key, labelOf(el)); });
    seen.forEach((label, key) => list.append(keyLine(label, [key])));
    if (rowsOf().length) list.append(keyLine(words.next, ["j"]), keyLine(words.previous, ["k"]),
      keyLine(words.open, ["Enter"]), keyLine(words.select, ["x"]));
    list.append(keyLine(words.submit, ["Ctrl", "Enter"]), keyLine(words.help, ["?"]));
    const label = document.createElement("label");
    const tick = Object.assign(document.createElement("input"),
      { type: "checkbox", className: "form-check-input", checked: !store.get(OFF) });
    tick.addEventListener("change", () => { tick.checked ? store.remove(OFF) : store.set(OFF, "1"); });
    label.append(tick, words.keysOn);
    box.append(head, list, label);
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
    return true;
  }
  all("[data-keys-open]").forEach((el) => { el.hidden = false; el.addEventListener("click", openKeys); });

  /* ---- Menus made of <details> close on Escape and on a click elsewhere. */
  function closeMenus(giveFocus, except) {
    all("details.menu[open]").filter((menu) => menu !== except).forEach((menu) => {
      if (giveFocus && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    });
  }
  document.addEventListener("click", (event) => {
    closeMenus(false, event.target.closest("details.menu"));
    if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
  });

  /* ---- Selecting rows. */
  function showSelection() {
    const boxes = all('[data-keys="rows"] tbody input[type="checkbox"]');
    boxes.forEach((box) => box.closest("tr").setAttribute("aria-selected", String(box.checked)));
    const n = boxes.filter((box) => box.checked).length;
    all("[data-selected]").forEach((el) => { el.textContent = el.dataset.selected.replace("{n}", n); });
    all("[data-select-all]").forEach((el) => {
      el.checked = n > 0 && n === boxes.length;
      el.indeterminate = n > 0 && n < boxes.length;
    });
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) {
      all('[data-keys="rows"] tbody input[type="checkbox"]').forEach((box) => { box.checked = event.target.checked; });
    }
    if (event.target.closest('[data-keys="rows"]')) showSelection();
  });

  /* ---- A second click does not save twice. The button is not disabled, because its value is part of what is sent. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "noGuard" in form.dataset) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    const button = event.submitter;
    if (!button) return;
    button.dataset.was = button.innerHTML;
    button.setAttribute("aria-disabled", "true");
    if (button.textContent.trim()) button.textContent = words.saving;
  });
  function release() {
    all("form[data-sending]").forEach((form) => { delete form.dataset.sending; });
    all("[data-was]").forEach((button) => {
      button.innerHTML = button.dataset.was;
      delete button.dataset.was;
      button.removeAttribute("aria-disabled");
    });
  }
  window.addEventListener("pageshow", release);

  /* ---- Drafts: what is typed in a form with data-draft is kept in the browser until it is saved. */
  const PREFIX = `casework:draft:${document.body.dataset.person ?? "public"}:`;
  const WEEK = 7 * 24 * 3600 * 1000;
  const isKept = (field) => field.name && field.name !== "csrf_token" && !field.closest("[data-draft-skip]")
    && !["hidden", "password", "file", "submit", "button"].includes(field.type);
  const valuesOf = (form) => [...form.elements].filter(isKept)
    .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked).map((f) => [f.name, f.value]);

  function putBack(form, values) {
    [...form.elements].filter(isKept).forEach((field) => {
      const mine = values.filter(([name]) => name === field.name);
      if (["checkbox", "radio"].includes(field.type)) field.checked = mine.some(([, value]) => value === field.value);
      else if (mine.length) { field.value = mine[0][1]; values.splice(values.indexOf(mine[0]), 1); }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  function sayRestored(form, key, at) {
    const box = document.createElement("div");
    box.className = "flash";
    box.dataset.s = "info";
    box.setAttribute("role", "status");
    const text = Object.assign(document.createElement("p"), { textContent: words.restored.replace("{when}", dayAndTimeOf(at)) });
    const clear = Object.assign(document.createElement("button"),
      { type: "button", className: "btn btn-quiet btn-sm", textContent: words.discard });
    clear.addEventListener("click", () => { store.remove(key); form.reset(); box.remove(); });
    box.append(text, clear);
    form.prepend(box);
  }

  function keepDraft(form) {
    const key = PREFIX + form.dataset.draft;
    const asServed = JSON.stringify(valuesOf(form));
    let kept = null;
    try { kept = JSON.parse(store.get(key)); } catch { store.remove(key); }
    // A form that came back with errors carries newer words than the draft.
    if (kept && !document.querySelector(".err-sum") && JSON.stringify(kept.values) !== asServed) {
      putBack(form, kept.values.slice());
      sayRestored(form, key, kept.at);
    }
    const save = () => {
      const values = valuesOf(form);
      if (JSON.stringify(values) === asServed && !document.querySelector(".err-sum")) { store.remove(key); return; }
      const at = Date.now();
      if (!store.set(key, JSON.stringify({ at, values }))) return;
      all("[data-draft-status]", form).forEach((el) => { el.textContent = words.kept.replace("{when}", timeOf(at)); });
    };
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 300); });
    window.addEventListener("pagehide", () => { if (timer && !form.dataset.sending) save(); });
  }

  function sweepDrafts() {
    all("[data-draft-clear]").forEach((el) => store.remove(PREFIX + el.dataset.draftClear));
    store.keys().filter((key) => key.startsWith("casework:draft:")).forEach((key) => {
      try { if (Date.now() - JSON.parse(store.get(key)).at > WEEK) store.remove(key); } catch { store.remove(key); }
    });
  }

  sweepDrafts();
  all("form[data-draft]").forEach(keepDraft);
  showSelection();

  /* ---- The summary of errors takes the focus, also when htmx brought it. */
  const focusErrors = (root) => root.querySelector?.(".err-sum")?.focus();
  focusErrors(document);
  document.addEventListener("htmx:afterSwap", (event) => { focusErrors(event.target); showSelection(); bringIntoSight(event.target); });
})();
