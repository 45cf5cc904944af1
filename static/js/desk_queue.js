/* Selected tickets of the queue: checkboxes, a range with Shift, `x` on the row; they stay selected while rows change. */
(() => {
  const selected = new Set();
  let last = null;
  const boxes = () => [...document.querySelectorAll("#queue-rows [data-select]")];

  function show() {
    const all = boxes();
    for (const box of all) box.checked = selected.has(box.value);
    const chosen = all.filter((box) => box.checked).length;
    const page = document.querySelector("[data-select-page]");
    if (page) { page.checked = chosen > 0 && chosen === all.length; page.indeterminate = chosen > 0 && chosen < all.length; }
    const count = document.querySelector("[data-selected-count]");
    if (!count) return;
    count.textContent = chosen === 0 ? "" : chosen === 1 ? count.dataset.one : count.dataset.many.replace("%(count)s", String(chosen));
  }

  function choose(box, on) { if (on) selected.add(box.value); else selected.delete(box.value); }

  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-select]");
    if (box) {
      const all = boxes(), from = all.findIndex((one) => one.value === last), to = all.indexOf(box);
      if (event.shiftKey && from >= 0) all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => choose(one, box.checked));
      else choose(box, box.checked);
      last = box.value;
      show();
      return;
    }
    if (event.target.closest("[data-select-page]")) { const on = event.target.checked; boxes().forEach((one) => choose(one, on)); show(); }
    if (event.target.closest("[data-select-none]")) { selected.clear(); show(); document.querySelector("#queue-rows > tr")?.focus(); }
    if (event.target.closest("[data-select-row]")) {
      const row = document.activeElement?.closest("#queue-rows > tr");
      const own = row?.querySelector("[data-select]");
      if (own) { choose(own, !own.checked); last = own.value; show(); } else document.querySelector("#queue-rows > tr")?.focus();
    }
    // A menu of filters closes when one works elsewhere.
    const more = document.querySelector(".queue-more[open]");
    if (more && !more.contains(event.target)) more.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest?.(".queue-more[open], .queue-keep[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
    else if (selected.size && event.target.closest?.("#queue")) { selected.clear(); show(); }
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".queue-more[open], .queue-keep[open]")) event.target.querySelector("select, input:not([type=hidden])")?.focus();
  }, true);

  // Rows that are gone are not acted on: they stay chosen only while they are to be seen.
  function settle() {
    const there = new Set(boxes().map((box) => box.value));
    for (const number of [...selected]) if (!there.has(number)) selected.delete(number);
    show();
  }
  document.addEventListener("htmx:oobAfterSwap", show);
  document.addEventListener("htmx:afterSettle", settle);
  window.addEventListener("pageshow", () => { for (const box of boxes()) choose(box, box.checked); show(); });
})();
