import FixedPoint
import Platform

/// Probabilities of logits with integers alone: LiteRT's `SOFTMAX`, kernel `reference_ops::Softmax`.
///
///     p[i] = e^((x[i] − largest) · scale) / Σ e^((x[j] − largest) · scale)
///
/// Differences have 26 fractional bits, exponentials 31, and their sum 19, which is enough for up to 4095
/// classes. A difference that exceeds its 5 integer bits has probability 0. The grid of the result is fixed:
/// scale 1/256, zero point −128.
struct ReferenceSoftmax: IntegerStep {
  private let input: Int
  private let output: Int
  private let classes: Int
  private let rows: Int
  /// 2^26 · scale.
  private let multiplier: FixedPointMultiplier
  /// The lowest difference that can be rescaled.
  private let lowest: Int32

  init(_ index: Int, in model: IntegerModel, multiplier: FixedPointMultiplier) {
    let operation = model.operations[index]
    (input, output) = (operation.inputs[0], index)
    classes = operation.shape[operation.shape.count - 1]
    rows = operation.count / classes
    self.multiplier = multiplier
    lowest = -Int32(truncatingIfNeeded: (31 << 26) >> multiplier.shift)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for row in 0..<(examples * rows) {
      let (logits, codes) = (memory[input] + row * classes, memory[output] + row * classes)
      var largest = logits[0]
      for index in 1..<max(classes, 1) { largest = max(largest, logits[index]) }
      var sum: Int32 = 0
      for index in 0..<classes {
        guard let exponential = exponential(Int32(logits[index]) - Int32(largest)) else { continue }
        sum += FixedPointMultiplier.roundingDivide(exponential, byPowerOfTwo: 12)
      }
      let reciprocal = FixedPointMath.reciprocal(sum, integerBits: 12)
      for index in 0..<classes {
        guard let exponential = exponential(Int32(logits[index]) - Int32(largest)) else {
          codes[index] = -128
          continue
        }
        codes[index] = Self.code(exponential, over: reciprocal)
      }
    }
  }

  /// The code of an exponential times the reciprocal of the sum of all.
  static func code(_ exponential: Int32, over reciprocal: (value: Int32, bitsOverUnit: Int)) -> Int8 {
    let share = FixedPointMath.product(reciprocal.value, exponential)
    let code = RoundingRule.halfAwayFromZero.shiftedRight(Int64(share), by: reciprocal.bitsOverUnit + 23)
    return Int8(clamping: code - 128)
  }

  /// e^(difference · scale) with 31 fractional bits, for a logit's difference to the largest; nil if it is too large.
  func exponential(_ difference: Int32) -> Int32? {
    guard difference >= lowest else { return nil }
    return FixedPointMath.exponential(multiplier.apply(to: difference))
  }
}

// MARK: - With floats

extension ReferenceSoftmax {
  /// Prepares the multiplier from the scale of the logits.
  ///
  /// With a scale of 32 or more, a difference of 1 would exceed its 5 integer bits; the largest scale below
  /// 32 is used instead.
  init(_ index: Int, in model: IntegerModel) {
    let scale = Double(model.operations[model.operations[index].inputs[0]].grid.scale)
    self.init(
      index, in: model, multiplier: FixedPointMultiplier(checked: min(scale * 0x1p26, 0x1p31 - 1)))
  }
}

/// Probabilities of logits by a table of exponentials: LiteRT's optimized `SOFTMAX` of int8 codes, and ONNX Runtime's
/// `QLinearSoftmax`.
///
///     p[i] = table[largest − x[i]] / Σ table[largest − x[j]],   table[d] = e^(−d · scale)
///
/// There are at most 256 differences of two codes, so their exponentials are computed once, as 32-bit floats. They
/// are summed in the order of the classes. LiteRT multiplies by 256 steps of its fixed grid and rounds half away from
/// zero; XNNPACK leaves this operation to LiteRT. ONNX Runtime has a grid of its own for the result: a probability of
/// 1 is 1/scale steps, with the fraction cut off, and rounding is half to even.
struct TableSoftmax: IntegerStep {
  private let input: Int
  private let output: Int
  private let classes: Int
  private let rows: Int
  private let table: [Float]
  private let grid: AffineQuantizer
  private let arithmetic: IntegerArithmetic

  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    (input, output) = (operation.inputs[0], index)
    classes = operation.shape[operation.shape.count - 1]
    rows = operation.count / classes
    let scale = model.operations[operation.inputs[0]].grid.scale
    table = (0...255).map { expf(-scale * Float($0)) }
    (grid, arithmetic) = (operation.grid, model.arithmetic)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let wholeSteps = (1 / grid.scale).rounded(.towardZero)
    for row in 0..<(examples * rows) {
      let (logits, codes) = (memory[input] + row * classes, memory[output] + row * classes)
      var largest = logits[0]
      for index in 1..<max(classes, 1) { largest = max(largest, logits[index]) }
      var sum: Float = 0
      for index in 0..<classes { sum += table[Int(largest) - Int(logits[index])] }
      let inverse = 1 / (sum * 0x1p-8)
      for index in 0..<classes {
        let exponential = table[Int(largest) - Int(logits[index])]
        let steps =
          arithmetic == .onnxRuntime
          ? (exponential * wholeSteps / sum).rounded(.toNearestOrEven)
          : (exponential * inverse).rounded(.toNearestOrAwayFromZero)
        let code = Int32(saturating: steps).addingSaturating(grid.zeroPoint)
        codes[index] = Int8(truncatingIfNeeded: code.saturated(to: grid.quantizedRange))
      }
    }
  }
}
