/* Logging a case: points, severity, the answer, and the draft on the server. Without it the same form works. */
(() => {
  "use strict";
  const form = document.getElementById("log");
  if (!form) return;
  const all = (selector, root = form) => [...root.querySelectorAll(selector)];
  const one = (selector, root = form) => root.querySelector(selector);
  const field = (name) => form.elements.namedItem(name);
  const valueOf = (name) => field(name)?.value ?? "";
  const tell = (name) => form.dispatchEvent(new CustomEvent(name));

  /* ---- Points: rows grow as they are needed; Enter goes to the next one. */
  const points = one("[data-issues]");
  const apart = one("[data-apart]");
  const most = Number(points.dataset.most);
  const rows = () => all("li[data-row]", points);

  function addRow() {
    const index = rows().length;
    if (index >= most) return null;
    const grow = (template, into) => {
      const holder = document.createElement("template");
      holder.innerHTML = document.getElementById(template).innerHTML
        .replaceAll("__i__", String(index)).replaceAll("__n__", String(index + 1));
      into.append(holder.content);
    };
    grow("issue-row", points);
    if (apart) grow("apart-row", apart);
    one("[data-add-point]").hidden = index + 1 >= most;
    return rows()[index];
  }
  const add = one("[data-add-point]");
  add.hidden = rows().length >= most;
  add.addEventListener("click", () => one('input[name$="-summary"]', addRow())?.focus());

  points.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || !event.target.matches("input")) return;
    // A list that the browser has open takes Enter for itself.
    event.preventDefault();
    const here = rows().indexOf(event.target.closest("li"));
    one('input[name$="-summary"]', rows()[here + 1] ?? addRow() ?? rows()[here])?.focus();
  });

  /* ---- What is typed into a field with a list: its id beside it, and the whole path once it is clear. */
  function entryOf(input) {
    const wanted = input.value.trim().toLowerCase();
    if (!wanted) return null;
    const entries = all("option", document.getElementById(input.dataset.list));
    const whole = entries.find((entry) => entry.value.toLowerCase() === wanted);
    const found = entries.filter((entry) => entry.value.toLowerCase().includes(wanted));
    return whole ?? (found.length === 1 ? found[0] : null);
  }
  function settle(input) {
    const entry = entryOf(input);
    const key = field(input.name + "_id");
    if (entry) input.value = entry.value;
    if (key) key.value = entry?.dataset.id ?? "";
    tell("category");
    if (input.dataset.list === "services") tell("dates");
    if (input.value && input.dataset.list === "categories") clearSuggestion(input.closest("li"));
  }

  /* ---- Suggestions of a category, asked for once a point or the story is written. */
  function clearSuggestion(row) { one(".suggested", row)?.replaceChildren(); }
  function suggest(row) {
    const box = one(".suggested", row);
    const index = row.dataset.row;
    if (!box?.dataset.suggest || valueOf(`issues-${index}-category`)) return;
    const summary = valueOf(`issues-${index}-summary`);
    const narrative = index === "0" ? valueOf("narrative").slice(0, 600) : "";
    if (!window.htmx || (summary + narrative).trim().length < 12) return;
    window.htmx.ajax("GET", box.dataset.suggest, { target: box, swap: "innerHTML", values: { summary, narrative, row: index } });
  }

  /* ---- Severity: harm and risk propose, a person may choose another. */
  const severity = one("[data-severity]");
  const proposals = JSON.parse(severity.dataset.proposals);
  const said = one("[data-severity-said]", severity);
  const byItself = one("[data-by-itself]", severity);
  let byHand = Number(one('[name="severity"]:checked', severity)?.value ?? 0) > 0;
  const proposed = () => proposals[Number(valueOf("harm"))]?.[Number(valueOf("risk"))] ?? 1;
  const radio = (level) => one(`[name="severity"][value="${level}"]`, severity);
  function propose() {
    if (!byHand) radio(proposed()).checked = true;
    const word = one(".sev", radio(proposed()).closest("label")).textContent.trim();
    said.textContent = byHand && !radio(proposed()).checked
      ? severity.dataset.chosen.replace("{level}", word) : severity.dataset.proposed;
  }
  byItself.hidden = true;
  propose();

  /* ---- The answer: its button in the bar opens it, and then saving resolves. */
  const answer = one("[data-answer]");
  const openAnswer = one("[data-open-answer]");
  const resolve = one("[data-resolve]");
  const save = one("[data-save]");
  function showAnswer() {
    openAnswer.hidden = answer.open;
    resolve.hidden = !answer.open;
    one("kbd", save).hidden = answer.open;
    all("kbd", save).forEach((key) => { key.hidden = answer.open; });
    // The one that Ctrl+Enter presses is the one that stands out.
    [[save, !answer.open], [resolve, answer.open]].forEach(([button, isMain]) => {
      button.classList.toggle("btn-primary", isMain);
      button.classList.toggle("btn-quiet", !isMain);
    });
    all("[data-for]", answer).forEach((part) => { part.hidden = part.dataset.for !== valueOf("kind"); });
  }
  answer.addEventListener("toggle", showAnswer);
  openAnswer.addEventListener("click", () => { answer.open = true; showAnswer(); field("answer").focus(); });
  showAnswer();
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.key.toLowerCase() === "r" && !event.ctrlKey) { event.preventDefault(); openAnswer.click(); return; }
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form.contains(event.target)) return;
    // Here and not in casework.js: with an answer open, saving means resolving.
    event.preventDefault();
    event.stopImmediatePropagation();
    form.requestSubmit(answer.open ? resolve : save);
  }, true);

  /* ---- One change, and whatever depends on it is asked for again. */
  const DATES = ["kind", "severity", "harm", "risk", "service_id", "received"];
  form.addEventListener("change", (event) => {
    const { target } = event;
    if (target.name === "severity") byHand = true;
    if (["harm", "risk"].includes(target.name)) byHand = false;
    if (["severity", "harm", "risk"].includes(target.name)) propose();
    if (target.name === "kind") showAnswer();
    if (target.dataset.list) settle(target);
    const chosen = target.name?.match(/^(issues-\d+-(category|service))_id$/);
    if (chosen && target.type === "hidden") showChosen(chosen[1], chosen[2] === "category" ? "categories" : "services", target.value);
    if (DATES.includes(target.name)) tell("dates");
    if (target.name === "service_id") tell("category");
    if (target.name === "narrative") { tell("words"); suggest(rows()[0]); }
    if (target.name?.endsWith("-summary")) { tell("words"); suggest(target.closest("li")); }
  });
  let pause;
  form.addEventListener("input", (event) => {
    if (event.target.name !== "narrative") return;
    clearTimeout(pause);
    pause = setTimeout(() => { tell("words"); suggest(rows()[0]); }, 1200);
  });

  function showChosen(name, list, key) {
    const entry = all("option", document.getElementById(list)).find((each) => each.dataset.id === key);
    const input = field(name);
    if (!entry || !input) return;
    input.value = entry.value;
    if (list === "categories") clearSuggestion(input.closest("li"));
    input.focus();
    tell("category");
    if (list === "services") tell("dates");
  }

  const first = (suffix) => rows().map((row) => valueOf(`issues-${row.dataset.row}-${suffix}`)).find(Boolean) ?? "";
  const summaries = () => rows().map((row) => valueOf(`issues-${row.dataset.row}-summary`)).filter(Boolean).join(" ");
  const ASK = {
    promises: () => Object.fromEntries(DATES.map((name) => [name, valueOf(name)])),
    history: () => ({ customer_id: valueOf("customer_id") }),
    alike: () => ({ customer_id: valueOf("customer_id"), narrative: valueOf("narrative").slice(0, 600), summary: summaries().slice(0, 300) }),
    guidance: () => ({ category_id: first("category_id"), service_id: first("service_id") || valueOf("service_id") }),
  };
  document.addEventListener("htmx:configRequest", (event) => {
    Object.entries(ASK[event.detail.elt.id]?.() ?? {}).forEach(([name, value]) => { event.detail.parameters[name] = value; });
  });

  /* ---- The draft on the server: another computer can go on with it. */
  const person = document.body.dataset.person ?? "public";
  const HERE = `casework:draft:${person}:${form.dataset.draft}`;
  const LAST = `casework:log:${person}:${form.dataset.draft}`;
  const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* kept on the server alone */ } },
  };
  const status = one("[data-draft-status]");
  const time = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const body = () => {
    const data = new FormData(form);
    [...data.keys()].filter((key) => data.getAll(key).some((value) => value instanceof File)).forEach((key) => data.delete(key));
    return data;
  };
  async function keep() {
    if (form.dataset.sending) return;
    store.set(LAST, { once: valueOf("once"), customer: one("#chosen .found p")?.textContent.trim() ?? "", id: valueOf("customer_id") });
    let words = form.dataset.keptHere;
    try {
      const answered = await fetch(form.dataset.keep, { method: "POST", body: body(), headers: { Accept: "text/plain" } });
      if (answered.status === 204) words = form.dataset.kept;
      if (answered.status === 413) words = form.dataset.tooLong;
    } catch { /* away: what is typed is kept in this browser */ }
    if (!form.dataset.sending) status.textContent = words.replace("{when}", time());
  }
  let timer;
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => { timer = 0; keep(); }, 1500); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("customer", soon);
  window.addEventListener("pagehide", () => {
    if (timer && !form.dataset.sending) navigator.sendBeacon(form.dataset.keep, body());
  });

  /* ---- What this browser kept is put back by casework.js, after this: rows and the customer first. */
  const kept = document.querySelector(".err-sum") ? null : store.get(HERE);
  if (kept) {
    const last = store.get(LAST);
    const highest = Math.max(...kept.values.map(([name]) => Number(name.match(/^issues-(\d+)-/)?.[1] ?? -1)));
    while (rows().length <= highest && addRow());
    if (last?.once && last.once !== valueOf("once")) {
      field("replaces").value = last.once;
      all(`[data-once="${CSS.escape(last.once)}"]`, document).forEach((item) => { item.hidden = true; });
    }
    if (last?.id) document.addEventListener("DOMContentLoaded", () => form.dispatchEvent(new CustomEvent("choose", { detail: last })));
  }
  form.addEventListener("reset", () => {
    field("replaces").value = "";
    form.dispatchEvent(new CustomEvent("choose", { detail: null }));
    byHand = false;
    setTimeout(() => { propose(); showAnswer(); tell("dates"); });
  });
})();
