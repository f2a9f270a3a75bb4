// Live figures: asked for again while someone may be looking; what changed is marked and said once.
(() => {
  const SECONDS = 20;
  const live = document.getElementById("live");
  const news = document.getElementById("said");
  const said = () =>
    new Map([...live.querySelectorAll("[data-live]")].map((one, n) => [one.id || n, one.dataset.live]));
  const stops = () => [...live.querySelectorAll("a[href], summary")];
  const nameOf = (one) => one.getAttribute("href") ?? one.textContent;
  let before = said();
  let opened = [];
  let held = "";
  let shown = "";

  const ask = () => document.visibilityState === "visible" && htmx.trigger(live, "refresh");
  setInterval(ask, SECONDS * 1000);
  document.addEventListener("visibilitychange", ask);

  live.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.serverResponse === shown) event.detail.shouldSwap = false;
    shown = event.detail.serverResponse;
    opened = [...live.querySelectorAll("details[open]")].map((one) => one.id);
    held = live.contains(document.activeElement) ? nameOf(document.activeElement) : "";
  });
  live.addEventListener("htmx:afterSettle", () => {
    opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (held) (stops().find((one) => nameOf(one) === held) ?? stops()[0])?.focus({ preventScroll: true });
    const after = said();
    const changed = [...after].filter(([key, text]) => before.get(key) !== text);
    before = after;
    if (!changed.length) return;
    news.textContent = changed.map(([, text]) => text).join("; ");
    changed.forEach(([key]) => document.getElementById(key)?.classList.add("changed"));
  });
})();
