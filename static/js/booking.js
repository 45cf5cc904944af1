/* Choosing days: a day of the calendar (or any button with data-day) goes into the date field, whose change asks the
   server for the calendar and the outlook again. Arrow keys move in the calendar, over its months too. */
(() => {
  const form = document.querySelector("form[data-booking]");
  if (!form) return;
  const DAY_MS = 86_400_000;
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const PAGES = { PageUp: "earlier-months", PageDown: "later-months" };
  const input = form.elements.starts_on;
  const button = (day) => document.getElementById(`day-${day}`);
  let wanted = null;

  function focus(day) {
    const found = button(day);
    if (!found) return false;
    form.querySelectorAll('.day[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    found.tabIndex = 0;
    found.focus();
    return true;
  }

  form.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-day]");
    if (!chosen || chosen.getAttribute("aria-disabled") === "true") return;
    wanted = chosen.classList.contains("day") ? chosen.dataset.day : null;
    input.value = chosen.dataset.day;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  form.addEventListener("keydown", (event) => {
    const day = event.target.closest(".day")?.dataset.day;
    if (!day || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = PAGES[event.key];
    if (!page && !STEPS[event.key]) return;
    event.preventDefault();
    const days = page ? (page === "later-months" ? 28 : -28) : STEPS[event.key];
    const next = new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
    if (focus(next)) return;
    wanted = next;
    document.getElementById(days > 0 ? "later-months" : "earlier-months")?.click();
  });

  // The calendar was drawn again: the day that had the focus has it again, also when it was another field that asked.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "booking-calendar") wanted ??= document.activeElement?.closest(".day")?.dataset.day ?? null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (wanted) focus(wanted);
    wanted = null;
  });

  // A draft or the browser filled other values in than the server drew.
  addEventListener("load", () => {
    const changed = [...form.elements].some((field) =>
      (field.type === "radio" && field.checked !== field.defaultChecked) ||
      (["starts_on", "days"].includes(field.name) && field.value !== field.defaultValue));
    if (changed) input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
