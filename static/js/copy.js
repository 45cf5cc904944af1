/* <button data-copy="text"> copies it and says so. */
(() => {
  const said = new WeakMap();
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch { byHand(button.dataset.copy); }
    const text = document.getElementById("portal-texts")?.dataset.copied ?? "";
    const place = document.getElementById("announcements");
    if (place) place.textContent = text;
    button.classList.add("copied");
    button.dataset.copiedText = text;
    clearTimeout(said.get(button));
    said.set(button, setTimeout(() => button.classList.remove("copied"), 1500));
  });

  // Without https the clipboard interface is missing.
  function byHand(text) {
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
})();
