import FixedPoint

// What must hold of the scales around an operation, so that its scheme can express the way from one to the other.

extension IntegerOperation {
  /// Checks that the accumulators of a channel, up to `bound`, fit 32 bits.
  func checkBound(
    _ bound: Int, limit: Int = Int(Int32.max), channel: Int = 0
  ) throws(IntegerModelError.Cause) {
    guard bound <= limit else {
      throw .accumulatorTooLarge(channel: channel, bound: bound, limit: limit)
    }
  }

  /// Checks that a multiplier can be expressed in fixed point, and that no accumulator up to `bound` overflows by
  /// it.
  ///
  /// The arithmetic shifts an accumulator left before it multiplies, where the multiplier is 1 or more: so many
  /// bits must be free above it.
  func checkFixedPoint(
    _ multiplier: Double, bound: Int, channel: Int = 0
  ) throws(IntegerModelError.Cause) {
    let shift: Int
    do { shift = try FixedPointMultiplier(multiplier).shift } catch { throw .wrongMultiplier(multiplier) }
    try checkBound(bound, limit: Int(Int32.max) >> max(shift, 0), channel: channel)
  }

  /// Checks the scales of a mean over an image.
  func checkMean(of source: IntegerOperation, _ scheme: IntegerArithmetic) throws(IntegerModelError.Cause) {
    let pixels = source.shape[0] * source.shape[1]
    try checkBound(pixels * 255)
    let ratio = ratio(of: source)
    switch scheme {
    case .tflite: try checkFixedPoint(ratio / Double(pixels), bound: pixels * 255)
    case .xnnpack, .onnxRuntime:
      let scale = grid.scale * Float(pixels)
      guard (source.grid.scale / scale).isNormal else { throw .wrongMultiplier(ratio) }
    }
  }

  /// Checks the scales of an addition; XNNPACK takes the larger ratio from 2^−10 to below 2^8.
  func checkAddition(
    of sources: [IntegerOperation], _ scheme: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    let largest = max(ratio(of: sources[0]), ratio(of: sources[1]))
    switch scheme {
    case .tflite: try checkFixedPoint(2 * largest / 0x1p20, bound: 255 << 20)
    case .xnnpack:
      guard (0x1p-10..<0x1p8).contains(Float(largest)) else { throw .wrongMultiplier(largest) }
    case .onnxRuntime:
      guard Float(largest).isNormal else { throw .wrongMultiplier(largest) }
    }
  }

  /// Checks the scales of a requantization; XNNPACK takes ratios from 2^−8 to 2^7.
  func checkRequantization(
    of source: IntegerOperation, limits: ClosedRange<Int32>, _ scheme: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    let ratio = ratio(of: source)
    switch scheme {
    case .xnnpack where limits == Self.allCodes:
      guard (0x1p-8...0x1p7).contains(Float(ratio)) else { throw .wrongMultiplier(ratio) }
    case .tflite, .xnnpack: try checkFixedPoint(ratio, bound: 255)
    case .onnxRuntime:
      guard Float(ratio).isNormal else { throw .wrongMultiplier(ratio) }
    }
  }

  /// Checks the grids of a softmax; LiteRT's fixed-point sum of exponentials holds up to 4095 of them.
  func checkSoftmax(of source: IntegerOperation, _ scheme: IntegerArithmetic) throws(IntegerModelError.Cause)
  {
    try checkShape(source.shape)
    guard grid.scale == 0x1p-8, grid.zeroPoint == -128, grid.quantizedRange == Self.allCodes else {
      throw .wrongSoftmaxGrid(scale: grid.scale, zeroPoint: grid.zeroPoint)
    }
    if scheme == .tflite {
      guard (shape.last ?? 0) <= 4095 else {
        throw .wrongInputShape(expected: "at most 4095 classes", found: source.shape)
      }
      guard source.grid.scale > 0x1p-26 else { throw .wrongMultiplier(Double(source.grid.scale)) }
    }
  }

  /// The source's scale in steps of this operation's grid.
  private func ratio(of source: IntegerOperation) -> Double {
    Double(source.grid.scale) / Double(grid.scale)
  }
}
