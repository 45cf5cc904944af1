/* Forms: one submit at a time, a warning before leaving unsaved input, growing text areas, chosen files, passwords. */
(() => {
  const texts = () => document.getElementById("portal-texts")?.dataset ?? {};
  const FILE_BYTES = 20 * 1024 * 1024, FILE_COUNT = 10;

  // ---- one submit, unsaved input --------------------------------------------------------------
  const touched = new WeakSet();
  let leaving = false;

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-form]");
    if (form) touched.add(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
    leaving = true;
    if (!form.hasAttribute("data-form")) return;
    form.setAttribute("aria-busy", "true");
    touched.delete(form);
    // Back from a download or a stopped load: the form works again.
    setTimeout(() => { form.removeAttribute("aria-busy"); leaving = false; }, 15_000);
  });
  addEventListener("pageshow", () => {
    leaving = false;
    document.querySelectorAll('form[aria-busy="true"]').forEach((form) => form.removeAttribute("aria-busy"));
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest?.("form[data-form]");
    if (!form || event.detail.requestConfig.verb === "get") return;
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    else form.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form[data-form]");
    if (form && event.detail.requestConfig.verb !== "get") form.removeAttribute("aria-busy");
    if (form && event.detail.elt === form && event.detail.xhr.status < 400) touched.delete(form);
    leaving = false;
  });
  addEventListener("beforeunload", (event) => {
    if (leaving) return;
    // A draft is kept anyway: leaving loses nothing.
    const unsaved = [...document.querySelectorAll("form[data-form]:not([data-draft])")].some((form) => touched.has(form));
    if (unsaved) event.preventDefault();
  });

  // ---- growing text areas ---------------------------------------------------------------------
  function grow(area) {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, innerHeight * 0.6)}px`;
  }
  document.addEventListener("input", (event) => { if (event.target.matches("textarea[data-autosize]")) grow(event.target); });

  // ---- chosen files ---------------------------------------------------------------------------
  function size(bytes) {
    const units = ["B", "KB", "MB"];
    const power = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2;
    const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: power === 2 ? 1 : 0 });
    return `${number.format(bytes / 1024 ** power)} ${units[power]}`;
  }

  function listFiles(input) {
    const list = input.parentElement.querySelector(".file-list") ?? input.insertAdjacentElement("afterend", document.createElement("ul"));
    list.className = "file-list";
    const files = [...input.files];
    const wrong = files.find((file) => file.size > FILE_BYTES);
    const message = wrong ? texts().filesTooLarge.replace("%(name)s", wrong.name) : files.length > FILE_COUNT ? texts().filesTooMany : "";
    input.setCustomValidity(message);
    if (message) input.reportValidity();
    list.replaceChildren(...files.map((file, index) => fileRow(input, file, index)));
  }

  // A second choice adds to the first: an input by itself forgets it.
  const chosen = new WeakMap();
  const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

  function keep(input, files) {
    const kept = new DataTransfer();
    files.forEach((file) => kept.items.add(file));
    input.files = kept.files;
    chosen.set(input, files);
    listFiles(input);
  }

  function choose(input) {
    const before = chosen.get(input) ?? [];
    keep(input, [...before, ...[...input.files].filter((file) => !before.some((other) => same(file, other)))]);
  }

  function fileRow(input, file, index) {
    const row = document.createElement("li");
    row.classList.toggle("file-wrong", file.size > FILE_BYTES);
    const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: file.name });
    const bytes = Object.assign(document.createElement("span"), { className: "file-size", textContent: size(file.size) });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "btn-close" });
    remove.setAttribute("aria-label", texts().filesRemove.replace("%(name)s", file.name));
    remove.addEventListener("click", () => {
      keep(input, [...input.files].filter((_, place) => place !== index));
      input.focus();
    });
    row.append(name, bytes, remove);
    return row;
  }
  document.addEventListener("change", (event) => { if (event.target.matches('input[type="file"][data-files]')) choose(event.target); });
  document.addEventListener("reset", (event) => {
    event.target.querySelectorAll('input[type="file"][data-files]').forEach((input) => { chosen.delete(input); setTimeout(() => listFiles(input)); });
  });

  // ---- one more row of a kind: <button data-add-row="TEMPLATE" data-add-to="PLACE"> -------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row]");
    if (!button) return;
    const place = document.getElementById(button.dataset.addTo);
    place.append(document.getElementById(button.dataset.addRow).content.cloneNode(true));
    place.lastElementChild.querySelector("input, textarea")?.focus();
  });

  // ---- what a choice promises, said again elsewhere: <… data-echo="PLACE" data-echo-of="SELECTOR"> ----
  function echo(group) {
    const chosen = group.querySelector("input:checked")?.closest("label")?.querySelector(group.dataset.echoOf);
    const place = document.getElementById(group.dataset.echo);
    const words = [...(chosen?.children ?? [])].map((part) => part.textContent.trim()).join(" · ");
    if (place && place.textContent !== words) place.textContent = words;
  }
  const echoAll = () => document.querySelectorAll("[data-echo]").forEach(echo);
  document.addEventListener("change", (event) => { if (event.target.closest("[data-echo]")) echoAll(); });
  document.addEventListener("portal:draft-restored", echoAll);
  document.addEventListener("htmx:oobAfterSwap", echoAll);
  echoAll();

  // ---- passwords ------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show-password]");
    if (!button) return;
    const input = document.getElementById(button.dataset.showPassword);
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });

  function ready(root) {
    root.querySelectorAll?.("textarea[data-autosize]").forEach(grow);
    // What went wrong is where the reader starts.
    (root.querySelector?.("[data-form-errors]") ?? root.querySelector?.(".is-invalid"))?.focus();
  }
  document.addEventListener("htmx:load", (event) => ready(event.detail.elt));
  ready(document);
})();
