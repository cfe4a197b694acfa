// Networks in the page: integer models read from the bytes that the engine writes, and run with integers alone, equal to
// IntegerInference in every code; and the same network in float32.
"use strict";
window.QAT = window.QAT || {};
(function (QAT) {
  const { AffineQuantizer, FixedPointMultiplier, SignificandMultiplier, clamped, saturated } = QAT.numbers;
  const { range } = QAT.tools, f32 = Math.fround;
  const element = { I8: Int8Array, U8: Uint8Array, I32: Int32Array, F32: Float32Array };

  function demand(isMet, what) { if (!isMet) throw new Error(`${what} is not computed here; make the data again with book site-data`); }

  /** The metadata and the tensors of a safetensors file. */
  function safetensors(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const begin = 8 + view.getUint32(0, true);
    demand(view.getUint32(4, true) === 0 && begin <= bytes.length, "a file that was cut off");
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, begin)));
    const tensors = {};
    const { __metadata__: metadata, ...entries } = header;
    for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(entries)) {
      demand(element[dtype], `${name}: a tensor of ${dtype}`);
      tensors[name] = { shape, values: new element[dtype](bytes.slice(begin + from, begin + to).buffer) };
    }
    return { metadata, tensors };
  }

  /** Codes of fewer than 8 bits, unpacked from a stream of bits, as PackedCodes. */
  function unpacked(bytes, count, bits) {
    return Int8Array.from(range(count), (index) => {
      const bit = index * bits;
      const pair = bytes[bit >> 3] | (bytes[(bit >> 3) + 1] || 0) << 8;
      return ((pair >> (bit & 7)) << (32 - bits)) >> (32 - bits);
    });
  }

  const product = (numbers) => numbers.reduce((a, b) => a * b);

  /** A network of operations, read from a file of the engine; the tensors of an operation are codes, or floats. */
  class Network {
    constructor(bytes) {
      const { metadata, tensors } = safetensors(bytes), { name, scheme } = metadata;
      demand(scheme === "float32" || scheme === "tflite", `${name}: the arithmetic of ${scheme}`);
      Object.assign(this, { name, isFloat: scheme === "float32", output: Number(metadata.outputs), operations: [] });
      for (const index of range(Number(metadata.operations))) {
        this.operations.push(this.operation(metadata[`operation.${index}`], metadata[`name.${index}`], tensors));
      }
    }

    operation(text, name, tensors) {
      const words = Object.fromEntries(text.split(" ").map((pair) => pair.split("=")));
      const list = (key) => (words[key] ? words[key].split(",").map(Number) : []);
      const operation = { name, kind: words.kind, inputs: list("inputs"), shape: list("shape") };
      operation.count = product(operation.shape);
      if (!this.isFloat) {
        operation.grid = new AffineQuantizer(Number(words.scale), Number(words.zeroPoint), ...list("codes"), words.rounding);
      }
      demand(!words.dilations, `${name}: a dilated window`);
      if (words.kind === "input") return operation;
      demand(run[words.kind], `${name}: ${words.kind}`);
      // A dense layer is a convolution of an image of one pixel.
      const source = this.operations[operation.inputs[0]], isDense = words.kind === "dense";
      const [image, own] = isDense ? [[1, 1, source.count], [1, 1, operation.count]] : [source.shape, operation.shape];
      Object.assign(operation, { channels: own[2], depth: image[2], columns: image[1] });
      if (isDense) operation.windows = [Int32Array.of(0, 0)];
      if (words.window) operation.windows = windows(image, own, list("window"), list("strides"), list("padding"));
      if (words.kernel) this.readKernel(operation, list, words, tensors);
      return operation;
    }

    readKernel(operation, list, words, tensors) {
      const source = this.operations[operation.inputs[0]], shape = list("kernel"), bits = Number(words.bits);
      const values = (part) => tensors[`${operation.name}/${part}`].values;
      demand(shape[shape.length - 2] === operation.depth, `${operation.name}: a convolution of groups`);
      Object.assign(operation, { weights: values("kernel"), bias: values("bias"), limits: list("limits"), relu: words.relu === "true" });
      if (this.isFloat) return;
      if (bits < 8) operation.weights = unpacked(operation.weights, product(shape), bits);
      const scales = values("scales"), Multiplier = operation.kind === "dense" ? SignificandMultiplier : FixedPointMultiplier;
      operation.multipliers = Array.from(operation.bias, (_, channel) =>
        new Multiplier((source.grid.scale * scales[scales.length === 1 ? 0 : channel]) / operation.grid.scale));
    }

    /** The codes, or floats, of every operation for one image of numbers 0…1. */
    run(image) {
      const outputs = [];
      this.operations.forEach((operation, index) => {
        const output = this.isFloat ? new Float32Array(operation.count) : new Int8Array(operation.count);
        if (operation.kind === "input") {
          for (let i = 0; i < output.length; i++) output[i] = this.isFloat ? image[i] : operation.grid.quantize(image[i]);
        } else {
          run[operation.kind](this, operation, outputs[operation.inputs[0]], output);
        }
        outputs[index] = output;
      });
      return outputs;
    }

    /** The real scores of the classes, of what `run` gave. */
    scores(outputs) {
      const { grid } = this.operations[this.output];
      return Array.from(outputs[this.output], (value) => (this.isFloat ? value : grid.dequantize(value)));
    }

    /** The elements of the input that an element of the output reads, each with the place of its weight. */
    taps({ windows, bias, depth, columns }, index) {
      const unit = index % bias.length, window = windows[(index - unit) / bias.length], taps = [];
      for (let i = 0; i < window.length; i += 2) {
        const [tap, pixel] = [window[i], window[i + 1]];
        for (let channel = 0; channel < depth; channel++) {
          taps.push({ from: pixel * depth + channel, weight: (tap * depth + channel) * bias.length + unit,
            at: [Math.floor(pixel / columns), pixel % columns, channel] });
        }
      }
      return taps;
    }

    /** One output code, step by step, in integers without a limit: a second way to the code that `run` found. */
    trace(outputs, position, index) {
      const operation = this.operations[position], unit = index % operation.bias.length;
      const input = outputs[operation.inputs[0]], { zeroPoint } = this.operations[operation.inputs[0]].grid;
      let sum = BigInt(operation.bias[unit]);
      const rows = this.taps(operation, index).map(({ from, weight, at }) => {
        const [code, factor] = [input[from], operation.weights[weight]];
        const product = BigInt(code - zeroPoint) * BigInt(factor);
        sum += product;
        return { at, code, x: code - zeroPoint, weight: factor, product: Number(product), sum: Number(sum) };
      });
      const steps = requantized(sum, operation.multipliers[unit]);
      const shifted = Number(steps.result) + operation.grid.zeroPoint;
      const code = clamped(shifted, ...operation.limits);
      return { operation, rows, bias: operation.bias[unit], accumulator: Number(sum), zeroPoint, steps, shifted, code };
    }
  }

  /** Whole numbers halved `bits` times, half up. */
  const halfUp = (value, bits) => (bits > 0 ? (value + (1n << BigInt(bits - 1))) >> BigInt(bits) : value << BigInt(-bits));
  /** The same, half away from zero. */
  const awayFromZero = (value, bits) => (value < 0n ? -halfUp(-value, bits) : halfUp(value, bits));

  /** What becomes of an accumulator, with every number on the way. */
  function requantized(accumulator, multiplier) {
    const { significand, exponent, mantissa, shift: own } = multiplier;
    if (significand) {
      // The exact product has up to 84 bits; a double keeps the upper 53, half to even.
      const product = accumulator * BigInt(significand), size = product < 0n ? -product : product;
      const dropped = Math.max(size.toString(2).length - 53, 0), unit = 1n << BigInt(dropped), rest = size % unit;
      const kept = size / unit + (2n * rest > unit || (2n * rest === unit && (size / unit) % 2n === 1n) ? 1n : 0n);
      const signed = product < 0n ? -kept : kept, shift = -exponent - dropped;
      return { multiplier, product, dropped, kept: signed, shift, result: BigInt(saturated(Number(awayFromZero(signed, shift)))) };
    }
    const left = Math.max(own, 0), right = Math.max(-own, 0);
    const product = BigInt(saturated(Number(accumulator << BigInt(left)))) * BigInt(mantissa), high = halfUp(product, 31);
    return { multiplier, product, high, left, right, result: awayFromZero(high, right) };
  }

  /** For each pixel of the output, what of its window lies on the image: pairs of a place in the window and a pixel. */
  function windows([rows, columns], [height, width], [tall, wide], [down, right], [top, left]) {
    return range(height * width).map((pixel) => {
      const pairs = [];
      for (let tap = 0; tap < tall * wide; tap++) {
        const y = Math.floor(pixel / width) * down - top + Math.floor(tap / wide), x = (pixel % width) * right - left + (tap % wide);
        if (y >= 0 && y < rows && x >= 0 && x < columns) pairs.push(tap, y * columns + x);
      }
      return Int32Array.from(pairs);
    });
  }

  /** Adds a number times a row of weights to the sums; sums of codes stay below 2^31, as the engine has checked. */
  function addIntegers(x, weights, begin, sums) {
    for (let unit = 0; unit < sums.length; unit++) sums[unit] += Math.imul(x, weights[begin + unit]);
  }

  function addFloats(x, weights, begin, sums) {
    for (let unit = 0; unit < sums.length; unit++) sums[unit] = f32(sums[unit] + f32(x * weights[begin + unit]));
  }

  function linear(network, { windows, bias, weights, depth, relu, limits, multipliers, grid, inputs }, input, output) {
    const sums = bias.slice(), { isFloat } = network, add = isFloat ? addFloats : addIntegers;
    const zeroPoint = isFloat ? 0 : network.operations[inputs[0]].grid.zeroPoint, [low, high] = limits;
    windows.forEach((window, pixel) => {
      sums.set(bias);
      for (let i = 0; i < window.length; i += 2) {
        for (let channel = 0; channel < depth; channel++) {
          const x = input[window[i + 1] * depth + channel] - zeroPoint;
          if (x !== 0) add(x, weights, (window[i] * depth + channel) * sums.length, sums);
        }
      }
      for (let unit = 0; unit < sums.length; unit++) {
        output[pixel * sums.length + unit] = !isFloat ? clamped(multipliers[unit].apply(sums[unit]) + grid.zeroPoint, low, high)
          : relu ? Math.max(sums[unit], 0) : sums[unit];
      }
    });
  }

  const run = {
    convolution: linear,
    dense: linear,
    maxPooling(network, { windows, channels }, input, output) {
      windows.forEach((window, pixel) => {
        for (let channel = 0; channel < channels; channel++) {
          let most = -Infinity;
          for (let i = 1; i < window.length; i += 2) most = Math.max(most, input[window[i] * channels + channel]);
          output[pixel * channels + channel] = most;
        }
      });
    },
    reshape(network, operation, input, output) { output.set(input); },
  };

  QAT.network = {
    Network, safetensors,
    /** The index of the largest number: of equal ones, the first. */
    largest: (numbers) => numbers.reduce((best, x, index) => (x > numbers[best] ? index : best), 0),
  };
})(window.QAT);
