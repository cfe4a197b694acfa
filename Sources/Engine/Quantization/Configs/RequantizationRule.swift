import FixedPoint

/// How integer inference goes from the accumulator of a convolution or dense layer to a code of its output.
///
/// The accumulator times inputScale · weightScale / outputScale is rounded, and runtimes do it differently. Where
/// the product lies next to the middle between two codes they give different ones, and each such code moves many
/// others in the layers behind. A simulation that rounds real numbers misses codes, the more the fewer the bits.
public enum RequantizationRule: String, CaseIterable, Codable, Sendable {
  /// LiteRT's reference kernels: for convolutions a Q31 multiplier and a shift, rounded twice; for dense layers
  /// the product in double precision, rounded half away from zero.
  case fixedPoint
  /// XNNPACK and ONNX Runtime: a product of 32-bit floats, rounded half to even.
  case float

  /// The real numbers that the codes of accumulators stand for; limits are not applied.
  ///
  /// `accumulators` are whole numbers, channel after channel, to which `parameters` add their biases.
  func requantized(_ accumulators: [Float], _ parameters: IntegerParameters, isDense: Bool) -> [Float] {
    let (inputScale, outputScale) = (parameters.input.scale, parameters.output.scale)
    let code: (_ accumulator: Int32, _ scale: Int) -> Float
    switch (self, isDense) {
    case (.fixedPoint, false):
      let multipliers = parameters.multipliers
      code = { Float(multipliers[$1].apply(to: $0)) }
    case (.fixedPoint, true):
      let multipliers = parameters.weightScales.map { Double(inputScale) * Double($0) / Double(outputScale) }
      code = { Float((Double($0) * multipliers[$1]).rounded(.toNearestOrAwayFromZero)) }
    case (.float, _):
      let multipliers = parameters.weightScales.map { inputScale * $0 / outputScale }
      code = { (Float($0) * multipliers[$1]).rounded(.toNearestOrEven) }
    }
    let (bias, scales) = (parameters.bias32, parameters.weightScales.count)
    let channels = max(bias.count, scales)
    var results = [Float](repeating: 0, count: accumulators.count)
    var channel = 0
    for (place, sum) in accumulators.enumerated() {
      let accumulator = Int32(saturating: sum).addingSaturating(bias.isEmpty ? 0 : bias[channel])
      results[place] = code(accumulator, scales == 1 ? 0 : channel) * outputScale
      channel = channel + 1 == channels ? 0 : channel + 1
    }
    return results
  }
}
