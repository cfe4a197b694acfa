import FixedPoint

// Checks of operations that combine two tensors element by element, and of constants.

extension IntegerOperation {
  /// The number of codes of an operand, if it can be repeated to fill this operation's shape; else nil.
  ///
  /// That is possible if its dimensions, but for leading ones, are the last dimensions of this shape.
  func repeatedCount(_ source: IntegerOperation) -> Int? {
    let own = source.shape.drop { $0 == 1 }
    return own.count <= shape.count && Array(own) == Array(shape.suffix(own.count)) ? source.count : nil
  }

  /// Checks that the operands have this operation's shape, or that one has and the other is repeated.
  func checkOperands(_ sources: [IntegerOperation]) throws(IntegerModelError.Cause) {
    for source in sources where repeatedCount(source) == nil {
      throw .wrongInputShape(expected: "its own, \(shape), or the last dimensions of it", found: source.shape)
    }
    let largest = sources[0].count >= sources[1].count ? sources[0] : sources[1]
    guard largest.count == count else { throw .wrongShape(expected: largest.shape, found: shape) }
  }

  func checkConstant(_ codes: [Int8]) throws(IntegerModelError.Cause) {
    guard codes.count == count else {
      throw .wrongParameter(
        problem: "a constant of shape \(shape) has \(codes.count) codes", expected: "\(count)")
    }
    let range = grid.quantizedRange
    for code in codes where !range.contains(Int32(code)) {
      throw .wrongParameter(
        problem: "a constant has the code \(code)",
        expected: "codes of its grid, \(range.lowerBound)...\(range.upperBound)")
    }
  }

  /// Checks the scales of a subtraction, whose larger ratio to the output's scale XNNPACK may leave to LiteRT.
  func checkSubtraction(
    of sources: [IntegerOperation], _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    guard arithmetic != .onnxRuntime else {
      throw .notInArithmetic(operation: "subtraction of codes", arithmetic)
    }
    let largest = max(sources[0].grid.scale, sources[1].grid.scale)
    try checkFixedPoint(2 * Double(largest) / Double(grid.scale) / 0x1p20, bound: 255 << 20)
  }

  /// Checks the scales of a multiplication; XNNPACK leaves multipliers below 2^−16 to LiteRT's fixed point, and what
  /// LiteRT makes of those from 2^8 on differs from its reference.
  func checkMultiplication(
    of sources: [IntegerOperation], _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    let multiplier = Self.productRatio(sources, to: self)
    let bound = 255 * 255
    switch arithmetic {
    case .tflite: try checkFixedPoint(Double(multiplier), bound: bound)
    case .xnnpack:
      guard multiplier < 0x1p8 else { throw .wrongMultiplier(Double(multiplier)) }
      if multiplier < 0x1p-16 { try checkFixedPoint(Double(multiplier), bound: bound) }
    case .onnxRuntime:
      guard multiplier.isNormal else { throw .wrongMultiplier(Double(multiplier)) }
    }
  }

  /// The product of two scales in steps of the output, in 32-bit floats, as all runtimes compute it.
  static func productRatio(_ sources: [IntegerOperation], to output: IntegerOperation) -> Float {
    sources[0].grid.scale * sources[1].grid.scale / output.grid.scale
  }

  /// Checks the shapes and scales of a ReLU whose slopes are codes.
  func checkPReLU(
    of sources: [IntegerOperation], _ arithmetic: IntegerArithmetic
  ) throws(IntegerModelError.Cause) {
    guard arithmetic != .onnxRuntime else { throw .notInArithmetic(operation: "PReLU of codes", arithmetic) }
    try checkShape(sources[0].shape)
    try checkOperands(sources)
    try checkFixedPoint(Double(sources[0].grid.scale / grid.scale), bound: 255)
    try checkFixedPoint(Double(Self.productRatio(sources, to: self)), bound: 255 * 255)
  }
}
