// Runs before the page is drawn, so that a theme that was chosen before does not flash.
(function () {
  "use strict";
  const QAT = (window.QAT = window.QAT || {});
  const root = document.documentElement;

  // A page that is opened from a file may have no storage.
  function stored(value) {
    try {
      if (value !== undefined) localStorage.setItem("qat-theme", value);
      return localStorage.getItem("qat-theme");
    } catch (error) {
      return null;
    }
  }

  const theme = stored();
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  /** The theme that the page is shown in: "light" or "dark". */
  QAT.theme = function () {
    return root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  };

  /** Shows the page in a theme, and keeps the choice. */
  QAT.setTheme = function (theme) {
    root.dataset.theme = theme;
    stored(theme);
    document.dispatchEvent(new Event("qat:theme"));
  };
})();
