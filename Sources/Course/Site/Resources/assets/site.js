// What every page does: the switch of the theme, folds that open for a link, and scrolling by keyboard.
(function () {
  "use strict";
  const QAT = (window.QAT = window.QAT || {});

  const button = document.querySelector("button.theme");
  function label() {
    const other = QAT.theme() === "dark" ? "Light" : "Dark";
    button.textContent = other;
    button.setAttribute("aria-label", other + " theme");
  }
  button.hidden = false;
  button.addEventListener("click", function () {
    QAT.setTheme(QAT.theme() === "dark" ? "light" : "dark");
  });
  document.addEventListener("qat:theme", label);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () {
    document.dispatchEvent(new Event("qat:theme"));
  });
  label();

  // A slash leads to the search, as long as nobody is typing.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const field = document.getElementById("words") || document.querySelector(".find input");
    field.focus();
    event.preventDefault();
  });

  // What is wider than the screen scrolls by itself, and so has to take the focus.
  function reachable() {
    document.querySelectorAll("pre, .scroll, .plate").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  addEventListener("resize", reachable);
  document.addEventListener("toggle", reachable, true);
  reachable();

  // The menu beside the text marks the section that is being read.
  const links = new Map();
  document.querySelectorAll(".sections a").forEach(function (link) {
    links.set(decodeURIComponent(link.hash.slice(1)), link);
  });
  if (links.size > 0 && "IntersectionObserver" in window) {
    const seen = new IntersectionObserver(function (entries) {
      const entry = entries.filter(function (entry) { return entry.isIntersecting; })[0];
      if (!entry) return;
      links.forEach(function (link) { link.removeAttribute("aria-current"); });
      links.get(entry.target.id).setAttribute("aria-current", "location");
    }, { rootMargin: "0px 0px -75% 0px" });
    links.forEach(function (link, id) {
      const heading = document.getElementById(id);
      if (heading) seen.observe(heading);
    });
  }
})();
