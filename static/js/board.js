// The board with keys: X selects all, a chooses the person, Enter gives; a number gives to that person at once.
(() => {
  "use strict";
  const form = document.querySelector(".board-form");
  if (!form) return;
  const boxes = () => [...form.querySelectorAll('[data-keys="rows"] tbody input[type="checkbox"]')];
  const all = form.querySelector("[data-board-all]");
  const pick = form.querySelector("[data-select-all]");

  // With nothing selected there is nothing to give; the buttons stay where they are and say so.
  function show() {
    const some = boxes().some((box) => box.checked);
    form.querySelectorAll("[data-give]").forEach((button) => {
      if (some) button.removeAttribute("aria-disabled"); else button.setAttribute("aria-disabled", "true");
    });
  }

  if (all && pick) {
    all.hidden = false;
    all.addEventListener("click", () => pick.click());
  }
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    if (!boxes().some((box) => box.checked)) event.preventDefault();
  }, true);
  form.querySelector("#handler_id")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".dock [data-give]"));
  });
  window.addEventListener("pageshow", show);
  show();
})();
