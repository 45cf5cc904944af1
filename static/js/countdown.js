/* Ticks <time class="countdown"> and freshens <time data-when="relative">, in the readings of common/readings.py.
   The portal may run on a test clock: its now stands in <meta name="portal-now">. */
(() => {
  const MINUTE = 60, HOUR = 3600, DAY = 86400;
  const texts = () => document.getElementById("portal-texts")?.dataset ?? {};
  const meta = document.querySelector('meta[name="portal-now"]');
  let offset = meta ? Date.parse(meta.content) - performance.timeOrigin - responseStart() : 0;
  const now = () => Date.now() + offset;

  // The page was made about when its first byte arrived, not when this script runs.
  function responseStart() {
    return performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
  }

  const fill = (pattern, values) => (pattern ?? "").replace(/%\((\w+)\)s/g, (_, name) => values[name]);

  function span(seconds, ticking) {
    const t = texts();
    const size = Math.abs(Math.trunc(seconds));
    const parts = {
      days: Math.floor(size / DAY), hours: Math.floor((size % DAY) / HOUR),
      minutes: Math.floor((size % HOUR) / MINUTE), seconds: size % MINUTE,
    };
    let name = "minutes";
    if (parts.days) name = parts.hours ? "daysHours" : "days";
    else if (parts.hours) name = parts.minutes ? "hoursMinutes" : "hours";
    else if (ticking && size < 10 * MINUTE) name = parts.minutes ? (parts.seconds ? "minutesSeconds" : "minutes") : "seconds";
    return fill(t[name], parts);
  }

  function tick(element, instant) {
    const due = Date.parse(element.dataset.due);
    const started = Date.parse(element.dataset.started ?? "");
    const left = -Math.floor((instant - due) / 1000);
    const text = fill(texts()[left > 0 ? "left" : "overdue"], { span: span(left, left > 0) });
    if (element.textContent !== text) element.textContent = text;
    const share = (instant - started) / (due - started);
    const state = left <= 0 ? "overdue" : !(due > started) || share < 0.5 ? "calm" : share < 0.8 ? "soon" : "urgent";
    if (element.classList.contains(`countdown-${state}`)) return;
    element.classList.remove("countdown-calm", "countdown-soon", "countdown-urgent", "countdown-overdue");
    element.classList.add(`countdown-${state}`);
    if (state === "overdue") announce(texts().overdueNow);
  }

  function freshen(element, instant) {
    const ahead = -Math.floor((instant - Date.parse(element.dateTime)) / 1000);
    const size = Math.abs(ahead);
    const unit = size >= DAY ? DAY : size >= HOUR ? HOUR : MINUTE;
    let text = element.dataset.day;
    if (size < MINUTE) text = texts().now;
    else if (size < 7 * DAY) text = fill(texts()[ahead > 0 ? "ahead" : "ago"], { span: span(Math.floor(size / unit) * unit) });
    if (element.textContent !== text) element.textContent = text;
  }

  // Times are Beijing's; a reader elsewhere also finds their own in the title.
  function addLocalTime(element) {
    if (element.dataset.local || new Date().getTimezoneOffset() === -480) return;
    element.dataset.local = "shown";
    const local = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    element.title += ` · ${fill(texts().localTime, { moment: local.format(Date.parse(element.dateTime)) })}`;
  }

  function announce(text) {
    const place = document.getElementById("announcements");
    if (place && text) place.textContent = text;
  }

  let turn = 0;
  function all() {
    const instant = now();
    for (const element of document.querySelectorAll("time.countdown[data-due]")) tick(element, instant);
    if (turn++ % 20 === 0) {
      for (const element of document.querySelectorAll('time[data-when="relative"]')) freshen(element, instant);
    }
  }

  document.addEventListener("mouseover", (event) => {
    const element = event.target.closest?.("time[data-when], time[data-due]");
    if (element) addLocalTime(element);
  });
  // With a test clock a fragment brings the portal's now along: it may have travelled since the page was made.
  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    const carrier = part.matches?.("[data-now]") ? part : part.querySelector?.("[data-now]");
    if (carrier && part !== document.body) offset = Date.parse(carrier.dataset.now) - Date.now();
    turn = 0;
    all();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { turn = 0; all(); } });
  setInterval(() => { if (!document.hidden) all(); }, 1000);
  all();
})();
