/* The ticket's page at the desk: the dialog for its forms, canned replies. See static/js/desk.js for its conversation and composer. */
(() => {
  const dialog = () => document.getElementById("ticket-dialog");
  let opener = null;

  // ---- forms in the dialog: filled it opens, emptied it closes ------------------------------------
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id === "ticket-dialog-body" && !dialog().open) opener = document.activeElement;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "ticket-dialog-body") return;
    const box = dialog();
    if (!event.target.childElementCount) { box.close(); return; }
    if (!box.open) box.showModal();
    box.querySelector("[role=alert], [data-menu-focus], input:not([type=hidden]), select, textarea")?.focus();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dialog-close]") || event.target === dialog()) event.target.closest("dialog")?.close();
  });
  document.addEventListener("close", (event) => {
    if (event.target !== dialog()) return;
    document.getElementById("ticket-dialog-body").replaceChildren();
    if (opener?.isConnected) (opener.closest(".dropdown-menu")?.parentElement.querySelector("[data-bs-toggle]") ?? opener).focus();
  }, true);

  // ---- macros: the list comes after its menu has opened --------------------------------------------
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "macro-list" && event.target.closest(".dropdown-menu.show")) event.target.querySelector("[data-menu-focus]")?.focus();
  });

  // ---- canned replies: chosen, they stand where one was writing -----------------------------------
  const menuButton = () => document.getElementById("canned-menu");
  const writing = () => [...document.querySelectorAll("form[data-composer]")].find((form) => !form.closest("[hidden]"));

  function preview(item) {
    const place = document.getElementById("canned-preview");
    place.hidden = !item;
    place.textContent = item?.dataset.cannedText ?? "";
  }
  for (const name of ["focusin", "pointerover"]) {
    document.addEventListener(name, (event) => { const item = event.target.closest?.("[data-canned]"); if (item) preview(item); });
  }
  document.addEventListener("hidden.bs.dropdown", (event) => { if (event.target === menuButton()) preview(null); });
  // The answer to a search may take away the reply that one has gone to already.
  document.addEventListener("htmx:afterSettle", (event) => {
    const left = event.target.id === "canned-list" && document.activeElement === document.body;
    if (left && event.target.closest(".dropdown-menu.show")) event.target.querySelector("[data-canned]")?.focus();
  });

  document.addEventListener("click", (event) => {
    const item = event.target.closest("[data-canned]");
    if (!item) return;
    insert(writing(), item);
    if (menuButton().getAttribute("aria-expanded") === "true") menuButton().click();
    writing().querySelector("[data-composer-text]").focus();
  });

  function insert(form, item) {
    const text = form.querySelector("[data-composer-text]");
    const before = text.value.slice(0, text.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n\n" : "";
    text.setRangeText(gap + item.dataset.cannedText, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "canned", value: item.dataset.canned }));
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches?.("form[data-composer]") && event.detail.successful) form.querySelectorAll("input[name=canned]").forEach((input) => input.remove());
  });
})();
