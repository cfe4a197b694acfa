import Support

extension AffineQuantizer {
  /// The integers that stand for `reals`, in their order.
  public func quantize(_ reals: [Float]) -> [Int32] { reals.map { quantize($0) } }

  /// The integers that stand for `reals`, one byte each; all of `quantizedRange` must fit an `Int8`.
  public func quantizeToInt8(_ reals: [Float]) -> [Int8] {
    require(
      quantizedRange.lowerBound >= -128 && quantizedRange.upperBound <= 127,
      "quantizeToInt8: the quantizer's range does not fit a byte; use quantize(_:), or a signed quantizer of at"
        + " most 8 bits; expected a range within -128...127, got \(quantizedRange)")
    return reals.map { Int8(truncatingIfNeeded: quantize($0)) }
  }

  /// The real numbers that `quantized` stand for, in their order.
  public func dequantize(_ quantized: [Int32]) -> [Float] { quantized.map { dequantize($0) } }

  /// The real numbers that `quantized` stand for, in their order.
  public func dequantize(_ quantized: [Int8]) -> [Float] { quantized.map { dequantize(Int32($0)) } }

  /// `reals` quantized and back.
  public func roundTrip(_ reals: [Float]) -> [Float] { reals.map { roundTrip($0) } }
}

extension AffineQuantizer {
  /// Writes `count` numbers, every `stride`th, quantized and back, to the same places of `results`.
  ///
  /// The loop lies here, in the module of the scalar form, so that the compiler joins the two.
  package func roundTrip(
    _ reals: UnsafePointer<Float>, into results: UnsafeMutablePointer<Float>, count: Int, stride: Int = 1
  ) {
    for place in 0..<count { results[place * stride] = roundTrip(reals[place * stride]) }
  }

  /// Writes the straight-through gradients: `upstream` × 0 where the number saturates, × 1 elsewhere.
  package func straightThroughGradient(
    _ reals: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
    into gradients: UnsafeMutablePointer<Float>, count: Int, stride: Int = 1
  ) {
    for place in 0..<count {
      gradients[place * stride] = upstream[place * stride] * (saturates(reals[place * stride]) ? 0 : 1)
    }
  }
}

extension AffineQuantizer: Codable {
  private enum CodingKeys: String, CodingKey { case scale, zeroPoint, quantizedRange, rounding }

  /// Reads a quantizer and checks it as `init(scale:zeroPoint:quantizedRange:rounding:)` does.
  ///
  /// - Throws: `DecodingError` whose description says what is wrong with the numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    do {
      try self.init(
        scale: container.decode(Float.self, forKey: .scale),
        zeroPoint: container.decode(Int32.self, forKey: .zeroPoint),
        quantizedRange: container.decode(ClosedRange<Int32>.self, forKey: .quantizedRange),
        rounding: container.decode(RoundingRule.self, forKey: .rounding))
    } catch let error as QuantizerError {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: error.description))
    }
  }

  /// Writes the four numbers under their names.
  ///
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(scale, forKey: .scale)
    try container.encode(zeroPoint, forKey: .zeroPoint)
    try container.encode(quantizedRange, forKey: .quantizedRange)
    try container.encode(rounding, forKey: .rounding)
  }
}
