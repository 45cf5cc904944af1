/* The support desk: lists that change in place, live parts that wait while they are in use, the composer.

   hx-swap-oob="keyed"  puts children in order by id: kept where data-version is the same, so that focus, scroll and
                        selection stay; with data-keep-old nothing is removed. Needs hx-ext="desk" around it.
   data-desk-paced      turns many `refresh` events (static/js/live.js) into one `desk:refresh` a second, not in the
                        same moment as on all other desks, and more seldom while the portal answers slowly. */
(() => {
  const PACE_MS = 1_000, SPREAD_MS = 500, LONGEST_PACE_MS = 15_000, REST = 2;
  const place = { queue: "desk:queue", row: "desk:row" };
  const keep = (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* comfort only */ } };
  const kept = (key) => { try { return sessionStorage.getItem(key); } catch { return null; } };

  // ---- lists that change in place -------------------------------------------------------------
  htmx.defineExtension("desk", {
    isInlineSwap: (style) => style === "keyed",
    handleSwap(style, target, fragment) {
      return style === "keyed" ? reconcile(target, fragment.firstElementChild) : false;
    },
  });

  function reconcile(target, fresh) {
    const known = new Map([...target.children].map((child) => [child.id, child]));
    const wasEmpty = known.size === 0;
    const focused = target.contains(document.activeElement) ? document.activeElement : null;
    const at = focused ? [...target.children].findIndex((child) => child.contains(focused)) : -1;
    const drawn = [], added = [];
    const order = [...fresh.children].map((next) => {
      const old = known.get(next.id);
      known.delete(next.id);
      if (!old) { added.push(next); drawn.push(next); return next; }
      if (old.dataset.version !== next.dataset.version) { redraw(old, next); drawn.push(old); }
      return old;
    });
    if (!("keepOld" in target.dataset)) known.forEach((gone) => gone.remove());
    arrange(target, order);
    if (!wasEmpty) tell(added);
    if (focused && at >= 0 && !target.contains(document.activeElement)) {
      const row = focused.isConnected ? focused : target.children[Math.min(at, target.children.length - 1)];
      row?.focus({ preventScroll: true });
    }
    return drawn;
  }

  function redraw(old, next) {
    for (const { name, value } of [...next.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    if (!next.classList.length) old.removeAttribute("class");
    old.replaceChildren(...next.childNodes);
    mark(old, "row-changed");
  }

  function arrange(target, order) {
    if ("keepOld" in target.dataset) { order.filter((child) => !child.isConnected).forEach((child) => target.append(child)); return; }
    let here = target.firstElementChild;
    for (const child of order) {
      if (child === here) here = here.nextElementSibling;
      else target.insertBefore(child, here);
    }
  }

  function mark(element, name) {
    element.classList.add(name);
    element.addEventListener("animationend", () => element.classList.remove(name), { once: true });
  }

  function tell(added) {
    if (!added.length) return;
    for (const child of added) mark(child, child.matches(".message") ? "message-new" : "row-new");
    const text = document.querySelector("[data-new-text]")?.dataset.newText ?? "";
    const last = added.at(-1);
    const spoken = document.getElementById("announcements");
    if (spoken) spoken.textContent = text.replace("%(subject)s", last.dataset.subject ?? "");
    if (last.matches(".message") && document.getElementById("thread-scroll")?.scrollTop < -120) jump(true);
  }

  // ---- one request a second, and none for a page that nobody sees -------------------------------
  const paces = new WeakMap();
  document.addEventListener("refresh", (event) => {
    const element = event.target;
    if (!element.matches?.("[data-desk-paced]")) return;
    const pace = paces.get(element) ?? { last: 0, timer: null, every: PACE_MS };
    paces.set(element, pace);
    if (pace.timer || document.hidden) { pace.wanted = document.hidden || pace.wanted; return; }
    // Who waits for their pace is apart from the others already.
    const rest = pace.last + pace.every - performance.now();
    const wait = rest > 0 ? rest : Math.random() * SPREAD_MS;
    pace.timer = setTimeout(() => {
      pace.timer = null;
      pace.last = performance.now();
      if (element.isConnected) htmx.trigger(element, "desk:refresh");
    }, wait);
  });
  // What takes long is asked for more seldom: many desks together never ask for more than can be answered.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const pace = paces.get(event.detail.elt);
    if (pace) pace.asked = performance.now();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const pace = paces.get(event.detail.elt);
    if (pace?.asked) pace.every = Math.min(Math.max(PACE_MS, REST * (performance.now() - pace.asked)), LONGEST_PACE_MS);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("[data-desk-paced]")) {
      const pace = paces.get(element);
      if (pace?.wanted) { pace.wanted = false; htmx.trigger(element, "refresh"); }
    }
  });

  // A part that is in use is left alone until it is not.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (target.querySelector(".dropdown-menu.show")) {
      event.detail.shouldSwap = false;
      target.addEventListener("hidden.bs.dropdown", refreshTicket, { once: true });
      return;
    }
    // What reads as before stays as it is, unfolded or not.
    const fresh = fragment.querySelector?.(`#${CSS.escape(target.id)}`) ?? fragment.firstElementChild;
    if (target.dataset.version && target.dataset.version === fresh?.dataset.version) event.detail.shouldSwap = false;
  });
  const refreshTicket = () => { const live = document.getElementById("ticket-live"); if (live) htmx.trigger(live, "refresh"); };

  // ---- the queue --------------------------------------------------------------------------------
  const rows = () => document.getElementById("queue-rows");
  const rowOf = (element) => element?.closest?.("#queue-rows > tr");

  document.addEventListener("focusin", (event) => { const row = rowOf(event.target); if (row) keep(place.row, row.id); });
  document.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    if (row) keep(place.row, row.id);
    const button = event.target.closest("[data-claim-row]");
    if (button) claimRow(button);
  });

  function claimRow(button) {
    const row = rowOf(document.activeElement);
    if (!row) { rows()?.firstElementChild?.focus(); return; }
    const claim = row.querySelector(".queue-claim");
    if (claim) claim.click();
    else document.dispatchEvent(new CustomEvent("portal:notice", { detail: { text: button.dataset.takenText, kind: "info" } }));
  }

  function rememberQueue() {
    if (!rows()) return;
    keep(place.queue, location.pathname + location.search);
    if (document.activeElement !== document.body) return;
    const row = document.getElementById(kept(place.row) ?? "");
    if (rowOf(row)) row.focus({ preventScroll: true });
  }

  // What is empty does not stand in the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "queue-filters") return;
    for (const [name, value] of [...event.detail.formData]) if (!value) event.detail.formData.delete(name);
  });
  // The list narrows as soon as what is typed is an organization, or nothing.
  function chooseOrganization() {
    const field = document.getElementById("queue-organization");
    const known = [...field.list.options].some((option) => option.value === field.value);
    if ((!known && field.value) || field.dataset.chosen === field.value) return;
    field.dataset.chosen = field.value;
    htmx.trigger(field.form, "desk:chosen");
  }
  document.addEventListener("input", (event) => { if (event.target.id === "queue-organization") chooseOrganization(); });
  document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "queue-organizations") chooseOrganization(); });

  // ---- the ticket: back to the queue one came from, menus, problems -------------------------------
  document.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back-to-queue]");
    const address = back && kept(place.queue);
    if (address?.startsWith("/desk/")) back.href = address;
    event.target.closest("[data-close-problem]")?.closest(".alert").remove();
    if (event.target.closest("#thread-jump")) jump(false, true);
  });
  document.addEventListener("shown.bs.dropdown", (event) => focusIn(event.target.parentElement));
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.matches?.(".ticket-assign.show")) focusIn(event.target); });
  const focusIn = (menu) => menu?.querySelector("[data-menu-focus]")?.focus();
  document.addEventListener("htmx:beforeSwap", (event) => {
    event.detail.elt.closest?.("[data-closes-menu]")?.closest(".dropdown-menu")?.classList.remove("show");
  });

  function jump(shown, go = false) {
    const button = document.getElementById("thread-jump"), box = document.getElementById("thread-scroll");
    if (button) button.hidden = !shown;
    if (go && box) box.scrollTop = 0;
  }

  // ---- the composer -------------------------------------------------------------------------------
  const tabs = () => [...document.querySelectorAll("[data-composer-tab]")];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  function choose(tab) {
    for (const other of tabs()) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      panelOf(other).hidden = !chosen;
    }
  }
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-composer-tab]");
    if (!tab) return;
    choose(tab);
    write(panelOf(tab).querySelector("form"));
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[data-composer-tab]");
    if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = tabs().find((one) => one !== tab);
    choose(other);
    other.focus();
  });

  // A key that would send an answer nobody sees now shows it first.
  document.addEventListener("click", (event) => {
    const panel = event.target.closest("form[data-composer] [type=submit]")?.closest("[role=tabpanel]");
    if (!panel?.hidden || !parts(panel.querySelector("form")).text.value.trim()) return;
    event.preventDefault();
    choose(tabs().find((tab) => panelOf(tab) === panel));
    write(panel.querySelector("form"));
  }, true);

  const parts = (form) => ({
    text: form.querySelector("[data-composer-text]"),
    preview: form.querySelector(".composer-preview"),
    button: form.querySelector("[data-composer-preview]"),
  });
  function show(form, previewed) {
    const { text, preview, button } = parts(form);
    text.hidden = previewed;
    preview.hidden = !previewed;
    button.setAttribute("aria-pressed", String(previewed));
    if (previewed) htmx.trigger(button, "desk:preview");
  }
  function write(form) {
    show(form, false);
    parts(form).text.focus();
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-composer-preview]");
    if (!button) return;
    const form = button.closest("form");
    if (button.getAttribute("aria-pressed") === "true") write(form); else show(form, true);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form[data-composer]")) return;
    const { text } = parts(form);
    if (event.detail.xhr.status >= 200 && event.detail.xhr.status < 300) {
      form.reset();
      form.querySelector(".file-list")?.replaceChildren();
      form.querySelector(".draft-note")?.remove();
      text.style.height = "";
      show(form, false);
      // Back among the keys: the next one may already be e, u or j.
      text.blur();
      jump(false, true);
    } else {
      show(form, false);
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  // A draft of a note opens where it was written.
  document.addEventListener("portal:draft-restored", (event) => {
    const tab = tabs().find((one) => panelOf(one).contains(event.target));
    if (tab) choose(tab);
  });

  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "queue") rememberQueue(); });
  rememberQueue();
})();
