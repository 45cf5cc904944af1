/* What Tabler's markup needs to move: dropdowns, the collapsed navigation, tabs. Tabler's own script is ten times the
   size and is not loaded. Events are named as Bootstrap names them: show, shown and hidden.bs.dropdown on the button. */
(() => {
  const EDGE = 8, GAP = 4;
  const menuOf = (button) => button.parentElement.querySelector(":scope > .dropdown-menu");
  const buttonOf = (menu) => menu.parentElement.querySelector(':scope > [data-bs-toggle="dropdown"]');
  const openMenus = () => [...document.querySelectorAll(".dropdown-menu.show")];
  const items = (menu) => [...menu.querySelectorAll("a[href], button, input, select")].filter((item) => !item.disabled && item.getClientRects().length);
  const tell = (button, name) => button.dispatchEvent(new CustomEvent(`${name}.bs.dropdown`, { bubbles: true }));

  // ---- dropdowns ------------------------------------------------------------------------------
  // Fixed to the window, so that no scrolling table cuts a menu off.
  function place(menu, button) {
    const at = button.getBoundingClientRect();
    Object.assign(menu.style, { position: "fixed", inset: "0 auto auto 0", margin: "0" });
    const { offsetWidth: width, offsetHeight: height } = menu;
    const left = menu.classList.contains("dropdown-menu-end") ? at.right - width : at.left;
    const below = at.bottom + GAP, above = at.top - GAP - height;
    const top = below + height > innerHeight - EDGE && above > EDGE ? above : below;
    menu.style.left = `${Math.max(EDGE, Math.min(left, document.documentElement.clientWidth - width - EDGE))}px`;
    menu.style.top = `${top}px`;
  }

  function open(button) {
    openMenus().forEach((menu) => close(menu));
    const menu = menuOf(button);
    tell(button, "show");
    menu.classList.add("show");
    button.classList.add("show");
    button.setAttribute("aria-expanded", "true");
    place(menu, button);
    tell(button, "shown");
  }

  function close(menu, refocus = false) {
    const button = buttonOf(menu);
    const inside = menu.contains(document.activeElement);
    menu.classList.remove("show");
    if (!button) return;
    button.classList.remove("show");
    button.setAttribute("aria-expanded", "false");
    if (refocus && inside) button.focus();
    tell(button, "hidden");
  }

  const replace = () => openMenus().forEach((menu) => { const button = buttonOf(menu); if (button) place(menu, button); });
  addEventListener("resize", replace);
  addEventListener("scroll", replace, { capture: true, passive: true });
  // What came into an open menu later may have changed its size.
  document.addEventListener("htmx:afterSettle", replace);

  function keyInMenu(event, menu) {
    const list = items(menu);
    const at = list.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? list.length - 1 : at - 1, Home: 0, End: list.length - 1 }[event.key];
    const typing = document.activeElement.matches('input:not([type="radio"], [type="checkbox"]), select');
    if (event.key === "Escape") { event.stopPropagation(); close(menu, true); }
    else if (to !== undefined && list.length && !(typing && event.key !== "ArrowDown")) list[(to + list.length) % list.length].focus();
    else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    const button = event.target.closest?.('[data-bs-toggle="dropdown"]');
    const menu = event.target.closest?.(".dropdown-menu.show") ?? (button && menuOf(button));
    if (!menu) return;
    if (button && !menu.classList.contains("show")) {
      if (event.key !== "ArrowDown") return;
      open(button);
    }
    keyInMenu(event, menu);
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of openMenus()) if (!menu.parentElement.contains(event.target)) close(menu);
  });

  // ---- the collapsed navigation and tabs --------------------------------------------------------
  function collapse(button) {
    const shown = document.querySelector(button.dataset.bsTarget).classList.toggle("show");
    button.setAttribute("aria-expanded", String(shown));
  }

  function choose(tab) {
    for (const other of tab.closest('[role="tablist"]').querySelectorAll('[role="tab"]')) {
      const chosen = other === tab;
      other.classList.toggle("active", chosen);
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      const pane = document.querySelector(other.dataset.bsTarget ?? other.getAttribute("href"));
      pane.classList.toggle("active", chosen);
      pane.classList.toggle("show", chosen);
    }
  }

  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.('[data-bs-toggle="tab"]');
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    const tabs = [...tab.closest('[role="tablist"]').querySelectorAll('[role="tab"]')];
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-bs-toggle]");
    const kind = button?.dataset.bsToggle;
    if (kind === "dropdown") { if (menuOf(button).classList.contains("show")) close(menuOf(button)); else open(button); return; }
    for (const menu of openMenus()) {
      const inside = menu.contains(event.target);
      if (!inside || buttonOf(menu)?.dataset.bsAutoClose !== "outside") close(menu, inside);
    }
    if (kind === "collapse") collapse(button);
    if (kind === "tab") choose(button);
  });
})();
