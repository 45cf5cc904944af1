/* Live pages: one EventSource for <body data-live="/events?s=…">. Events carry no content; elements with
   data-refresh-on="ticket-changed …" ask for their own fragment again (hx-get, hx-trigger="refresh").
   Also the notices: what just happened, and what an htmx request was refused with. */
(() => {
  const texts = () => document.getElementById("portal-texts")?.dataset ?? {};
  const HIDDEN_AFTER = 60_000, FIRST_WAIT = 1_000, LONGEST_WAIT = 30_000, TELL_AFTER = 3, FADE_AFTER = 7_000;
  // The server says every 20 seconds that it is there (portal/events.py); a network that is gone says nothing.
  const SILENT_AFTER = 50_000, CATCH_UP_MS = 1_000, ASK_AGAIN_MS = 3_000;

  const ICONS = { info: "info-circle", success: "circle-check", warning: "alert-triangle", error: "alert-circle" };

  function notice(text, kind = "info", fades = true) {
    const copy = document.getElementById("notice-template")?.content.firstElementChild?.cloneNode(true);
    if (!copy) return null;
    copy.className = `notice notice-${kind}`;
    copy.querySelector(".notice-text").textContent = text;
    const use = copy.querySelector(".notice-icon use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ICONS[kind] ?? ICONS.info}`));
    if (!fades) copy.removeAttribute("data-notice-fades");
    document.getElementById("notices").append(copy);
    fade(copy);
    return copy;
  }

  function fade(element) {
    if (!element.hasAttribute("data-notice-fades")) return;
    setTimeout(() => { if (element.matches(":hover, :focus-within")) fade(element); else element.remove(); }, FADE_AFTER);
  }

  const refresh = (names) => {
    for (const element of document.querySelectorAll("[data-refresh-on]")) {
      const wanted = element.dataset.refreshOn.split(/\s+/);
      if (!names || names.some((name) => wanted.includes(name))) htmx.trigger(element, "refresh");
    }
  };

  // ---- the stream -----------------------------------------------------------------------------
  const address = document.body.dataset.live;
  let source = null, wait = FIRST_WAIT, failures = 0, missed = false, heardAt = 0;
  let lostNotice = null, sleeping = null, retry = null;
  const heard = new Set();
  const waiting = new Set();
  let bundle = null;

  // Several events in a moment ask for each fragment once.
  function hear(name) {
    waiting.add(name);
    bundle ??= setTimeout(() => { bundle = null; refresh([...waiting]); waiting.clear(); }, 150);
  }

  function listen(name) {
    if (heard.has(name)) return;
    heard.add(name);
    source?.addEventListener(name, () => hear(name));
  }

  function listenToPage() {
    for (const element of document.querySelectorAll("[data-refresh-on]")) element.dataset.refreshOn.split(/\s+/).forEach(listen);
  }

  function connect() {
    clearTimeout(retry);
    source = new EventSource(address);
    heardAt = performance.now();
    for (const name of heard) source.addEventListener(name, () => hear(name));
    for (const name of [...heard, "alive"]) source.addEventListener(name, () => { heardAt = performance.now(); });
    source.addEventListener("reconnected", catchUp);
    source.addEventListener("notice", (event) => {
      const text = JSON.parse(event.data || "{}").text;
      if (text) notice(text);
    });
    source.onopen = () => {
      if (missed) { catchUp(); missed = false; }
      if (lostNotice) { lostNotice.remove(); lostNotice = null; notice(texts().liveBack, "success"); }
      wait = FIRST_WAIT; failures = 0;
      document.body.dataset.liveState = "open";
    };
    source.onerror = lose;
  }

  // All pages of a server that was away come back together: not all of them ask for everything in the same moment.
  function catchUp() {
    setTimeout(() => refresh(), Math.random() * CATCH_UP_MS);
  }

  function lose() {
    source?.close();
    source = null;
    missed = true;
    document.body.dataset.liveState = "lost";
    if (++failures >= TELL_AFTER) tellLost();
    if (failures % TELL_AFTER === 0) loadAgainIfOutOfDate();
    clearTimeout(retry);
    retry = setTimeout(() => { if (!source && !document.hidden) connect(); }, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function tellLost() {
    lostNotice ??= notice(texts().liveLost, "warning", false);
  }

  // The permission to listen lasts a day. A page that is older gets one by being loaded again; drafts are kept.
  async function loadAgainIfOutOfDate() {
    const asking = new AbortController();
    try {
      const answer = await fetch(address, { signal: asking.signal });
      asking.abort();
      if (answer.status === 403) location.reload();
    } catch { /* still away */ }
  }

  // Browsers open few connections to one host: a hidden tab gives its own back.
  function hideOrShow() {
    clearTimeout(sleeping);
    if (document.hidden) {
      sleeping = setTimeout(() => { source?.close(); source = null; missed = true; }, HIDDEN_AFTER);
    } else if (!source) {
      missed = true;
      connect();
    }
  }

  if (address) {
    listenToPage();
    connect();
    document.addEventListener("visibilitychange", hideOrShow);
    document.addEventListener("htmx:afterSettle", listenToPage);
    addEventListener("offline", () => { lose(); tellLost(); });
    addEventListener("online", () => { if (!source) { wait = FIRST_WAIT; connect(); } });
    setInterval(() => { if (source && performance.now() - heardAt > SILENT_AFTER) lose(); }, 5_000);
    addEventListener("pagehide", () => source?.close());
    addEventListener("pageshow", (event) => { if (event.persisted) { source = null; missed = true; connect(); } });
  }

  // ---- notices and refusals -------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    event.target.closest("[data-notice-close]")?.closest("[data-notice]")?.remove();
  });
  document.querySelectorAll("#notices [data-notice]").forEach(fade);

  // A refused request: forms re-rendered with what was typed are swapped in; a bare problem becomes a notice.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.status < 400) return;
    const html = xhr.getResponseHeader("Content-Type")?.startsWith("text/html");
    const bare = /^\s*<div[^>]*data-problem/.test(xhr.responseText);
    if (html && bare) {
      if (elt.dataset.refreshOn && xhr.status >= 500) return;
      const part = new DOMParser().parseFromString(xhr.responseText, "text/html").body.firstElementChild;
      document.getElementById("notices").append(part);
      fade(part);
    } else if (html && [400, 409, 422].includes(xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (!elt.dataset.refreshOn) {
      notice(texts().fault, "error");
    }
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!event.detail.elt.dataset.refreshOn) notice(texts().noAnswer, "error");
  });

  // A part that was not answered although the server is there asks again; while it is away, coming back does so.
  document.addEventListener("htmx:responseError", (event) => {
    const { elt, xhr } = event.detail;
    if (!elt.dataset.refreshOn || xhr.status < 429 || document.body.dataset.liveState !== "open") return;
    setTimeout(() => { if (elt.isConnected) htmx.trigger(elt, "refresh"); }, ASK_AGAIN_MS * (1 + Math.random()));
  });

  document.addEventListener("portal:notice", (event) => notice(event.detail.text, event.detail.kind));
})();
