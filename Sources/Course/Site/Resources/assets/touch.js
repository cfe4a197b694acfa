// Figures one can touch: sliders for bits and ranges; pointing gives the number, a click the table behind it.
// The static figure stays in the page, for print and for browsers without scripts.
"use strict";
window.QAT = window.QAT || {};
(function (QAT) {
  const { AffineQuantizer, bytes, clamped } = QAT.numbers;
  const { make, text, grouped, times, percent, range, id, slider, tableBehind, choosePixel, paint } = QAT.tools;
  const f32 = Math.fround;

  // ── Plots ────────────────────────────────────────────────────────────────────────────────────────

  /** Round numbers between two ends, about `count` of them. */
  function ticks([low, high], count) {
    const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= raw), first = Math.ceil(low / step - 1e-9);
    return range(Math.floor(high / step + 1e-9) - first + 1).map((index) => Number(((first + index) * step).toPrecision(12)));
  }

  /** The frame of a plot in an SVG as wide as its place, with scales and marks; `log`: a logarithmic vertical axis. */
  class Plot {
    constructor(svg, { x, y, names, log = false }) {
      const width = Math.max(svg.clientWidth || 640, 240), height = Math.round(clamped(width / 2, 230, 340));
      Object.assign(this, { svg, x, y, log, width, left: 58, right: width - 10, top: 8, bottom: height - 44 });
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.style.height = `${height}px`;
      const frame = { x: this.left, y: this.top, width: this.right - this.left, height: this.bottom - this.top };
      this.marks = make("svg:g", { "clip-path": `url(#${svg.id}-clip)` });
      svg.replaceChildren(make("svg:clipPath", { id: `${svg.id}-clip` }, make("svg:rect", frame)), make("svg:rect", { class: "frame", ...frame }));
      for (const tick of ticks(x, width / 90)) this.words("tick", text(tick), { x: this.X(tick), y: this.bottom + 17 });
      for (const tick of log ? [1, 10, 100, 1000].filter((level) => level <= y[1]) : ticks(y, height / 55)) {
        svg.append(make("svg:line", { class: "grid", x1: this.left, x2: this.right, y1: this.Y(tick), y2: this.Y(tick) }));
        this.words("tick end", text(tick), { x: this.left - 7, y: this.Y(tick) + 4 });
      }
      this.words("axis", names[0], { x: (this.left + this.right) / 2, y: height - 6 });
      this.words("axis", names[1], { transform: `translate(13 ${(this.top + this.bottom) / 2}) rotate(-90)` });
      svg.append(this.marks);
    }

    words(kind, words, place) { this.svg.append(make("svg:text", { class: kind, ...place }, words)); }
    X(x) { return this.left + ((x - this.x[0]) / (this.x[1] - this.x[0])) * (this.right - this.left); }
    Y(y) {
      const [low, high, at] = [...this.y, y].map((value) => (this.log ? Math.log10(value) : value));
      return this.bottom - ((at - low) / (high - low)) * (this.bottom - this.top);
    }

    /** The x under a pointer. */
    at(event) {
      const box = this.svg.getBoundingClientRect();
      const share = (((event.clientX - box.left) / box.width) * this.width - this.left) / (this.right - this.left);
      return this.x[0] + clamped(share, 0, 1) * (this.x[1] - this.x[0]);
    }

    mark(name, kind, places) { this.marks.append(make(`svg:${name}`, { class: kind, ...places })); }
    line(xs, ys, kind) {
      const points = ys.map((y, index) => `${this.X(xs[index]).toFixed(1)} ${clamped(this.Y(y), -999, 1999).toFixed(1)}`);
      this.mark("path", `line ${kind}`, { d: `M${points.join("L")}` });
    }

    box(from, to, low, high, kind) {
      this.mark("rect", kind, { x: this.X(from), width: Math.max(this.X(to) - this.X(from), 0.5), y: this.Y(high), height: this.Y(low) - this.Y(high) });
    }

    upright(x, kind) { this.mark("line", `line ${kind}`, { x1: this.X(x), x2: this.X(x), y1: this.top, y2: this.bottom }); }
    dot(x, y, kind) { this.mark("circle", `dot ${kind}`, { cx: this.X(x), cy: this.Y(y), r: 4.5 }); }
  }

  /**
   * A figure: sliders, a picture, what is under the pointer in words, and the table behind. `draw`, `told` and the rows
   * of the table get the sliders' values and the grid of these; the slider named `follows` goes where the pointer is.
   */
  function figure(place, { sliders, picture, about, keys = [], table: [caption, columns, rows], grid, draw, told, follows }) {
    const controls = {}, words = make("p", { class: "told", role: "status", "aria-live": "polite" });
    let at, g, plot, isWaiting = false;
    function drawn() {
      at = Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, Number(control.input.value)]));
      g = grid && grid(at);
      plot = draw(at, g, svg);
      words.textContent = told(at, g);
      table.fill();
    }
    const soon = () => {
      if (!isWaiting) requestAnimationFrame(() => { isWaiting = false; drawn(); });
      isWaiting = true;
    };
    for (const [name, parts] of Object.entries(sliders)) controls[name] = slider(parts, soon);
    const svg = picture || make("svg:svg", { class: "plot", id: id(), role: "img", "aria-label": `${about} The sliders change it.` });
    const table = tableBehind(caption, columns, () => rows(at, g));
    place.append(make("div", { class: "sliders" }, ...Object.values(controls).map((control) => control.element)), svg,
      make("p", { class: "legend" }, ...keys.map(([kind, words]) => make("span", { class: `key ${kind}` }, words))), words, table.element);
    svg.addEventListener("click", () => { table.element.open = !table.element.open; });
    if (follows) svg.addEventListener("pointermove", (event) => { controls[follows].set(plot.at(event)); soon(); });
    window.addEventListener("resize", soon);
    place.closest("figure").classList.add("touched");
    drawn();
    return soon;
  }

  // ── Staircase and sawtooth ───────────────────────────────────────────────────────────────────────

  const bitsSlider = (value) => ["Bits", 1, 8, 1, value, (bits) => times(bits, "bit")];

  /** The symmetric grid of a figure: 1 bit has the codes −1 and 0, of which none can be left out. */
  const symmetric = (bits, end) => AffineQuantizer.covering(-end, end, { bits, symmetric: true, narrow: bits > 1 });
  const codesOf = (grid) => range(grid.high - grid.low + 1).map((index) => grid.low + index);
  /** The bucket of a code: the numbers that round to it. */
  const bucket = (grid, code) => [grid.dequantize(code) - grid.scale / 2, grid.dequantize(code) + grid.scale / 2];

  /** The thousandths from −1.6 to 1.6, as the lessons count them. */
  const xs = range(3201).map((index) => f32((index - 1600) / 1000));

  function roundTrip(place, showsError) {
    const kind = showsError ? "lost" : "seen", result = showsError ? "error, what comes back minus x" : "what comes back";
    const value = (g, x) => (showsError ? f32(g.roundTrip(x) - x) : g.roundTrip(x));
    return figure(place, {
      grid: ({ bits, range }) => symmetric(bits, range), about: `A plot over x: ${result}.`, follows: "x",
      sliders: {
        bits: bitsSlider(3), range: ["Range", 0.2, 1.6, 0.05, 1, (end) => `−${text(end)} to ${text(end)}`],
        x: ["x", -1.6, 1.6, 0.001, 0.45, (x) => text(x)],
      },
      keys: [[kind, showsError ? "error" : result], ["area region", "clipped"], showsError ? ["area band", "half a step"] : ["floats dashed", "float32"]],
      table: ["Codes, and the numbers that go there", ["code", "comes back", "from", "to"], (_, g) => codesOf(g).map((code) => {
        const [from, to] = bucket(g, code);
        return [code, g.dequantize(code), code === g.low ? "−∞" : from, code === g.high ? "∞" : to];
      })],
      draw(at, g, svg) {
        const [low, high] = [g.dequantize(g.low), g.dequantize(g.high)], ys = xs.map((x) => value(g, x));
        const end = showsError ? Math.max(...ys.map(Math.abs), g.scale) * 1.08 : 1.6;
        const plot = new Plot(svg, { x: [-1.6, 1.6], y: [-end, end], names: ["x", result] });
        if (low > -1.6) plot.box(-1.6, low, -end, end, "region");
        if (high < 1.6) plot.box(high, 1.6, -end, end, "region");
        if (showsError) plot.box(-1.6, 1.6, -g.scale / 2, g.scale / 2, "band"); else plot.line([-1.6, 1.6], [-1.6, 1.6], "floats dashed");
        plot.line(xs, ys, kind);
        plot.upright(at.x, "cursor");
        plot.dot(at.x, value(g, at.x), kind);
        return plot;
      },
      told(at, g) {
        const x = f32(at.x), back = g.roundTrip(x);
        return `x = ${text(x)} takes code ${text(g.quantize(x))} and comes back as ${text(back)}: error ${text(f32(back - x))}${g.saturates(x) ? ", clipped" : ""}. A step is ${text(g.scale)}.`;
      },
    });
  }

  // ── The clip threshold ───────────────────────────────────────────────────────────────────────────

  function threshold(place, { shares, beyond, errors, count }) {
    const curves = ({ bits }) => {
      const { rounding, clipping } = errors[bits - 1];
      return [rounding, clipping, rounding.map((error, index) => error + clipping[index])];
    };
    const best = (at) => curves(at)[2].indexOf(Math.min(...curves(at)[2]));
    const ofLargest = (index) => `${percent(shares[index])} of the largest number`, chosen = ({ at }) => Math.round(at * 50) - 1;
    const keys = [["sky dashed", "rounding"], ["orange dotted", "clipping"], ["ink", "together"], ["muted dashed", "best threshold"], ["cursor", "your threshold"]];
    return figure(place, {
      keys, about: "Mean square error over the clip threshold.", follows: "at",
      sliders: { bits: bitsSlider(4), at: ["Threshold", 0.02, 1, 0.02, shares[best({ bits: 4 })], percent] },
      table: ["Mean square errors by threshold", ["threshold", "numbers clipped", "rounding", "clipping", "together"],
        (at) => shares.map((share, index) => [share, grouped(beyond[index]), ...curves(at).map((curve) => curve[index])])],
      draw(at, _, svg) {
        const all = curves(at), index = chosen(at);
        // As far up as the curves go from 16 % on, where the lesson begins: left of that clipping dwarfs all.
        const plot = new Plot(svg, { x: [0, 1], y: [0, Math.max(...all[2].slice(7)) * 1.05], names: ["threshold ÷ largest number", "mean square error"] });
        all.forEach((curve, place) => plot.line(shares, curve, keys[place][0]));
        plot.upright(shares[best(at)], "muted dashed");
        plot.upright(shares[index], "cursor");
        plot.dot(shares[index], all[2][index], "ink");
        return plot;
      },
      told(at) {
        const index = chosen(at), [rounding, clipping, together] = curves(at).map((curve) => text(curve[index])), all = curves(at)[2];
        const gain = 10 * Math.log10(all[all.length - 1] / all[index]);
        return `At ${ofLargest(index)}, rounding costs ${rounding} and clipping ${clipping}, together ${together}: ${text(Math.abs(gain), 3)} dB ${gain < 0 ? "worse" : "better"} than clipping nothing. `
          + `Of ${times(count, "number")}, ${grouped(beyond[index])} lie beyond it. The best threshold is ${ofLargest(best(at))}.`;
      },
    });
  }

  // ── Weights ──────────────────────────────────────────────────────────────────────────────────────

  const floats = (base64) => new Float32Array(bytes(base64).buffer);
  const farthest = (weights) => weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const gridOf = (largest) => ({ bits, range }) => symmetric(bits, f32(range * largest));
  const rangeSlider = ["Range", 0.05, 1, 0.05, 1, (share) => `${percent(share)} of the largest`];
  /** How many of the weights take each code. */
  function counted(grid, weights) {
    const counts = codesOf(grid).map(() => 0);
    weights.forEach((weight) => counts[grid.quantize(weight) - grid.low]++);
    return counts;
  }

  function histogram(place, weights) {
    const largest = farthest(weights);
    // Bars of three buckets of 8 bits, as in the static figure; the buckets move, the bars stay.
    const width = symmetric(8, largest).scale * 3, bars = range(85).map(() => 0);
    weights.forEach((weight) => bars[clamped(Math.floor(weight / width + 42.5), 0, 84)]++);
    const top = Math.max(...bars) * 1.3;
    return figure(place, {
      grid: gridOf(largest), about: "A histogram of the weights over the buckets of their codes.", follows: "at",
      sliders: { bits: bitsSlider(8), range: rangeSlider, at: ["Weight", -1.03 * largest, 1.03 * largest, "any", 0, (weight) => text(weight)] },
      keys: [["area floats", "weights"], ["area used", "bucket in use"], ["area unused", "empty bucket"]],
      table: ["Codes and their buckets", ["code", "from", "to", "weights"], (_, g) =>
        counted(g, weights).map((count, index) => [g.low + index, ...bucket(g, g.low + index), grouped(count)])],
      draw(at, g, svg) {
        const plot = new Plot(svg, { x: [-1.03 * largest, 1.03 * largest], y: [0.5, top], names: ["weight", "weights"], log: true });
        const gap = plot.X(g.scale) - plot.X(0) < 4 ? 0 : g.scale * 0.04;
        counted(g, weights).forEach((count, index) => {
          const [from, to] = bucket(g, g.low + index);
          plot.box(from + gap, to - gap, 0.5, top, count ? "used" : "unused");
        });
        bars.forEach((count, index) => { if (count) plot.box((index - 42.5) * width, (index - 41.5) * width, 0.5, count, "bar floats"); });
        plot.upright(at.at, "cursor");
        return plot;
      },
      told(at, g) {
        const counts = counted(g, weights), weight = f32(at.at), code = g.quantize(weight), [from, to] = bucket(g, code);
        return `${text(weight)} takes code ${text(code)}, whose bucket goes from ${text(from)} to ${text(to)} and holds ${times(counts[code - g.low], "weight")}. `
          + `${counts.filter((count) => count > 0).length} of ${counts.length} codes are in use; code 0 has ${percent(counts[-g.low] / weights.length)} of all weights. Clipped: ${grouped(weights.filter((each) => g.saturates(each)).length)}.`;
      },
    });
  }

  // The book's palette, from cool to warm.
  const palette = ["0A4C86", "3F8FC5", "A6CDE5", "F7F7F7", "F9C4A2", "E07B3C", "9C3D05"].map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  function colour(share) {
    const place = clamped(share, 0, 1) * 6, index = Math.min(Math.floor(place), 5);
    return palette[index].map((from, channel) => from + (palette[index + 1][channel] - from) * (place - index));
  }

  function pictures(place, weights, digit) {
    const largest = farthest(weights);
    const own = range(784).map((pixel) => weights[pixel * 10 + digit]);
    const canvases = ["float32", "fewer bits"].map((name) =>
      make("canvas", { width: 28, height: 28, role: "img", "aria-label": `The weights in ${name}; arrow keys go to another pixel.` }));
    const names = ["float32", ""].map((name) => make("b", {}, name)), marks = canvases.map(() => make("i", {}));
    let pixel = 14 * 28 + 14;
    const soon = figure(place, {
      grid: gridOf(largest), picture: make("div", { class: "pair" },
        ...canvases.map((canvas, index) => make("div", {}, names[index], make("div", { class: "pixels" }, canvas, marks[index])))),
      sliders: { bits: bitsSlider(2), range: rangeSlider },
      table: [`Codes of the weights that look for a ${digit}`, ["code", "comes back", "pixels"], (_, g) =>
        counted(g, own).map((count, index) => [g.low + index, g.dequantize(g.low + index), grouped(count)])],
      draw(at, g) {
        names[1].textContent = times(at.bits, "bit");
        const shade = (weight) => colour(0.5 + weight / largest / 2);
        paint(canvases[0], 28, own, shade);
        paint(canvases[1], 28, own.map((weight) => g.roundTrip(weight)), shade);
        for (const { style } of marks) [style.left, style.top] = [pixel % 28, Math.floor(pixel / 28)].map((place) => `${place / 0.28}%`);
      },
      told(_, g) {
        const weight = own[pixel], code = g.quantize(weight), shades = counted(g, own).filter((count) => count > 0).length;
        return `Row ${Math.floor(pixel / 28) + 1}, column ${(pixel % 28) + 1}: weight ${text(weight)} takes code ${text(code)} and comes back as ${text(g.dequantize(code))}. The picture has ${times(shades, "shade")}.`;
      },
    });
    for (const canvas of canvases) {
      choosePixel(canvas, "pointermove", () => [Math.floor(pixel / 28), pixel % 28], ([row, column]) => { pixel = row * 28 + column; soon(); });
    }
  }

  // ── Mounting ─────────────────────────────────────────────────────────────────────────────────────

  const kinds = {
    "lesson-01/fig-weights": (place, data) => pictures(place, floats(data.weights), data.digit),
    "lesson-01/fig-staircase": (place) => roundTrip(place, false),
    "lesson-01/fig-histogram": (place, data) => histogram(place, floats(data.weights)),
    "lesson-02/fig-sawtooth": (place) => roundTrip(place, true),
    "lesson-02/fig-threshold": threshold,
  };

  for (const element of QAT.data ? document.querySelectorAll("figure[data-figure]") : []) {
    const [place, kind] = [element.querySelector(".touch"), kinds[element.dataset.figure]];
    if (place && kind) kind(place, QAT.data);
  }
})(window.QAT);
