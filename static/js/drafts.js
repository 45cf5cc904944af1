/* <form data-draft="KEY">: what was typed is kept in this browser, per person, until the server accepted the form.
   Accepted means: the next page answers without this form refused (it carries data-draft-keep when it was).
   With data-draft-url it is kept on the server, and in this browser only while the server does not answer.
   Nothing inside [data-secret] is kept anywhere. */
(() => {
  const texts = () => document.getElementById("portal-texts")?.dataset ?? {};
  const PREFIX = "draft:", DAYS = 14, NEVER = /^(csrfmiddlewaretoken|idempotency_key)$/;

  const place = (form) => PREFIX + form.dataset.draft;
  const fields = (form) => [...form.elements].filter((field) =>
    field.name && !NEVER.test(field.name) && !field.closest("[data-secret]") && !["password", "file", "hidden", "submit", "button"].includes(field.type));

  function read(form) {
    try { return JSON.parse(localStorage.getItem(place(form))); } catch { return null; }
  }
  function write(form) {
    const values = fields(form).map((field) => [field.name, field.type, field.value, field.checked]);
    const empty = values.every(([, type, value]) => !value.trim() || type === "radio" || type === "checkbox" || type === "select-one");
    try {
      if (empty) localStorage.removeItem(place(form));
      else localStorage.setItem(place(form), JSON.stringify({ at: Date.now(), values }));
    } catch { /* a full or forbidden store: the form works without drafts */ }
  }

  function restore(form) {
    const draft = read(form);
    if (!draft || form.hasAttribute("data-draft-keep")) return;
    let changed = false;
    for (const [name, type, value, checked] of draft.values) {
      const field = fields(form).find((other) => other.name === name && (other.type !== "radio" && other.type !== "checkbox" || other.value === value));
      if (!field) continue;
      if (type === "radio" || type === "checkbox") { changed ||= field.checked !== checked; field.checked = checked; }
      else if (field.value !== value && value) { field.value = value; changed = true; }
    }
    if (!changed) return;
    form.dispatchEvent(new CustomEvent("portal:draft-restored", { bubbles: true }));
    fields(form).forEach((field) => field.dispatchEvent(new Event("input", { bubbles: true })));
    form.prepend(note(form));
  }

  function note(form) {
    const line = Object.assign(document.createElement("div"), { className: "draft-note", role: "status" });
    const discard = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: texts().draftDiscard });
    discard.addEventListener("click", () => { localStorage.removeItem(place(form)); form.reset(); line.remove(); });
    line.append(texts().draftRestored, discard);
    return line;
  }

  function forgetOld() {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue;
      try { if (Date.now() - JSON.parse(localStorage[key]).at > DAYS * 86_400_000) localStorage.removeItem(key); } catch { localStorage.removeItem(key); }
    }
  }

  // A submitted draft is dropped once another page arrives; coming back to the form refused keeps it.
  function settleSent() {
    const sent = sessionStorage.getItem("draft-sent");
    if (!sent) return;
    sessionStorage.removeItem("draft-sent");
    const back = document.querySelector(`form[data-draft="${CSS.escape(sent)}"][data-draft-keep]`);
    if (!back) localStorage.removeItem(PREFIX + sent);
  }

  // ---- on the server --------------------------------------------------------------------------
  const sent = new WeakSet();

  function say(form, words) {
    const place = form.querySelector("[data-draft-status]");
    if (place) place.textContent = place.dataset[words] ?? "";
  }

  async function save(form) {
    waiting.delete(form);
    if (sent.has(form)) return;
    const typed = new FormData(form);
    [...form.elements].forEach((field) => { if (field.type === "file" || field.closest("[data-secret]")) typed.delete(field.name); });
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: new URLSearchParams(typed), keepalive: true, redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      localStorage.removeItem(place(form));
      say(form, "saved");
    } catch {
      if (sent.has(form)) return;
      write(form);
      say(form, "local");
    }
  }

  // It is on its way: what was accepted is no draft.
  function stop(form) {
    clearTimeout(clocks.get(form));
    waiting.delete(form);
    sent.add(form);
  }

  // One clock for each form: writing in another one must not stop it.
  const clocks = new WeakMap(), waiting = new Set();
  const onServer = (form) => "draftUrl" in form.dataset;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form || event.target.closest("[data-secret]")) return;
    clearTimeout(clocks.get(form));
    if (onServer(form)) waiting.add(form);
    clocks.set(form, setTimeout(() => (onServer(form) ? save(form) : write(form)), onServer(form) ? 1200 : 300));
  });
  addEventListener("pagehide", () => waiting.forEach(save));
  document.addEventListener("visibilitychange", () => { if (document.hidden) waiting.forEach(save); });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form || event.defaultPrevented) return;
    stop(form);
    write(form);
    sessionStorage.setItem("draft-sent", form.dataset.draft);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches?.("form[data-draft-url]") && event.detail.requestConfig.verb !== "get") stop(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form[data-draft]");
    if (!form || event.detail.elt !== form || event.detail.requestConfig.verb === "get") return;
    const { status } = event.detail.xhr;
    // A refused form is answered and swapped in as well: only what was accepted is no draft any more.
    if (status > 0 && status < 400) {
      clearTimeout(clocks.get(form));
      localStorage.removeItem(place(form));
      sessionStorage.removeItem("draft-sent");
      // The answer may have taken the form's place already.
      document.querySelectorAll("[data-draft-note]").forEach((line) => line.remove());
    } else {
      sent.delete(form);
      if (onServer(form)) save(form);
    }
  });

  // After htmx has begun to listen: what is restored asks for what is found while one types.
  document.addEventListener("DOMContentLoaded", () => {
    try {
      settleSent();
      forgetOld();
      document.querySelectorAll("form[data-draft]").forEach(restore);
    } catch { /* no storage here: drafts are a comfort, not a need */ }
  });
})();
