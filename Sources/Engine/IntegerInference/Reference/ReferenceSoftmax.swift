import FixedPoint

/// Probabilities from logits with integers alone: LiteRT's `SOFTMAX`, kernel `reference_ops::Softmax`.
///
///     p[i] = e^((x[i] − largest) · scale) / Σ e^((x[j] − largest) · scale)
///
/// The differences are rescaled to fractions of 2^26, exponentials are fractions of 2^31, and their sum a
/// fraction of 2^19, which holds up to 4095 classes. A difference too large for its 5 bits before the point has
/// probability 0. The grid of the result is fixed: scale 1/256, zero point −128.
struct ReferenceSoftmax: IntegerStep {
  private let input: Int
  private let output: Int
  private let classes: Int
  private let rows: Int
  /// 2^26 · scale.
  private let multiplier: FixedPointMultiplier
  /// The lowest difference that can be rescaled.
  private let lowest: Int32

  init(_ number: Int, in model: IntegerModel, multiplier: FixedPointMultiplier) {
    let operation = model.operations[number]
    (input, output) = (operation.inputs[0], number)
    classes = operation.shape[operation.shape.count - 1]
    rows = operation.count / classes
    self.multiplier = multiplier
    lowest = -Int32(truncatingIfNeeded: (31 << 26) >> multiplier.shift)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for row in 0..<(examples * rows) {
      let (logits, codes) = (memory[input] + row * classes, memory[output] + row * classes)
      var largest = logits[0]
      for place in 1..<max(classes, 1) { largest = max(largest, logits[place]) }
      var sum: Int32 = 0
      for place in 0..<classes {
        guard let exponential = exponential(logits[place], largest) else { continue }
        sum += FixedPointMultiplier.roundingDivide(exponential, byPowerOfTwo: 12)
      }
      let reciprocal = FixedPointMath.reciprocal(sum, integerBits: 12)
      for place in 0..<classes {
        guard let exponential = exponential(logits[place], largest) else {
          codes[place] = -128
          continue
        }
        let share = FixedPointMath.product(reciprocal.value, exponential)
        let code = RoundingRule.halfAwayFromZero.shiftedRight(Int64(share), by: reciprocal.bitsOverUnit + 23)
        codes[place] = Int8(clamping: code - 128)
      }
    }
  }

  /// e^((logit − largest) · scale) as a fraction of 2^31, or nil if the difference is too large.
  private func exponential(_ logit: Int8, _ largest: Int8) -> Int32? {
    let difference = Int32(logit) - Int32(largest)
    guard difference >= lowest else { return nil }
    return FixedPointMath.exponential(multiplier.apply(to: difference))
  }
}
