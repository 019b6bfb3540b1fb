/* Suggestions while a case is logged: choosing one sets the field that it is for. */
(() => {
  "use strict";
  // The address of a part of the page must stay short; the first words say enough.
  const LONGEST = 1500;

  document.addEventListener("change", (event) => {
    const names = event.target.dataset?.sets?.split(" ") ?? [];
    const target = names.map((name) => event.target.form?.elements.namedItem(name)).find(Boolean);
    if (!target || target.value === event.target.value) return;
    target.value = event.target.value;
    target.dispatchEvent(new Event("change", { bubbles: true }));
  });

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    for (const [name, value] of Object.entries(event.detail.parameters)) {
      if (typeof value === "string" && value.length > LONGEST) event.detail.parameters[name] = value.slice(0, LONGEST);
    }
  });
})();
