// The engine's arithmetic of quantized numbers, to the bit: what FixedPoint does in Swift.
//
// A float32 is a number that Math.fround leaves as it is. One operation on two of them, rounded by Math.fround, is the
// float32 operation: a double has more than twice the digits, so rounding twice is rounding once.
"use strict";
window.QAT = window.QAT || {};
(function (QAT) {
  const f32 = Math.fround;
  const smallestNormal = 2 ** -126, smallest = 2 ** -149, largest = (2 - 2 ** -23) * 2 ** 127;

  /** A number rounded to an integer, as RoundingRule does; NaN and the infinities do not change. */
  const rounding = {
    halfUp(x) { const floor = Math.floor(x); return x - floor >= 0.5 ? floor + 1 : floor; },
    halfToEven(x) {
      const floor = Math.floor(x), rest = x - floor;
      return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
    },
    halfAwayFromZero(x) { return x < 0 ? -rounding.halfUp(-x) : rounding.halfUp(x); },
    towardZero: Math.trunc,
  };

  function demand(isMet, message) { if (!isMet) throw new RangeError(message); }
  const clamped = (x, low, high) => Math.min(Math.max(x, low), high);
  const saturated = (x) => clamped(x, -(2 ** 31), 2 ** 31 - 1);
  const flushed = (x) => (Math.abs(x) < smallestNormal ? 0 : x);

  /** The affine map real = scale × (code − zeroPoint), as AffineQuantizer. */
  class AffineQuantizer {
    constructor(scale, zeroPoint, low, high, rule = "halfToEven") {
      Object.assign(this, { scale: f32(scale), zeroPoint, low, high, rule });
      demand(this.scale > 0 && this.scale <= largest, `a scale is finite and above 0; got ${scale}`);
      demand(low < high && low <= zeroPoint && zeroPoint <= high, `a zero point lies within the codes; got ${zeroPoint} and ${low}…${high}`);
      demand(rounding[rule], `there is no rounding rule ${rule}`);
    }

    /** The quantizer that spreads its codes over low…high, widened to include 0 and nudged. */
    static covering(low, high, { bits = 8, symmetric = false, narrow = false, signed = true, rule } = {}) {
      [low, high] = [f32(low), f32(high)];
      demand(-Infinity < low && low <= high && high < Infinity, `a range has two finite ends, the low one first; got ${low}…${high}`);
      demand(bits >= (narrow ? 2 : 1) && bits <= 16, `a code has 1 to 16 bits, with a narrow range 2 or more; got ${bits}`);
      const { zeroPoint, first, last, scale } = nudged(Math.min(low, 0), Math.max(high, 0), bits, symmetric, narrow);
      const offset = signed ? -(2 ** (bits - 1)) : 0;
      return new AffineQuantizer(scale, zeroPoint + offset, first + offset, last + offset, rule);
    }

    /** The code nearest to a real number, saturated; NaN gives the zero point. */
    quantize(real) {
      const steps = rounding[this.rule](f32(f32(real) / this.scale));
      if (Number.isNaN(steps)) return this.zeroPoint;
      return clamped(steps, this.low - this.zeroPoint, this.high - this.zeroPoint) + this.zeroPoint;
    }

    dequantize(code) { return f32(this.scale * (code - this.zeroPoint)); }
    roundTrip(real) { return this.dequantize(this.quantize(real)); }

    /** Whether a number, rounded, lies beyond the last codes. */
    saturates(real) {
      const steps = rounding[this.rule](f32(f32(real) / this.scale));
      return !(this.low - this.zeroPoint <= steps && steps <= this.high - this.zeroPoint);
    }
  }

  // NudgedRange, with what AffineQuantizer does around it: very large or small ranges are first multiplied by a power
  // of two, which changes no digit.
  function nudged(low, high, bits, symmetric, narrow) {
    const magnitude = Math.max(-low, high);
    const factor = magnitude > 2 ** 125 ? 2 ** -3 : magnitude < 2 ** -100 ? 2 ** 64 : 1;
    const codes = 2 ** bits, first = narrow ? 1 : 0, last = codes - 1;
    [low, high] = [f32(low * factor), f32(high * factor)];
    if (magnitude === 0) [low, high] = [0, symmetric ? Math.max((last - 1) / 2, 1) : last - first];
    if (symmetric && bits === 1) {
      [low, high] = [-Math.max(Math.abs(low), Math.abs(high)), 0];
    } else if (symmetric) {
      const ratio = narrow ? -1 : -f32((codes - 2) / codes);
      [low, high] = [Math.min(low, f32(high / ratio), 0), Math.max(high, f32(low * ratio), 0)];
    }
    let scale = flushed(f32(flushed(f32(flushed(high) - flushed(low))) / (last - first)));
    const exact = f32(first - f32(flushed(low) / scale));
    const zeroPoint = exact < first ? first : exact > last ? last : rounding.halfAwayFromZero(exact) || 0;
    if (magnitude === 0) return { zeroPoint, first, last, scale: 1 };
    scale = Math.max(f32(scale / factor), smallest);
    const farthest = Math.max(zeroPoint - first, last - zeroPoint);
    if (f32(scale * farthest) > largest) scale = before(f32(largest / farthest));
    return { zeroPoint, first, last, scale };
  }

  /** The next smaller float32 of a number above 0. */
  function before(x) {
    const float = new Float32Array([x]);
    new Uint32Array(float.buffer)[0] -= 1;
    return float[0];
  }

  const double = new Float64Array(1), words = new Uint32Array(double.buffer);

  /** The exponent of a normal double: x = 1.… × 2^exponent. */
  function exponentOf(x) { double[0] = x; return ((words[1] >>> 20) & 0x7ff) - 1023; }

  /** A real multiplier as a mantissa of 31 bits and a shift, as FixedPointMultiplier. */
  class FixedPointMultiplier {
    constructor(real) {
      demand(real >= 0 && real < Infinity, `a multiplier is finite and not negative; got ${real}`);
      const exponent = exponentOf(real);
      let [mantissa, shift] = [rounding.halfUp((real / 2 ** exponent) * 2 ** 30), exponent + 1];
      if (mantissa === 2 ** 31) [mantissa, shift] = [2 ** 30, shift + 1];
      if (shift > 30) [mantissa, shift] = [2 ** 31 - 1, 30];
      if (real < 2 ** -32) [mantissa, shift] = [0, 0];
      Object.assign(this, { mantissa, shift, raise: 2 ** Math.max(shift, 0), divisor: 2 ** Math.max(-shift, 0) });
      Object.assign(this, { upper: Math.floor(mantissa / 65536), lower: mantissa % 65536 });
    }

    /**
     * An accumulator times the multiplier, rounded twice: half up to the high 32 bits, ⌊(value · mantissa + 2^30) / 2^31⌋,
     * then half away from zero by the shift. The product has up to 63 bits, more than a double; so the mantissa is split.
     */
    apply(value) {
      const raised = this.raise === 1 ? value : saturated(value * this.raise);
      const high = Math.floor((raised * this.upper + Math.floor((raised * this.lower + 2 ** 30) / 65536)) / 32768);
      return high < 0 ? -Math.floor(0.5 - high / this.divisor) : Math.floor(high / this.divisor + 0.5);
    }
  }

  /** A multiplier of 53 bits, as SignificandMultiplier: the product of two doubles, rounded half away from zero. */
  class SignificandMultiplier {
    constructor(real) {
      this.real = real;
      this.exponent = exponentOf(real) - 52;
      this.significand = real / 2 ** this.exponent;
    }

    apply(value) { return saturated(rounding.halfAwayFromZero(value * this.real)); }
  }

  QAT.numbers = {
    AffineQuantizer, FixedPointMultiplier, SignificandMultiplier, rounding, clamped, saturated,
    /** The bytes of a base64 text. */
    bytes: (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
  };
})(window.QAT);
