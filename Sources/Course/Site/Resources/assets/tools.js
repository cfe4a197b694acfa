// Elements of pages, numbers as the book writes them, sliders with labels, and tables that open.
"use strict";
window.QAT = window.QAT || {};
(function (QAT) {
  const { clamped } = QAT.numbers;

  /** An element with attributes and children; of SVG if the name begins with "svg:". */
  function make(name, attributes = {}, ...children) {
    const [, drawn, tag] = name.match(/^(svg:)?(.*)$/);
    const element = drawn ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  /** A number as the book writes it: four digits, a true minus, no zeros at the end. */
  function text(x, digits = 4) {
    const size = Math.abs(x), isFar = size !== 0 && (size < 1e-4 || size >= 1e7);
    return (isFar ? x.toExponential(digits - 1) : String(Number(x.toPrecision(digits)))).replace(/-/g, "−");
  }

  const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
  const times = (count, what) => `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
  const percent = (share, digits) => `${text(share * 100, digits)} %`;
  const range = (count) => Array.from({ length: count }, (_, index) => index);

  let ids = 0;
  const id = () => `touch-${++ids}`;

  /** A labelled slider: its name, its ends and step, its value, and how to say a value in words. */
  function slider([label, min, max, step, value, shown], changed) {
    const own = id(), output = make("output", { for: own });
    const input = make("input", { type: "range", id: own, min, max, step });
    const set = (next) => {
      input.value = next;
      output.textContent = shown(Number(input.value));
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", () => { set(input.value); changed(); });
    set(value);
    return { element: make("div", { class: "slider" }, make("label", { for: own }, label), output, input), input, set };
  }

  /** A table in a place of its own that scrolls. */
  function scrolling(caption) {
    const element = make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption });
    const row = (kind, cells) => make("tr", {}, ...cells.map((cell) => make(kind, {}, typeof cell === "number" ? text(cell, 6) : cell)));
    return { element, fill(columns, rows) {
      element.replaceChildren(make("table", {}, make("caption", {}, caption), make("thead", {}, row("th", columns)),
        make("tbody", {}, ...rows.map((cells) => row("td", cells)))));
    } };
  }

  /** The table behind a figure, filled when it is opened. */
  function tableBehind(caption, columns, rows) {
    const table = scrolling(caption);
    const element = make("details", { class: "behind" }, make("summary", {}, "The table behind it"), table.element);
    const fill = () => { if (element.open) table.fill(columns, rows()); };
    element.addEventListener("toggle", fill);
    return { element, fill };
  }

  /** Which pixel of a canvas is chosen: by a pointer's event of this kind, or by the arrow keys from where `at` says. */
  function choosePixel(canvas, kind, at, chosen) {
    const go = (row, column) => chosen([row, column].map((place, axis) => clamped(Math.floor(place), 0, [canvas.height, canvas.width][axis] - 1)));
    canvas.tabIndex = 0;
    canvas.addEventListener(kind, (event) => {
      const box = canvas.getBoundingClientRect();
      go(((event.clientY - box.top) / box.height) * canvas.height, ((event.clientX - box.left) / box.width) * canvas.width);
    });
    canvas.addEventListener("keydown", (event) => {
      const step = arrows[event.key];
      if (!step) return;
      event.preventDefault();
      go(at()[0] + step[1], at()[1] + step[0]);
    });
  }

  /** A picture of pixels; `colour` gives red, green and blue of a number. */
  function paint(canvas, width, numbers, colour) {
    [canvas.width, canvas.height] = [width, numbers.length / width];
    const context = canvas.getContext("2d"), pixels = context.createImageData(canvas.width, canvas.height);
    numbers.forEach((number, index) => pixels.data.set([...colour(number), 255], index * 4));
    context.putImageData(pixels, 0, 0);
    return context;
  }

  const arrows = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  QAT.tools = { make, text, grouped, times, percent, range, id, slider, scrolling, tableBehind, choosePixel, paint, arrows };
})(window.QAT);
