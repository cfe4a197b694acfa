// The page "Draw your own digit": strokes become an image like those that the networks learned from, and every network
// reads it; then one number of a network can be followed from its inputs to its code.
"use strict";
window.QAT = window.QAT || {};
(function (QAT) {
  const { bytes, clamped } = QAT.numbers, { Network, largest } = QAT.network;
  const { make, text, grouped, percent, range, slider, scrolling, tableBehind, choosePixel, paint, arrows } = QAT.tools;
  const f32 = Math.fround, side = 28;

  /**
   * The image of strokes, each a list of points [x, y]: as Digits.drawn in Swift, to the bit. The longer side becomes 19
   * pixels, the centre of mass the centre of the image; a pixel is as bright as the line covers it.
   */
  function drawn(strokes) {
    const [size, radius, softness] = [19, f32(1.3), f32(0.65)], image = new Uint8Array(side * side), points = strokes.flat();
    if (!points.length) return image;
    const axes = [0, 1], lengthSquared = (v) => f32(f32(v[0] * v[0]) + f32(v[1] * v[1]));
    const low = axes.map((axis) => Math.min(...points.map((point) => f32(point[axis]))));
    const high = axes.map((axis) => Math.max(...points.map((point) => f32(point[axis]))));
    const extent = Math.max(f32(high[0] - low[0]), f32(high[1] - low[1]), 2);
    const scale = f32(f32(size - f32(2 * radius)) / extent);
    let mass = 0, moment = [0, 0];
    const segments = strokes.flatMap((stroke) => {
      const path = stroke.map((point) => axes.map((axis) => f32(f32(f32(point[axis]) - low[axis]) * scale)));
      return path.map((to, index) => [path[Math.max(index - 1, 0)], to]).slice(path.length > 1 ? 1 : 0);
    });
    for (const [from, to] of segments) {
      const length = f32(f32(Math.sqrt(lengthSquared(axes.map((axis) => f32(to[axis] - from[axis]))))) + f32(0.001));
      mass = f32(mass + length);
      moment = axes.map((axis) => f32(moment[axis] + f32(f32(from[axis] + to[axis]) * f32(length * 0.5))));
    }
    const offset = axes.map((axis) => f32(13.5 - f32(moment[axis] / mass))), reach = f32(radius + softness);
    for (const segment of segments) {
      const [from, to] = segment.map((point) => axes.map((axis) => f32(point[axis] + offset[axis])));
      const along = axes.map((axis) => f32(to[axis] - from[axis])), inverse = f32(1 / Math.max(lengthSquared(along), f32(1e-6)));
      const [left, top] = axes.map((axis) => Math.max(0, Math.trunc(f32(Math.min(from[axis], to[axis]) - reach))));
      const [right, bottom] = axes.map((axis) => Math.min(side - 1, Math.trunc(f32(Math.max(from[axis], to[axis]) + reach))));
      for (let y = top; y <= bottom; y++) {
        for (let x = left; x <= right; x++) {
          const away = [f32(x - from[0]), f32(y - from[1])];
          const t = clamped(f32(f32(f32(away[0] * along[0]) + f32(away[1] * along[1])) * inverse), 0, 1);
          const gap = axes.map((axis) => f32(away[axis] - f32(along[axis] * t)));
          const distance = f32(Math.sqrt(lengthSquared(gap)));
          const covered = clamped(f32(f32(f32(radius - distance) * f32(0.5 / softness)) + 0.5), 0, 1);
          image[y * side + x] = Math.max(image[y * side + x], Math.trunc(f32(f32(covered * 255) + 0.5)));
        }
      }
    }
    return image;
  }

  QAT.draw = { drawn };
  const place = document.getElementById("draw");
  if (!place || !QAT.data) return;

  const readers = QAT.data.readers.map((reader) => ({ ...reader, network: new Network(bytes(reader.model)) }));
  const samples = bytes(QAT.data.samples);
  const title = ({ bits, learned }) => (bits === 32 ? "float32" : `${bits} bits${learned ? ", learned steps" : ""}`);
  const canvas = (size, label) => make("canvas", { width: size, height: size, role: "img", "aria-label": label });

  // ── The board ────────────────────────────────────────────────────────────────────────────────────

  let strokes = [], image = new Uint8Array(side * side), pen = [14, 6], isDown = false;
  const board = canvas(560, "The board: draw a digit with the pointer; or move the pen with the arrow keys, and put it down or lift it with the space bar.");
  const seen = canvas(side, "What the networks see: 28 rows of 28 pixels.");
  board.id = "board";
  board.tabIndex = 0;

  function paintBoard() {
    const context = board.getContext("2d"), unit = board.width / side, style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim() || "gray";
    context.clearRect(0, 0, board.width, board.height);
    Object.assign(context, { lineWidth: 1, strokeStyle: colour("--line") });
    range(side - 1).forEach((index) => [[0, 1], [1, 0]].forEach(([x, y]) => {
      const at = (index + 1) * unit;
      context.beginPath();
      context.moveTo(x * at, y * at);
      context.lineTo(x * at || board.width, y * at || board.height);
      context.stroke();
    }));
    Object.assign(context, { lineWidth: 2.4 * unit, lineCap: "round", lineJoin: "round", strokeStyle: colour("--ink") });
    for (const stroke of strokes) {
      context.beginPath();
      stroke.forEach(([x, y]) => context.lineTo(x * unit, y * unit));
      if (stroke.length === 1) context.lineTo(stroke[0][0] * unit + 0.1, stroke[0][1] * unit);
      context.stroke();
    }
    if (document.activeElement !== board) return;
    Object.assign(context, { lineWidth: 3, strokeStyle: colour(isDown ? "--accent" : "--muted") });
    context.beginPath();
    context.arc(pen[0] * unit, pen[1] * unit, 0.8 * unit, 0, 7);
    context.stroke();
  }

  const grey = (low, high) => (number) => new Array(3).fill(((number - low) / (high - low)) * 255);

  let isWaiting = false;
  function changed() {
    image = drawn(strokes);
    if (!isWaiting) requestAnimationFrame(() => { isWaiting = false; read(); });
    isWaiting = true;
  }

  function unset(count) {
    strokes = strokes.slice(0, count);
    isDown = false;
    changed();
  }

  const pointed = (event) => {
    const box = board.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * side, ((event.clientY - box.top) / box.height) * side];
  };
  board.addEventListener("pointerdown", (event) => {
    board.setPointerCapture(event.pointerId);
    strokes.push([pointed(event)]);
    changed();
  });
  board.addEventListener("pointermove", (event) => {
    if (!board.hasPointerCapture(event.pointerId)) return;
    strokes[strokes.length - 1].push(pointed(event));
    changed();
  });
  board.addEventListener("keydown", (event) => {
    const step = arrows[event.key];
    if (event.key === " ") {
      isDown = !isDown;
      if (isDown) strokes.push([pen]);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      unset(0);
    } else if (step) {
      pen = pen.map((at, axis) => clamped(at + step[axis], 0, side));
      if (isDown) strokes[strokes.length - 1].push(pen);
    } else {
      return;
    }
    event.preventDefault();
    changed();
  });
  ["focus", "blur"].forEach((name) => board.addEventListener(name, paintBoard));

  // ── The answers ──────────────────────────────────────────────────────────────────────────────────

  const said = make("p", { class: "told", role: "status", "aria-live": "polite", id: "answers" });
  for (const reader of readers) {
    reader.answer = make("output", { class: "answer" });
    reader.bars = range(10).map((digit) => make("div", { class: "bar" }, make("i"), make("span", {}, String(digit))));
    reader.card = make("section", { class: "reader", "data-reader": reader.name }, make("h3", {}, title(reader)), reader.answer,
      make("div", { class: "bars", "aria-hidden": "true" }, ...reader.bars),
      make("p", {}, `${percent(reader.reads)} of the test digits, ${grouped(reader.bytes)} bytes`));
  }
  const scoreTable = tableBehind("Scores of the ten digits", ["network", ...range(10).map(String)],
    () => readers.map((reader) => [title(reader), ...reader.scores.map((score) => text(score, 3))]));

  function read() {
    paintBoard();
    paint(seen, side, Array.from(image), grey(0, 255));
    const isBlank = !image.some((pixel) => pixel > 0), input = Float32Array.from(image, (byte) => byte / 255);
    for (const reader of readers) {
      reader.outputs = reader.network.run(input);
      reader.scores = reader.network.scores(reader.outputs);
      const best = largest(Array.from(reader.outputs[reader.network.output]));
      const powers = reader.scores.map((score) => Math.exp(score - reader.scores[best])), sum = powers.reduce((a, b) => a + b);
      reader.said = isBlank ? "–" : String(best);
      reader.answer.textContent = reader.said;
      reader.bars.forEach((bar, digit) => {
        bar.firstChild.style.height = isBlank ? "0" : `${(powers[digit] / sum) * 100}%`;
        bar.title = `${digit}: score ${text(reader.scores[digit], 3)}`;
        bar.classList.toggle("best", !isBlank && digit === best);
      });
    }
    said.textContent = isBlank ? "Nothing is drawn yet." : readers.map((reader) => `${title(reader)} reads ${reader.said}`).join("; ") + ".";
    scoreTable.fill();
    follow();
  }

  // ── One number, followed ─────────────────────────────────────────────────────────────────────────

  const integers = readers.filter((reader) => !reader.network.isFloat);
  const choice = (id, label, entries) => make("div", { class: "slider" }, make("label", { for: id }, label),
    make("select", { id }, ...entries.map(([value, words]) => make("option", { value }, words))));
  const kernels = integers[0].network.operations.flatMap((operation, index) => (operation.bias ? [[index, `${operation.name} (${operation.shape.join(" × ")})`]] : []));
  const [network, layer] = [choice("network", "Network", integers.map((reader, index) => [index, title(reader)])), choice("layer", "Layer", kernels)];
  const map = canvas(side, "The codes of the chosen channel; arrow keys go to another pixel.");
  map.id = "map";
  const path = make("ol", { class: "path", id: "path" }), products = scrolling("The products and their sum");
  let pixel = [14, 14];
  const unit = slider(["Channel", 0, 7, 1, 0, (index) => text(index)], () => follow());

  /** The numbers on the way from an accumulator to a code, in words. */
  function steps({ steps: step, accumulator, bias, shifted, code, operation }) {
    const { multiplier } = step, whole = (integer) => String(integer).replace("-", "−");
    const scaled = step.kind === "fixedPoint"
      ? [`Multiplier: mantissa ${multiplier.mantissa}, shift ${whole(multiplier.shift)}. ${step.left ? `Shifted left by ${step.left}, ` : ""}${whole(accumulator)} × ${multiplier.mantissa} = ${whole(step.product)}`,
        `÷ 2^31, rounded half up: ${whole(step.high)}`, `÷ 2^${step.right}, rounded half away from zero: ${whole(step.result)}`]
      : [`Multiplier: ${multiplier.significand} × 2^${whole(multiplier.exponent)}. ${whole(accumulator)} × ${multiplier.significand} = ${whole(step.product)}`,
        `of which 53 bits stay: ${whole(step.kept)} × 2^${step.dropped}`, `÷ 2^${step.shift}, rounded half away from zero: ${whole(step.result)}`];
    return [`Accumulator: the bias ${whole(bias)} and all products, ${whole(accumulator)}`, ...scaled,
      `${operation.grid.zeroPoint < 0 ? "−" : "+"} ${Math.abs(operation.grid.zeroPoint)}, the zero point: ${whole(shifted)}`,
      `Within ${operation.limits.map(whole).join("…")}: code ${whole(code)}, which is ${text(operation.grid.dequantize(code))}`];
  }

  function follow() {
    const reader = integers[Number(network.lastChild.value)], position = Number(layer.lastChild.value);
    const operation = reader.network.operations[position], [height, width, channels] = operation.shape, isImage = operation.shape.length === 3;
    unit.input.max = operation.bias.length - 1;
    unit.set(unit.input.value);
    unit.element.firstChild.textContent = isImage ? "Channel" : "Unit";
    map.hidden = !isImage;
    const own = Number(unit.input.value), output = reader.outputs[position];
    pixel = pixel.map((at, axis) => clamped(at, 0, (isImage ? [height, width][axis] : side) - 1));
    const index = isImage ? (pixel[0] * width + pixel[1]) * channels + own : own;
    if (isImage) {
      const context = paint(map, width, range(height * width).map((each) => output[each * channels + own]), grey(...operation.limits));
      context.fillStyle = "#e02020";
      context.fillRect(pixel[1], pixel[0], 1, 1);
    }
    const trace = reader.network.trace(reader.outputs, position, index);
    products.fill([isImage ? "row, column, channel" : "input", "code in", `minus ${text(trace.zeroPoint)}`, "weight", "product", "sum"],
      [["bias", "", "", "", "", trace.bias], ...trace.rows.map(({ at, code, x, weight, product, sum }) =>
        [at.map((each) => each + (isImage ? 1 : 0)).join(", "), code, x, weight, product, sum])]);
    path.replaceChildren(...steps(trace).map((words) => make("li", {}, words)));
    QAT.draw.trace = { ...trace, own: output[index] };
  }

  [network, layer].forEach((each) => each.lastChild.addEventListener("change", follow));
  choosePixel(map, "click", () => pixel, (at) => { pixel = at; follow(); });

  // ── The page ─────────────────────────────────────────────────────────────────────────────────────

  const button = (words, label, act) => {
    const element = make("button", { type: "button", "aria-label": label }, words);
    element.addEventListener("click", act);
    return element;
  };
  const sample = (digit) => {
    [strokes, isDown] = [[], false];
    image = samples.slice(digit * 784, (digit + 1) * 784);
    read();
  };
  place.replaceChildren(
    make("div", { class: "boards" }, make("div", {}, board, make("p", { class: "buttons" }, button("Clear", "Clear the board", () => unset(0)), button("Undo", "Take the last stroke away", () => unset(-1)))),
      make("div", {}, make("p", {}, "What the networks see"), seen, make("p", {}, "Or a digit of the test set:"), make("p", { class: "buttons" }, ...range(10).map((digit) => button(String(digit), `A ${digit} of the test set`, () => sample(digit)))))),
    make("h2", { id: "answer" }, "What they read"),
    make("div", { class: "readers" }, ...readers.map((reader) => reader.card)), said, scoreTable.element,
    make("h2", { id: "follow" }, "Follow one number"),
    make("p", {}, "Each code of a layer comes from a sum of products of codes. Choose one, and see every integer on its way."),
    make("div", { class: "sliders" }, network, layer, unit.element), map, products.element, path);
  document.addEventListener("qat:theme", paintBoard);
  sample(3);
  Object.assign(QAT.draw, { readers, sample });
})(window.QAT);
