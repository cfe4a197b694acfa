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
  const at = (id) => document.getElementById(id);
  if (!QAT.data || !at("draw")) return;
  at("draw").hidden = false;

  const readers = QAT.data.readers.map((reader) => ({ ...reader, network: new Network(bytes(reader.model)) }));
  const title = ({ bits, learned }) => (bits === 32 ? "float32" : `${bits} bits${learned ? ", learned steps" : ""}`);
  const grey = (low, high) => (number) => new Array(3).fill(((number - low) / (high - low)) * 255);

  // ── The board ────────────────────────────────────────────────────────────────────────────────────

  const board = at("board"), samples = bytes(QAT.data.samples);
  let strokes = [], image, pen = [14, 6], isDown = false, isWaiting = false;

  function paintBoard() {
    const context = board.getContext("2d"), unit = board.width / side, style = getComputedStyle(document.documentElement);
    const draw = (colour, width, path) => {
      Object.assign(context, { strokeStyle: style.getPropertyValue(colour).trim() || "gray", lineWidth: width, lineCap: "round", lineJoin: "round" });
      context.beginPath();
      path();
      context.stroke();
    };
    context.clearRect(0, 0, board.width, board.height);
    draw("--line", 1, () => range(side).forEach((index) => {
      context.moveTo(index * unit, 0);
      context.lineTo(index * unit, board.height);
      context.moveTo(0, index * unit);
      context.lineTo(board.width, index * unit);
    }));
    for (const stroke of strokes) {
      draw("--ink", 2.4 * unit, () => [stroke[0], ...stroke].forEach(([x, y]) => context.lineTo(x * unit, y * unit)));
    }
    if (board.matches(":focus-visible")) {
      draw(isDown ? "--accent" : "--muted", 3, () => context.arc(pen[0] * unit, pen[1] * unit, 0.8 * unit, 0, 7));
    }
  }

  function changed() {
    image = drawn(strokes);
    if (!isWaiting) requestAnimationFrame(() => { isWaiting = false; read(); });
    isWaiting = true;
  }

  function keep(count) {
    [strokes, isDown] = [strokes.slice(0, count), false];
    changed();
  }

  function extend(event) {
    const box = board.getBoundingClientRect();
    strokes[strokes.length - 1].push([((event.clientX - box.left) / box.width) * side, ((event.clientY - box.top) / box.height) * side]);
    changed();
  }
  board.addEventListener("pointerdown", (event) => {
    board.setPointerCapture(event.pointerId);
    strokes.push([]);
    extend(event);
  });
  board.addEventListener("pointermove", (event) => { if (board.hasPointerCapture(event.pointerId)) extend(event); });
  board.addEventListener("keydown", (event) => {
    const step = arrows[event.key];
    if (event.key === " ") {
      isDown = !isDown;
      if (isDown) strokes.push([pen]);
    } else if (step) {
      pen = pen.map((place, axis) => clamped(place + step[axis], 0, side));
      if (isDown) strokes[strokes.length - 1].push(pen);
    } else if (event.key === "Delete") {
      keep(0);
    } else {
      return;
    }
    event.preventDefault();
    changed();
  });
  ["focus", "blur"].forEach((name) => board.addEventListener(name, paintBoard));
  document.addEventListener("qat:theme", paintBoard);
  at("clear").addEventListener("click", () => keep(0));
  at("undo").addEventListener("click", () => keep(-1));

  function sample(digit) {
    [strokes, isDown, image] = [[], false, samples.slice(digit * 784, (digit + 1) * 784)];
    read();
  }
  for (const digit of range(10)) {
    const button = make("button", { type: "button", "aria-label": `A ${digit} of the test set` }, String(digit));
    button.addEventListener("click", () => sample(digit));
    at("samples").append(button);
  }

  // ── The answers ──────────────────────────────────────────────────────────────────────────────────

  for (const reader of readers) {
    reader.answer = make("output", { class: "answer" });
    reader.bars = range(10).map((digit) => make("div", { class: "bar" }, make("i"), make("span", {}, String(digit))));
    at("readers").append(make("section", { class: "reader", "data-reader": reader.name }, make("h3", {}, title(reader)), reader.answer,
      make("div", { class: "bars", "aria-hidden": "true" }, ...reader.bars),
      make("p", {}, `${percent(reader.reads, 3)} of the test digits, ${grouped(reader.bytes)} bytes`)));
  }
  const scores = tableBehind("Scores of the ten digits", ["network", ...range(10).map(String)],
    () => readers.map((reader) => [title(reader), ...reader.scores.map((score) => text(score, 3))]));
  at("scores").append(scores.element);

  function read() {
    const isBlank = !image.some((pixel) => pixel > 0), input = Float32Array.from(image, (byte) => byte / 255);
    paintBoard();
    paint(at("seen"), side, Array.from(image), grey(0, 255));
    for (const reader of readers) {
      reader.outputs = reader.network.run(input);
      reader.scores = reader.network.scores(reader.outputs);
      const best = largest(reader.scores), powers = reader.scores.map((score) => Math.exp(score - reader.scores[best]));
      const sum = powers.reduce((a, b) => a + b);
      reader.answer.textContent = isBlank ? "–" : best;
      reader.bars.forEach((bar, digit) => {
        bar.firstChild.style.height = isBlank ? "0" : `${(powers[digit] / sum) * 100}%`;
        bar.title = `${digit}: score ${text(reader.scores[digit], 3)}`;
        bar.classList.toggle("best", !isBlank && digit === best);
      });
    }
    at("answers").textContent = isBlank ? "Nothing is drawn yet." : readers.map((reader) => `${title(reader)} reads ${reader.answer.textContent}`).join("; ") + ".";
    scores.fill();
    follow();
  }

  // ── One number, followed ─────────────────────────────────────────────────────────────────────────

  const integers = readers.filter((reader) => !reader.network.isFloat), map = at("map");
  const products = scrolling("The products and their sum"), unit = slider(["Channel", 0, 7, 1, 0, String], follow);
  let pixel = [6, 12];
  const offer = (id, value, words) => at(id).append(make("option", { value }, words));
  integers.forEach((reader, index) => offer("network", index, title(reader)));
  integers[0].network.operations.forEach(({ bias, name, shape }, index) => { if (bias) offer("layer", index, `${name} (${shape.join(" × ")})`); });
  at("choices").append(unit.element);
  at("products").append(products.element);

  /** The numbers on the way from an accumulator to a code, in words. */
  function steps({ steps: { multiplier, product, left, right, high, kept, dropped, shift, result }, accumulator, bias, shifted, code, operation }) {
    const { mantissa, significand, exponent } = multiplier, { grid, limits } = operation;
    return [`Accumulator: the bias ${bias} and all products, ${accumulator}`,
      mantissa === undefined ? `Multiplier: ${significand} · 2^${exponent}` : `Multiplier: mantissa ${mantissa}, shift ${multiplier.shift}`,
      `${accumulator}${left ? ` · 2^${left}` : ""} × ${mantissa === undefined ? significand : mantissa} = ${product}`,
      ...(mantissa === undefined
        ? [`of which 53 bits stay: ${kept} · 2^${dropped}`, `÷ 2^${shift}, rounded half away from zero: ${result}`]
        : [`÷ 2^31, rounded half up: ${high}`, `÷ 2^${right}, rounded half away from zero: ${result}`]),
      `Plus ${grid.zeroPoint}, the zero point: ${shifted}`,
      `Within ${limits.join("…")}: code ${code}, which is ${text(grid.dequantize(code))}`].map((words) => words.replace(/-/g, "−"));
  }

  function follow() {
    const { network, outputs } = integers[at("network").value], position = at("layer").value;
    const operation = network.operations[position], [height, width, channels] = operation.shape, isImage = channels > 0;
    unit.input.max = operation.bias.length - 1;
    unit.set(unit.input.value);
    unit.element.firstChild.textContent = isImage ? "Channel" : "Unit";
    map.hidden = !isImage;
    const channel = Number(unit.input.value), output = outputs[position];
    if (isImage) {
      pixel = [Math.min(pixel[0], height - 1), Math.min(pixel[1], width - 1)];
      const context = paint(map, width, range(height * width).map((place) => output[place * channels + channel]), grey(...operation.limits));
      context.fillStyle = "#e02020";
      context.fillRect(pixel[1], pixel[0], 1, 1);
    }
    const index = isImage ? (pixel[0] * width + pixel[1]) * channels + channel : channel, trace = network.trace(outputs, position, index);
    products.fill([isImage ? "row, column, channel" : "input", "code in", `minus ${text(trace.zeroPoint)}`, "weight", "product", "sum"],
      [["bias", "", "", "", "", trace.bias], ...trace.rows.map(({ at: place, code, x, weight, product, sum }) =>
        [isImage ? place.join(", ") : place[2], code, x, weight, product, sum])]);
    at("path").replaceChildren(...steps(trace).map((words) => make("li", {}, words)));
    QAT.draw.trace = { ...trace, own: output[index] };
  }

  ["network", "layer"].forEach((id) => at(id).addEventListener("change", follow));
  choosePixel(map, "click", () => pixel, (chosen) => { pixel = chosen; follow(); });
  sample(3);
  Object.assign(QAT.draw, { readers, sample });
})(window.QAT);
