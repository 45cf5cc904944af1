/* Who else looks at the ticket or writes on it: this page says that it is open, and what is being written in it.
   <form id="presence"> posts `doing`; the answer names the others. The event "presence-changed" asks for it at once. */
(() => {
  const form = document.getElementById("presence");
  if (!form) return;
  const HERE_MS = 15_000, TYPING_MS = 4_000, SILENT_MS = 6_000;
  const doing = form.elements.doing;
  let said = 0, silence = null;

  function beat() {
    if (document.hidden && !doing.value) return;
    said = performance.now();
    htmx.trigger(form, "presence:beat");
  }

  // ---- typing: told when it begins, while it lasts, and when it ends -------------------------------
  document.addEventListener("input", (event) => {
    const panel = event.isTrusted && event.target.matches?.("[data-composer-text]") && event.target.closest("[role=tabpanel]");
    if (!panel) return;
    const what = panel.id === "panel-note" ? "note" : "reply";
    const began = doing.value !== what;
    doing.value = what;
    if (began || performance.now() - said > TYPING_MS) beat();
    clearTimeout(silence);
    silence = setTimeout(stop, SILENT_MS);
  });
  function stop() {
    clearTimeout(silence);
    if (!doing.value) return;
    doing.value = "";
    beat();
  }

  // ---- a colleague answered while something stands in the composer ----------------------------------
  const notice = document.getElementById("presence-answered");
  const thread = document.getElementById("thread");
  const unsent = () => document.getElementById("reply-body")?.value.trim();
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    const answer = added.find((node) => node.matches?.(".message-staff") && node.dataset.author !== thread.dataset.reader);
    if (!answer || !unsent()) return;
    notice.querySelector("span").textContent = form.dataset.answeredText.replace("%(name)s", answer.dataset.authorName);
    notice.hidden = false;
  }).observe(thread, { childList: true });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.elt.matches?.("form[data-composer]") || !event.detail.successful) return;
    notice.hidden = true;
    stop();
  });

  // ---- coming and going ---------------------------------------------------------------------------
  setInterval(beat, HERE_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
  addEventListener("pagehide", () => {
    const leaving = new FormData(form);
    leaving.set("leaving", "1");
    navigator.sendBeacon(form.getAttribute("hx-post"), leaving);
  });
  beat();
})();
