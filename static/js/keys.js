/* Keyboard: data-key="c" or "g t" on links, buttons and fields; j, k, Enter in <table data-rows>; `?` lists them. */
(() => {
  const texts = () => document.getElementById("portal-texts")?.dataset ?? {};
  const dialog = document.getElementById("keys-dialog");
  const SEQUENCE_MS = 1200;
  let typed = "", since = 0;

  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const seen = (element) => element.getClientRects().length || element.closest(".navbar-collapse, .dropdown-menu");
  const targets = () => [...document.querySelectorAll("[data-key]")].filter((element) => !element.disabled && seen(element));

  function act(element) {
    if (element.matches("input, textarea, select")) { element.focus(); element.select?.(); }
    else {
      // A menu takes the arrows and Escape from what has the focus.
      if (element.matches("[data-bs-toggle=dropdown]")) element.focus();
      element.click();
    }
  }

  // ---- rows -----------------------------------------------------------------------------------
  function move(step) {
    const rows = [...document.querySelectorAll("[data-rows] [data-href]")];
    if (!rows.length) return false;
    const at = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }
  const open = (row, away) => { if (away) window.open(row.dataset.href, "_blank", "noopener"); else location.assign(row.dataset.href); };

  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-href]");
    if (!row || event.target.closest("a, button, input, select, label, summary") || getSelection().toString()) return;
    open(row, event.ctrlKey || event.metaKey);
  });

  // ---- the list -------------------------------------------------------------------------------
  function showKeys() {
    if (!dialog) return;
    const t = texts();
    const own = targets().filter((element) => element.dataset.keyLabel).map((element) => [element.dataset.key, element.dataset.keyLabel]);
    const rows = document.querySelector("[data-rows] [data-href]") ? [["j", t.keysNext], ["k", t.keysPrevious], ["Enter", t.keysOpen]] : [];
    const form = document.querySelector("form textarea") ? [["Ctrl Enter", t.keysSubmit]] : [];
    const list = [...own, ...rows, ...form, ["?", t.keysHelp]];
    dialog.querySelector("[data-keys-list]").replaceChildren(...list.map(([key, label]) => {
      const line = document.createElement("div");
      const name = Object.assign(document.createElement("dt"), { textContent: label });
      const keys = document.createElement("dd");
      keys.append(...key.split(" ").map((part) => Object.assign(document.createElement("kbd"), { textContent: part })));
      line.append(name, keys);
      return line;
    }));
    if (!dialog.open) dialog.showModal();
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-keys]")) showKeys();
    if (event.target.closest("[data-close-keys]") || event.target === dialog) dialog.close();
  });

  // ---- keys -----------------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
      event.preventDefault();
      event.target.form?.requestSubmit(event.target.form.querySelector("[type=submit]:not([disabled])"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    if (event.target.closest(".dropdown-menu.show")) return;
    if (event.key === "Enter" && event.target.matches("[data-href]")) { open(event.target, false); return; }
    press(event);
  });

  function press(event) {
    if (event.key === "?") { event.preventDefault(); showKeys(); return; }
    if (event.key.length !== 1) return;
    const wanted = targets();
    const fresh = Date.now() - since > SEQUENCE_MS;
    const sequence = (fresh ? "" : `${typed} `) + event.key;
    const hit = wanted.find((element) => element.dataset.key === sequence) ?? wanted.find((element) => element.dataset.key === event.key);
    const begins = wanted.some((element) => element.dataset.key.startsWith(`${event.key} `));
    typed = begins && !hit ? event.key : "";
    since = begins && !hit ? Date.now() : 0;
    if (hit) { event.preventDefault(); act(hit); return; }
    if (event.key === "j" || event.key === "k") { if (move(event.key === "j" ? 1 : -1)) event.preventDefault(); }
  }
})();
