/* What lists gain from script: the filter panel in place, short addresses, Escape lets go of what is selected. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const panel = document.getElementById("filter-panel");

  // A filter that says nothing does not belong in the address.
  document.addEventListener("submit", (event) => {
    if (!("dropEmpty" in event.target.dataset)) return;
    const empty = [...event.target.elements].filter((field) => field.name && !field.value);
    empty.forEach((field) => { field.disabled = true; });
    setTimeout(() => empty.forEach((field) => { field.disabled = false; }), 0);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === panel) panel.querySelector("select, input:not([type=hidden])")?.focus();
  });

  document.addEventListener("click", (event) => {
    if (!panel || !event.target.closest("[data-close-panel]")) return;
    event.preventDefault();
    closePanel();
  });

  function closePanel() {
    panel.replaceChildren();
    document.querySelector('[data-key="f"]')?.focus();
  }

  function letGo() {
    const chosen = all('[data-keys="rows"] tbody input:checked, .dock input[name="all"]:checked');
    chosen.forEach((box) => {
      box.checked = false;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return chosen.length > 0;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open], details.menu[open]")) return;
    if (panel?.contains(document.activeElement)) closePanel(); else letGo();
  });
  all("[data-let-go]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", letGo);
  });
})();
