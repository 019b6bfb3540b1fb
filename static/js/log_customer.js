/* Looking up the customer while one types: a field with a list, worked by keys alone. Without it there is "Find". */
(() => {
  "use strict";
  const form = document.getElementById("log");
  const input = document.getElementById("find");
  if (!form || !input) return;
  const list = document.getElementById("found");
  const chosen = document.getElementById("chosen");
  const fresh = form.querySelector("[data-new-customer]");
  const unfold = form.querySelector('[data-unfold="new"]');
  const said = form.querySelector("[data-find-said]");
  const fields = ["name", "phone", "email", "address"].map((name) => form.elements.namedItem(name));
  const options = () => [...list.querySelectorAll('[role="option"]')];
  let at = -1;
  let asked = 0;
  let timer;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "customer-options");
  input.setAttribute("aria-expanded", "false");

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function mark(index) {
    const all = options();
    at = all.length && index >= 0 ? index % all.length : -1;
    all.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }

  async function look() {
    const typed = input.value.trim();
    const mine = ++asked;
    if (typed.length < 3) { close(); return; }
    try {
      const answer = await fetch(`${input.dataset.find}?find=${encodeURIComponent(typed.slice(0, 200))}`, { headers: { "HX-Request": "true" } });
      // An answer to what was typed before the last letter is of no use any more.
      if (mine !== asked || !answer.ok) return;
      list.innerHTML = await answer.text();
    } catch { return; }
    if (mine !== asked || document.activeElement !== input) return;
    const n = options().filter((option) => option.dataset.id).length;
    list.hidden = !options().length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = n ? list.dataset.some.replace("{n}", n) : list.dataset.none;
    // One alone is surely meant; among several a person chooses, so that nobody's case gets another's name.
    mark(n > 1 ? -1 : 0);
  }

  function card(id, text) {
    const made = document.getElementById("chosen-card").content.cloneNode(true);
    made.querySelector("p").append(...text);
    made.querySelector("input").value = id;
    chosen.replaceChildren(made);
    chosen.hidden = false;
    fold(true);
    said.textContent = `${chosen.querySelector("p").textContent.trim()} ${chosen.dataset.mark}`;
    form.dispatchEvent(new CustomEvent("customer"));
  }
  function notThem() {
    chosen.replaceChildren();
    chosen.hidden = true;
    unfold.hidden = false;
    form.dispatchEvent(new CustomEvent("customer"));
    input.focus();
  }
  function fold(yes) {
    fresh.hidden = yes;
    unfold.hidden = !yes || !chosen.hidden;
  }
  function somebodyNew() {
    const typed = input.value.trim();
    const target = typed.includes("@") ? fields[2] : /\p{L}/u.test(typed) ? fields[0] : fields[1];
    fold(false);
    if (typed && !target.value) target.value = typed;
    input.value = "";
    (typed ? fields.find((each) => !each.value) ?? target : fields[0]).focus();
    form.dispatchEvent(new Event("input"));
  }
  function take(option) {
    if (!option) return;
    close();
    if ("new" in option.dataset) { somebodyNew(); return; }
    input.value = "";
    card(option.dataset.id, [...option.cloneNode(true).childNodes]);
    form.elements.namedItem("narrative").focus();
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 180); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) look(); else mark(event.key === "ArrowDown" ? at + 1 : (at > 0 ? at : options().length) - 1);
    } else if (event.key === "Enter") {
      // Enter in the look-up never sends the form: it takes what is marked.
      event.preventDefault();
      if (list.hidden) look(); else if (at < 0) mark(0); else take(options()[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  // The focus stays in the field while somebody clicks in the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => take(event.target.closest('[role="option"]')));
  chosen.addEventListener("click", (event) => {
    if (event.target.closest("[data-not-them], label")) { event.preventDefault(); notThem(); }
  });
  unfold.addEventListener("click", () => { fold(false); fields[0].focus(); });
  form.addEventListener("choose", (event) => {
    if (event.detail) card(event.detail.id, [event.detail.customer]); else if (!chosen.hidden) { chosen.replaceChildren(); chosen.hidden = true; }
  });
  const isFilled = () => fields.some((each) => each.value) || fresh.querySelector(".err");
  fold(!isFilled());
  // What casework.js puts back after this may fill them.
  document.addEventListener("DOMContentLoaded", () => { if (isFilled()) fold(false); });
  form.addEventListener("change", (event) => { if (fields.includes(event.target) && event.target.value) fold(false); });
})();
