// Keys of the desk. Everything they do is a link or a field of the page, so it works without them.
(() => {
  const rows = [...document.querySelectorAll("#worklist a.case")];
  const here = rows.findIndex((link) => link.hasAttribute("aria-current"));
  const keys = document.getElementById("keys");
  const go = (link) => link && link.click();
  const actions = {
    j: () => go(rows[here + 1] || document.querySelector('.pages a[rel="next"]')),
    k: () => go(rows[here - 1]),
    r: () => document.getElementById("note")?.focus(),
    o: () => go(document.getElementById("own-page")),
    "?": () => keys.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    if (event.key === "Escape" && typing && !typing.closest("dialog")) typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.querySelector("tr.selected")?.scrollIntoView({ block: "nearest" });
})();
