/* The page of a case: names in notes, entries that a link leads to, printing. Everything works without it. */
(() => {
  "use strict";

  /* ---- A link to an entry opens the line under which it is folded away. */
  function openTarget() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView({ block: "center" });
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();

  /* ---- Printing needs script; without it the browser's own menu does the same. */
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  /* ---- @ and the beginning of a name offers who may be named: arrows choose, Enter or Tab takes, Escape leaves. */
  const AT = /(?:^|[\s(])@([\p{L}][\p{L}\p{M} .'’-]{0,40})$/u;

  function offerNames(area) {
    const list = document.createElement("ul");
    list.className = "names";
    list.id = `${area.id}-names`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.dataset.mentionsLabel);
    list.hidden = true;
    area.after(list);
    area.setAttribute("aria-controls", list.id);
    area.setAttribute("aria-autocomplete", "list");
    let at = -1;
    let asked = 0;

    const options = () => [...list.children];
    function close() {
      list.hidden = true;
      list.replaceChildren();
      at = -1;
      area.removeAttribute("aria-activedescendant");
    }
    function choose(number) {
      const all = options();
      at = (number + all.length) % all.length;
      all.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
      area.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    }
    function take(option) {
      const before = area.value.slice(0, area.selectionStart);
      const begin = before.lastIndexOf("@") + 1;
      const after = area.value.slice(area.selectionStart);
      area.value = `${before.slice(0, begin)}${option.dataset.name} ${after.replace(/^ /, "")}`;
      const place = begin + option.dataset.name.length + 1;
      area.setSelectionRange(place, place);
      area.dispatchEvent(new Event("input", { bubbles: true }));
      close();
      area.focus();
    }
    async function ask(typed) {
      const mine = ++asked;
      try {
        const answer = await fetch(`${area.dataset.mentions}?q=${encodeURIComponent(typed)}`, { headers: { "HX-Request": "true" } });
        const words = answer.ok ? await answer.text() : "";
        if (mine !== asked) return;
        // Our own server's markup of names, escaped there.
        const page = new DOMParser().parseFromString(`<ul>${words}</ul>`, "text/html");
        list.replaceChildren(...page.querySelectorAll("li"));
      } catch { list.replaceChildren(); }
      list.hidden = !list.children.length;
      if (list.hidden) close(); else choose(0);
    }

    let timer;
    area.addEventListener("input", () => {
      clearTimeout(timer);
      const typed = AT.exec(area.value.slice(0, area.selectionStart))?.[1].trim();
      if (!typed) { asked += 1; close(); return; }
      timer = setTimeout(() => ask(typed), 150);
    });
    area.addEventListener("keydown", (event) => {
      if (list.hidden || event.ctrlKey || event.metaKey) return;
      const act = {
        ArrowDown: () => choose(at + 1),
        ArrowUp: () => choose(at - 1),
        Enter: () => take(options()[at]),
        Tab: () => take(options()[at]),
        Escape: close,
      }[event.key];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("li");
      if (option) take(option);
    });
    area.addEventListener("blur", () => setTimeout(close, 100));
  }
  document.querySelectorAll("textarea[data-mentions]").forEach(offerNames);
})();
