import FixedPoint
import IntegerInference
import Support

/// What there is to see in an integer model, in numbers.
struct Inspection: Codable, Hashable {
  let name: String
  let arithmetic: IntegerArithmetic
  let operations: [Operation]
  /// The bytes of all weights, packed, with their scales and the biases.
  let parameterBytes: Int
  let multiplyAdds: Int
  let warnings: [String]

  /// An operation.
  struct Operation: Codable, Hashable {
    let index: Int
    let name: String
    let kind: String
    let inputs: [Int]
    let shape: [Int]
    let scale: Float
    let zeroPoint: Int32
    let weights: Weights?
    let multiplyAdds: Int
  }

  /// The weights of an operation.
  struct Weights: Codable, Hashable {
    let shape: [Int]
    let bitWidth: Int
    let lowestCode: Int8
    let highestCode: Int8
    let distinctCodes: Int
    let bytes: Int
    /// The codes that outputs have under the fused activation.
    let activationRange: ClosedRange<Int32>
    let channels: [Channel]
  }

  /// An output channel of an operation with weights.
  struct Channel: Codable, Hashable {
    let scale: Float
    /// The factor from accumulator to output code, as a real number, and as a mantissa (Q31) and a shift.
    let multiplier: Double
    let mantissa: Int32?
    let shift: Int?
    let bias: Int32
    let largestCode: Int
    /// The codes that the channel gives at the least and at most, whatever the input is.
    let reachable: ClosedRange<Int8>
    /// The code that the channel gives where every input is 0.
    let codeOfBias: Int8
  }

  init(of model: IntegerModel) {
    name = model.name.printableLabel
    arithmetic = model.arithmetic
    operations = model.operations.indices.map { Operation(of: $0, in: model) }
    parameterBytes = model.parameterBytes
    multiplyAdds = operations.reduce(0) { $0 + $1.multiplyAdds }
    warnings = operations.flatMap(\.warnings)
  }
}

extension Inspection.Operation {
  fileprivate init(of index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    self.index = index
    (name, kind, inputs) = (operation.name.printableLabel, operation.kind.shortTitle, operation.inputs)
    (shape, scale, zeroPoint) = (operation.shape, operation.grid.scale, operation.grid.zeroPoint)
    weights = operation.kernel.map { kernel in
      Inspection.Weights(of: kernel, at: index, in: model)
    }
    multiplyAdds = operation.multiplyAdds(reading: operation.inputs.first.map { model.operations[$0] })
  }

  /// What a reader should know.
  fileprivate var warnings: [String] {
    guard let weights else { return [] }
    let channels = weights.channels
    let half = 1 << max(weights.bitWidth - 2, 0)
    let limit = weights.activationRange.upperBound
    let findings: [(isSo: (Inspection.Channel) -> Bool, text: String)] = [
      ({ $0.largestCode == 0 }, "only weights of 0"),
      ({ $0.largestCode > 0 && $0.largestCode < half }, "less than half of the weights' codes in use"),
      ({ $0.largestCode > 0 && $0.reachable.count == 1 }, "one code for every input"),
      (
        { $0.largestCode > 0 && $0.reachable.count > 1 && Int32($0.codeOfBias) == limit },
        "the highest code where the input is 0: the bias saturates them"
      ),
      ({ $0.bias.magnitude >= 1 << 30 }, "a bias within a factor of 2 of the limit of 32 bits"),
    ]
    return findings.compactMap { isSo, text in
      let number = channels.count(where: isSo)
      return number == 0
        ? nil : "operation \(index), \(kind), \(number) of \(channels.count.counted("channel")): \(text)"
    }
  }
}

extension Inspection.Weights {
  fileprivate init(of kernel: IntegerKernel, at index: Int, in model: IntegerModel) {
    let output = model.operations[index].grid
    let input = model.operations[model.operations[index].inputs[0]].grid
    (shape, bitWidth, bytes) = (kernel.shape, kernel.bitWidth, kernel.byteCount)
    lowestCode = kernel.intWeights.min() ?? 0
    highestCode = kernel.intWeights.max() ?? 0
    activationRange = kernel.activationRange
    distinctCodes = Set(kernel.intWeights).count
    let outputs = kernel.bias32.count
    // Of each channel: the largest magnitude of its codes, and its least and greatest sum over all inputs.
    var largest = [Int](repeating: 0, count: outputs)
    var least = kernel.bias32.map(Int.init)
    var greatest = least
    let (low, high) = (-128 - Int(input.zeroPoint), 127 - Int(input.zeroPoint))
    for (index, code) in kernel.intWeights.enumerated() {
      let (channel, weight) = (index % outputs, Int(code))
      largest[channel] = max(largest[channel], abs(weight))
      least[channel] += min(weight * low, weight * high)
      greatest[channel] += max(weight * low, weight * high)
    }
    let scales = kernel.scales.count == 1 ? Array(repeating: kernel.scales[0], count: outputs) : kernel.scales
    let requantizer = Requantizer(index, in: model, kernel: kernel)
    channels = (0..<outputs).map { channel in
      let multiplier = Double(input.scale) * Double(scales[channel]) / Double(output.scale)
      let fixed = try? FixedPointMultiplier(multiplier)
      func code(_ sum: Int) -> Int8 { requantizer.code(Int32(sum), channel: channel) }
      return Inspection.Channel(
        scale: scales[channel], multiplier: multiplier, mantissa: fixed?.mantissa, shift: fixed?.shift,
        bias: kernel.bias32[channel], largestCode: largest[channel],
        reachable: code(least[channel])...code(greatest[channel]),
        codeOfBias: code(Int(kernel.bias32[channel])))
    }
  }
}

extension IntegerOperation {
  /// The products that one example takes: those of every output, or of every input of a transposed convolution.
  ///
  /// Products with padding count, too.
  func multiplyAdds(reading source: IntegerOperation?) -> Int {
    guard let kernel, let source else { return 0 }
    return switch kind {
    case .depthwiseConvolution: count * kernel.shape[0] * kernel.shape[1]
    case .transposedConvolution: source.count / kernel.shape[2] * kernel.intWeights.count
    default: count * (kernel.intWeights.count / kernel.shape[kernel.shape.count - 1])
    }
  }
}

extension IntegerOperation.Kind {
  /// What the operation computes, in at most 14 characters.
  var shortTitle: String {
    switch self {
    case .depthwiseConvolution: "depthwise conv"
    case .transposedConvolution: "transpose conv"
    case .constantPadding: "padding"
    case .resizeNearestNeighbor: "nearest resize"
    case .resizeBilinear: "bilinear"
    case .maxPooling: "max pooling"
    case .averagePooling: "avg pooling"
    case .globalAveragePooling: "global avg"
    case .requantization: "requantize"
    case .hardSwish: "hard swish"
    case .leakyReLU: "leaky ReLU"
    default: word
    }
  }
}
