/* Runs in <head>, before anything is drawn: no flash. The server writes the choice; "auto" follows the device. */
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = root.dataset.themeChoice || "auto";
    root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  };
  apply();
  dark.addEventListener("change", apply);

  const choose = (choice) => {
    root.dataset.themeChoice = choice;
    const year = 365 * 24 * 3600;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${choice}; Path=/; Max-Age=${year}; SameSite=Lax${secure}`;
    apply();
    for (const button of document.querySelectorAll("[data-theme-form] [name=theme]")) {
      button.setAttribute("aria-pressed", String(button.value === choice));
    }
    document.dispatchEvent(new CustomEvent("portal:theme", { detail: { theme: root.dataset.bsTheme } }));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || event.submitter?.name !== "theme") return;
    event.preventDefault();
    choose(event.submitter.value);
    // A signed-in person's choice is also kept on the server and follows them to other devices.
    if (form.dataset.themeForm === "person" && form.getAttribute("action")) {
      const body = new FormData(form);
      body.set("theme", event.submitter.value);
      fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
    }
  });
})();
