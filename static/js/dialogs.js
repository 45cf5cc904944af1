/* <button data-dialog="ID"> opens <dialog id="ID">; <button data-dialog-close>, Escape and a click beside it close it.
   <form data-dialog-form> in one: once accepted it is emptied, gets a new key and closes its dialog. */
(() => {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
    if (event.target.matches("dialog[data-dialog-light]")) event.target.close();
  });
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    // Not `successful`: a refusal that is shown in its place counts as one (live.js).
    const status = event.detail.xhr.status;
    if (!form.matches?.("form[data-dialog-form]") || status < 200 || status > 299) return;
    form.reset();
    const key = form.querySelector('[name="idempotency_key"]');
    if (key) key.value = newKey();
    form.closest("dialog")?.close();
  });
})();
