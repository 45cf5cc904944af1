/* Parts with figures that stay up to date: data-figures-every="5000" turns the many `refresh` events of
   static/js/live.js into one `figures:refresh` in that time. What reads as before is left alone, and what was
   unfolded or had the focus in a part that changed is so again. */
(() => {
  const SPREAD_MS = 1_000;
  const paces = new WeakMap();
  const shown = new WeakMap();

  document.addEventListener("refresh", (event) => {
    const part = event.target;
    if (!part.matches?.("[data-figures-every]")) return;
    const pace = paces.get(part) ?? { next: 0, timer: null };
    paces.set(part, pace);
    if (pace.timer) return;
    if (document.hidden) { pace.wanted = true; return; }
    const wait = Math.max(0, pace.next - performance.now()) + Math.random() * SPREAD_MS;
    pace.timer = setTimeout(() => {
      pace.timer = null;
      pace.next = performance.now() + Number(part.dataset.figuresEvery);
      if (part.isConnected) htmx.trigger(part, "figures:refresh");
    }, wait);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const part of document.querySelectorAll("[data-figures-every]")) {
      const pace = paces.get(part);
      if (pace?.wanted) { pace.wanted = false; htmx.trigger(part, "refresh"); }
    }
  });

  const places = (part) => [...part.querySelectorAll("details, summary, a, button, [tabindex]")];
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    if (!part.matches?.("[data-figures-every]") || event.detail.xhr.status !== 200) return;
    const text = event.detail.xhr.responseText;
    if (shown.get(part)?.text === text) { event.detail.shouldSwap = false; return; }
    const all = places(part);
    shown.set(part, {
      text,
      open: [...part.querySelectorAll("details")].map((one) => one.open),
      focus: all.indexOf(document.activeElement),
    });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const part = event.detail.target;
    const before = shown.get(part);
    if (!before) return;
    part.querySelectorAll("details").forEach((one, place) => { one.open = before.open[place] ?? false; });
    if (before.focus >= 0) places(part)[before.focus]?.focus({ preventScroll: true });
  });
})();
