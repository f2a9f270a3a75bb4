// The desk without reloads: a chosen row swaps the pane, the list stays where it is. Every step is
// also a link or a field of the page, so it works without this file.
(() => {
  const pane = document.getElementById("case");
  const keys = document.getElementById("keys");
  const desk = document.getElementById("main");
  const links = [...document.querySelectorAll("#worklist a.case")];
  const narrow = matchMedia("(max-width: 760px)");
  const here = () => links.findIndex((link) => link.hasAttribute("aria-current"));

  const mark = (chosen) => {
    for (const link of links) {
      const isChosen = link === chosen;
      link.toggleAttribute("aria-current", isChosen);
      if (isChosen) link.setAttribute("aria-current", "true");
      link.closest("tr").classList.toggle("selected", isChosen);
    }
    chosen?.closest("tr").scrollIntoView({ block: "nearest" });
  };
  const open = (link) => {
    if (!link) return;
    link.focus({ preventScroll: true });
    link.click();
  };
  const nextPage = () => document.querySelector('.pages a[rel="next"]')?.click();
  const actions = {
    j: () => (links[here() + 1] ? open(links[here() + 1]) : nextPage()),
    k: () => open(links[here() - 1]),
    r: () => document.getElementById("note")?.focus(),
    o: () => document.getElementById("own-page")?.click(),
    "?": () => keys.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    if (event.key === "Escape" && typing && !typing.closest("dialog")) {
      typing.blur();
      links[here()]?.focus({ preventScroll: true });
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpened = event.key === "Enter" && links[here()] === event.target;
    const action = isOpened
      ? () => document.getElementById("case-title")?.focus()
      : actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== pane) return;
    mark(links.find((link) => link.pathname === event.detail.pathInfo.requestPath.split("?")[0]));
    pane.scrollTop = 0;
    // The focus stays in the list, where the next key goes on; what opened is said instead.
    document.getElementById("said").textContent = document.getElementById("case-title").textContent;
    desk.classList.add("opened");
    if (!narrow.matches) return;
    scrollTo(0, 0);
    document.getElementById("case-title")?.focus({ preventScroll: true });
  });
  document.body.addEventListener("htmx:sendError", (event) => {
    location.href = event.detail.pathInfo.requestPath; // let the browser say what is wrong
  });
  document.querySelector("tr.selected")?.scrollIntoView({ block: "nearest" });
})();
