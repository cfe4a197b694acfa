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

  // The menu beside the text marks the section that is being read: the last whose heading has come up to a quarter of
  // the window, and at the end of the page the last.
  const sections = [];
  document.querySelectorAll(".sections a").forEach(function (link) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) sections.push({ heading: heading, link: link });
  });
  function mark() {
    const isAtEnd = scrollY > 0 && innerHeight + scrollY >= document.documentElement.scrollHeight - 1;
    const read = isAtEnd ? sections : sections.filter(function (section) {
      return section.heading.getBoundingClientRect().top <= innerHeight / 4;
    });
    const last = read[read.length - 1];
    sections.forEach(function (section) {
      if (section === last) section.link.setAttribute("aria-current", "location");
      else section.link.removeAttribute("aria-current");
    });
  }
  if (sections.length > 0) {
    addEventListener("scroll", mark, { passive: true });
    addEventListener("resize", mark);
    document.addEventListener("toggle", mark, true);
    mark();
  }
})();
