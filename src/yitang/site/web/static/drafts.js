// What is typed and not yet sent survives a reload, a swap and a session that ended: it stays in this
// tab alone, for the account that typed it, until it is sent.
(() => {
  // A page that says what was wrong with a form has another title than the form's own.
  const wrong = document.querySelector("#errors h2");
  if (wrong) document.title = `${wrong.textContent} · ${document.title}`;
  const reader = document.body.dataset.reader;
  const prefix = "draft ";
  const keyOf = (field) =>
    `${prefix}${reader} ${field.form?.getAttribute("action") || location.pathname} ${field.name}`;
  const kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith(prefix));
  if (reader) {
    // Another person at the same computer finds nothing.
    const others = kept().filter((key) => !key.startsWith(`${prefix}${reader} `));
    others.forEach((key) => sessionStorage.removeItem(key));
  }
  const restore = (within) => {
    if (!reader) return;
    for (const field of within.querySelectorAll("textarea[data-draft]")) {
      if (!field.value) field.value = sessionStorage.getItem(keyOf(field)) || "";
    }
  };
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!reader || !field.matches("textarea[data-draft]")) return;
    if (field.value) sessionStorage.setItem(keyOf(field), field.value);
    else sessionStorage.removeItem(keyOf(field));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-leaves]")) kept().forEach((key) => sessionStorage.removeItem(key));
    // Whether it arrived is known on the next page: there the field is empty, or the draft is back.
    for (const field of form.querySelectorAll("textarea[data-draft]")) {
      if (field.value) sessionStorage.setItem("sent", keyOf(field));
    }
  });
  const sent = sessionStorage.getItem("sent");
  sessionStorage.removeItem("sent");
  if (sent && reader && !document.querySelector("[data-failed]")) sessionStorage.removeItem(sent);
  restore(document);
  document.body.addEventListener("htmx:afterSwap", (event) => restore(event.detail.target));
})();
