/* <button data-dialog="ID"> opens <dialog id="ID">; <button data-dialog-close>, Escape and a click beside it close it. */
(() => {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
    if (event.target.matches("dialog[data-dialog-light]")) event.target.close();
  });
})();
