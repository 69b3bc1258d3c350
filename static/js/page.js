// Small services of any page: print, menus that close, secrets that hide again.

function startServices(part) {
  for (const button of part.querySelectorAll("[data-print]")) button.hidden = false;
  // What htmx swaps in may be the secret itself.
  if (part.matches?.("[data-autohide]")) hideLater(part);
  for (const secret of part.querySelectorAll("[data-autohide]")) hideLater(secret);
}

function hideLater(secret) {
  const hide = () => (secret.textContent = secret.dataset.hint);
  setTimeout(hide, Number(secret.dataset.autohide) * 1000);
  secret.removeAttribute("data-autohide");
  // Nobody should find it in the history of a computer that several people share.
  window.addEventListener("pagehide", hide, { once: true });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

startServices(document);
document.addEventListener("htmx:load", (event) => startServices(event.target));
