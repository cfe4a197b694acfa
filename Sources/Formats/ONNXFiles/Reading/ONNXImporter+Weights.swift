import FixedPoint
import IntegerInference
import Support

// The integers of kernels: symmetric weights, and biases in steps of the accumulators.

extension ONNXImporter {
  /// Symmetric weights with their biases.
  ///
  /// A scale below 0, as NNCF writes it, changes the signs of its channel. A zero point other than 0 is subtracted if
  /// the differences are codes. A channel of scale 0 has weights of 0.
  mutating func weights(
    _ constant: QuantizedConstant, outputs: Int, axis: Int, input: Float, _ node: ONNXNode, bias: Int?
  ) throws(ONNXError.Cause) -> Weights {
    guard constant.bitWidth <= 8 else {
      throw .typeUnsupported(role: "kernel", found: "INT32", expected: "INT8, UINT8, INT4 or UINT4")
    }
    guard constant.scales.count == 1 || constant.axis == axis && constant.scales.count == outputs else {
      throw .wrongQuantization(
        tensor: constant.label,
        reason: "has \(constant.scales.count) scales along axis \(constant.axis ?? 0)",
        remedy: "expected one, or \(outputs) along axis \(axis)")
    }
    guard constant.scales.allSatisfy(\.isFinite) else {
      throw .wrongQuantization(
        tensor: constant.label, reason: "has scales that are infinite or NaN",
        remedy: "quantize the model anew")
    }
    try countCopy(of: constant.codes.count)
    let inner = constant.inner
    var (codes, bitWidth) = ([Int8](), constant.bitWidth)
    codes.reserveCapacity(constant.codes.count)
    for (index, code) in constant.codes.enumerated() {
      let channel = constant.channel(of: index, inner: inner)
      let scale = constant.scales[channel]
      let difference = scale == 0 ? 0 : code - constant.zeroPoints[channel]
      guard let own = Int8(exactly: scale < 0 ? -difference : difference) else {
        throw .wrongQuantization(
          tensor: constant.label,
          reason:
            "has the zero point \(constant.zeroPoints[channel]) and the scale \(scale), so that a weight of"
            + " \(scale < 0 ? -difference : difference) steps is none of 8 bits",
          remedy: "expected symmetric weights: quantize them with zero points of 0 and scales above 0")
      }
      while Int(own) < -(1 << (bitWidth - 1)) || Int(own) > (1 << (bitWidth - 1)) - 1 { bitWidth += 1 }
      codes.append(own)
    }
    var biases = [Int32](repeating: 0, count: outputs)
    if let bias { biases = try self.biases(node, bias, count: outputs, constant, input: input) }
    for channel in biases.indices {
      let scale = constant.scales[constant.scales.count == 1 ? 0 : channel]
      guard scale != 0 || biases[channel] == 0 else {
        throw .wrongQuantization(
          tensor: constant.label, reason: "has the scale 0 for channel \(channel), whose bias is not 0",
          remedy: "quantize the model anew with a least scale")
      }
      if scale < 0 { biases[channel] = 0 &- biases[channel] }
    }
    return Weights(
      shape: [], codes: codes, bitWidth: bitWidth, scales: constant.scales.map { $0 == 0 ? 1 : abs($0) },
      biases: biases)
  }

  /// The biases that a node reads at a position, in steps of the accumulators.
  ///
  /// Biases of real numbers are divided by input scale · weight scale and rounded half to even, as ONNX Runtime does
  /// when it loads a model.
  private mutating func biases(
    _ node: ONNXNode, _ position: Int, count: Int, _ weights: QuantizedConstant, input: Float
  ) throws(ONNXError.Cause) -> [Int32] {
    func scale(_ channel: Int) -> Float { input * weights.scales[weights.scales.count == 1 ? 0 : channel] }
    switch try value(node, position) {
    case .constant(let constant) where constant.type == .int32:
      return try spread(try codes(constant, "bias"), constant.shape, count)
    case .constant(let constant):
      let reals = try spread(try floats(constant, "bias"), constant.shape, count)
      return try roundedBiases(reals, count, constant.label, scale)
    case .constantReals(let constant):
      guard constant.bitWidth == 32, constant.zeroPoints.allSatisfy({ $0 == 0 }) else {
        throw .typeUnsupported(
          role: "bias", found: "\(constant.bitWidth) bits, or with a zero point",
          expected: "INT32 with the zero point 0, or FLOAT")
      }
      let codes = try spread(constant.codes, constant.shape, count)
      for channel in 0..<count {
        let (own, expected) = (
          constant.scales[constant.scales.count == 1 ? 0 : channel % constant.scales.count], scale(channel)
        )
        guard abs(own - expected) <= abs(expected) * 0x1p-10 else {
          throw .wrongQuantization(
            tensor: constant.label,
            reason:
              "has the scale \(own) for channel \(channel), and accumulators there have steps of \(expected)",
            remedy:
              "expected the scale of the input times that of the weights, which ONNX Runtime takes for granted"
          )
        }
      }
      return codes
    default: throw .notConstant(role: "bias")
    }
  }

  private func roundedBiases(
    _ reals: [Float], _ count: Int, _ label: String, _ scale: (Int) -> Float
  ) throws(ONNXError.Cause) -> [Int32] {
    var biases: [Int32] = []
    for channel in 0..<count {
      let steps = reals[channel] == 0 ? 0 : (reals[channel] / scale(channel)).rounded(.toNearestOrEven)
      guard steps.isFinite, abs(steps) < 0x1p31 else {
        throw .wrongQuantization(
          tensor: label,
          reason: "has the bias \(reals[channel]) for channel \(channel), which has no 32 bits",
          remedy: "quantize the model anew: the scale of the weights is too small for it")
      }
      biases.append(Int32(steps))
    }
    return biases
  }

  /// The numbers of a bias for each output channel.
  private func spread<Number>(
    _ numbers: [Number], _ shape: [Int], _ count: Int
  ) throws(ONNXError.Cause) -> [Number] {
    if numbers.count == 1 { return [Number](repeating: numbers[0], count: count) }
    guard numbers.count == count, shape.last == count else {
      throw .wrongShape(of: "bias", found: shape, expected: "[\(count)], one for each output channel")
    }
    return numbers
  }

  /// Adds a constant to a dense layer or a convolution that waits for its grid: its bias.
  ///
  /// - Returns: The layer with the bias; nil if the sum is something else.
  mutating func withBias(
    _ pending: Pending, _ node: ONNXNode, _ position: Int
  ) throws(ONNXError.Cause) -> Pending? {
    guard case .dense(var weights) = pending.kind, weights.biases.allSatisfy({ $0 == 0 }),
      pending.limits.low == -.infinity, pending.limits.high == .infinity,
      case .constant(let constant) = try value(node, position), constant.type == .float
    else { return nil }
    let units = weights.biases.count
    let input = operations[pending.sources[0]].grid.scale
    let reals = try spread(try floats(constant, "bias"), constant.shape, units)
    let scales = weights.scales
    weights.biases = try roundedBiases(reals, units, constant.label) {
      input * scales[scales.count == 1 ? 0 : $0]
    }
    var result = pending
    result.kind = .dense(weights)
    result.name = node.output
    return result
  }
}
