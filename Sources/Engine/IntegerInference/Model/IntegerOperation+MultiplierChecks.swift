import FixedPoint

// Checks that an arithmetic can express the rescaling from an operation's inputs to its output.

extension IntegerOperation {
  /// Checks that the accumulators of a channel, up to `bound`, fit 32 bits.
  func checkBound(
    _ bound: Int, limit: Int = Int(Int32.max), channel: Int = 0
  ) throws(IntegerModelError.Cause) {
    guard bound <= limit else {
      throw .accumulatorTooLarge(channel: channel, bound: bound, limit: limit)
    }
  }

  /// Checks that a multiplier has a fixed-point form, and that no accumulator up to `bound` overflows with
  /// it.
  ///
  /// For a multiplier of 1 or more, the accumulator is shifted left before the multiplication, so as many
  /// upper bits must be free.
  func checkFixedPoint(
    _ multiplier: Double, bound: Int, channel: Int = 0
  ) throws(IntegerModelError.Cause) {
    let shift: Int
    do { shift = try FixedPointMultiplier(multiplier).shift } catch { throw .wrongMultiplier(multiplier) }
    try checkBound(bound, limit: Int(Int32.max) >> max(shift, 0), channel: channel)
  }

  /// Checks the scales of a mean over an image.
  func checkMean(of source: IntegerOperation, _ arithmetic: IntegerArithmetic) throws(IntegerModelError.Cause)
  {
    let pixels = source.shape[0] * source.shape[1]
    try checkBound(pixels * 255)
    let ratio = ratio(of: source)
    switch arithmetic {
    case .tflite: try checkFixedPoint(ratio / Double(pixels), bound: pixels * 255)
    case .xnnpack, .onnxRuntime:
      let scale = grid.scale * Float(pixels)
      guard (source.grid.scale / scale).isNormal else { throw .wrongMultiplier(ratio) }
    }
  }

  /// Checks the scales of an addition or a difference.
  ///
  /// LiteRT demands that the multiplier of the result, which has 20 bits more than the codes, is below 1 after it was
  /// rounded: the larger scale is less than 2^19 times the output's. With XNNPACK it is less than 2^8 times: it leaves
  /// others to LiteRT, and what that makes of higher ones differs from its reference.
  func checkAddition(
    of sources: [IntegerOperation], _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    let largest = max(ratio(of: sources[0]), ratio(of: sources[1]))
    switch arithmetic {
    case .tflite:
      let multiplier = 2 * largest / 0x1p20
      guard let fixed = try? FixedPointMultiplier(multiplier), fixed.shift <= 0 else {
        throw .scalesTooFarApart(ratio: largest, limit: 0x1p19)
      }
      try checkFixedPoint(multiplier, bound: 255 << 20)
    case .xnnpack:
      guard Float(largest) < 0x1p8 else { throw .scalesTooFarApart(ratio: largest, limit: 0x1p8) }
      try checkFixedPoint(2 * largest / 0x1p20, bound: 255 << 20)
    case .onnxRuntime:
      guard Float(largest).isNormal else { throw .wrongMultiplier(largest) }
    }
  }

  /// Checks the scales of a requantization; XNNPACK accepts ratios from 2^−8 to 2^7.
  func checkRequantization(
    of source: IntegerOperation, activationRange: ClosedRange<Int32>, _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    let ratio = ratio(of: source)
    switch arithmetic {
    case .xnnpack where activationRange == Self.allCodes:
      guard (0x1p-8...0x1p7).contains(Float(ratio)) else { throw .wrongMultiplier(ratio) }
    case .tflite, .xnnpack: try checkFixedPoint(ratio, bound: 255)
    case .onnxRuntime:
      guard Float(ratio).isNormal else { throw .wrongMultiplier(ratio) }
    }
  }

  /// Checks the grids of a softmax; LiteRT's fixed-point sum has room for 4095 exponentials.
  func checkSoftmax(of source: IntegerOperation, _ arithmetic: IntegerArithmetic) throws(IntegerModelError
    .Cause)
  {
    try checkShape(source.shape)
    try checkFixedGrid(arithmetic)
    if arithmetic == .tflite {
      guard (shape.last ?? 0) <= 4095 else {
        throw .wrongInputShape(expected: "at most 4095 classes", found: source.shape)
      }
      guard source.grid.scale > 0x1p-26 else { throw .wrongMultiplier(Double(source.grid.scale)) }
    }
  }

  /// Checks the scales of a hard swish: LiteRT's numbers of 16 bits can be shifted by at most 15 bits.
  func checkHardSwish(
    of source: IntegerOperation, _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    let ratio = ratio(of: source)
    switch arithmetic {
    case .tflite, .xnnpack:
      let multipliers: [(real: Float, shifts: ClosedRange<Int>)] = [
        (source.grid.scale / 128 / grid.scale, -15...0), (source.grid.scale / 128 / (3 / 32768), -15...15),
      ]
      for (real, shifts) in multipliers {
        guard let multiplier = try? FixedPointMultiplier(Double(real)), multiplier.mantissa > 0,
          shifts.contains(multiplier.shift)
        else { throw .wrongMultiplier(Double(real)) }
      }
    case .onnxRuntime:
      guard Float(ratio).isNormal else { throw .wrongMultiplier(ratio) }
    }
  }

  /// Checks the slope and the scales of a leaky ReLU.
  func checkLeakyReLU(
    of source: IntegerOperation, slope: Float, _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    guard slope.isFinite, slope >= 0 else { throw .wrongSlope(slope) }
    let ratio = source.grid.scale / grid.scale
    switch arithmetic {
    case .tflite, .xnnpack:
      try checkFixedPoint(Double(ratio), bound: 255)
      try checkFixedPoint(Double(source.grid.scale * slope / grid.scale), bound: 255)
    case .onnxRuntime:
      guard ratio.isNormal else { throw .wrongMultiplier(self.ratio(of: source)) }
    }
  }

  /// Checks that the scales are normal floats, as XNNPACK demands and reciprocals need.
  func checkNormalScales(of source: IntegerOperation) throws(IntegerModelError.Cause) {
    for scale in [source.grid.scale, grid.scale] where !scale.isNormal {
      throw .wrongMultiplier(Double(scale))
    }
  }

  /// Checks that the ratio of the source's scale to this operation's scale is a number with all digits.
  func checkFloatRatio(to source: IntegerOperation) throws(IntegerModelError.Cause) {
    let ratio = ratio(of: source)
    guard Float(ratio).isNormal else { throw .wrongMultiplier(ratio) }
  }

  /// The ratio of the source's scale to this operation's scale.
  private func ratio(of source: IntegerOperation) -> Double {
    Double(source.grid.scale) / Double(grid.scale)
  }
}
