/* The ticket's page at the desk: the dialog for its forms. See static/js/desk.js for its conversation and composer. */
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
})();
