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
    let channels: [Channel]
  }

  /// An output channel of an operation with weights.
  struct Channel: Codable, Hashable {
    let scale: Float
    /// The factor from accumulator to output code, as real number, mantissa (Q31) and shift.
    let multiplier: Double
    let mantissa: Int32?
    let shift: Int?
    let bias: Int32
    let largestCode: Int
    /// The codes that the channel gives at the least and at most, whatever the input is.
    let reachable: ClosedRange<Int32>
  }

  init(of model: IntegerModel) {
    name = model.name
    arithmetic = model.arithmetic
    operations = model.operations.indices.map { Operation(of: $0, in: model) }
    parameterBytes = model.parameterBytes
    multiplyAdds = operations.reduce(0) { $0 + $1.multiplyAdds }
    warnings = operations.flatMap(\.warnings)
  }

  /// The operations as a table of at most 80 columns.
  var table: TextTable {
    let grouped = NumberFormat.grouped
    return TextTable(
      columns: ["#", "operation", "output", "scale", "zero", "weights", "mult.-adds"],
      rows: operations.map { one in
        [
          "\(one.index)", one.kind, one.shape.times, NumberFormat.significant(4).string(Double(one.scale)),
          "\(one.zeroPoint)", one.weights.map { "\($0.shape.times) \($0.bitWidth)b" } ?? "",
          one.multiplyAdds == 0 ? "" : grouped.string(Double(one.multiplyAdds)),
        ]
      })
  }
}

extension Inspection.Operation {
  fileprivate init(of index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    self.index = index
    (name, kind, inputs) = (operation.name, operation.kind.shortTitle, operation.inputs)
    (shape, scale, zeroPoint) = (operation.shape, operation.grid.scale, operation.grid.zeroPoint)
    weights = operation.kernel.map { kernel in
      Inspection.Weights(of: kernel, reading: model.operations[operation.inputs[0]].grid, operation)
    }
    multiplyAdds = operation.multiplyAdds
  }

  /// What a reader should know: each in one line.
  fileprivate var warnings: [String] {
    guard let weights else { return [] }
    let channels = weights.channels
    func count(_ isSo: (Inspection.Channel) -> Bool) -> Int { channels.count(where: isSo) }
    let half = 1 << max(weights.bitWidth - 2, 0)
    let findings: [(number: Int, text: String)] = [
      (count { $0.largestCode == 0 }, "have weights of 0 only"),
      (
        count { $0.largestCode > 0 && $0.reachable.lowerBound == $0.reachable.upperBound },
        "give one code for every input"
      ),
      (
        count { $0.largestCode > 0 && $0.largestCode < half },
        "use less than half of the weights' codes"
      ),
      (count { $0.bias.magnitude >= 1 << 30 }, "have a bias within a factor of 2 of the limit of 32 bits"),
    ]
    return findings.filter { $0.number > 0 }.map {
      "operation \(index), \(kind): \($0.number) of \(channels.count) channels \($0.text)"
    }
  }
}

extension Inspection.Weights {
  fileprivate init(of kernel: IntegerKernel, reading input: AffineQuantizer, _ operation: IntegerOperation) {
    (shape, bitWidth, bytes) = (kernel.shape, kernel.bitWidth, kernel.byteCount)
    lowestCode = kernel.intWeights.min() ?? 0
    highestCode = kernel.intWeights.max() ?? 0
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
    channels = (0..<outputs).map { channel in
      let scale = kernel.scales[kernel.scales.count == 1 ? 0 : channel]
      let multiplier = Double(input.scale) * Double(scale) / Double(operation.grid.scale)
      let fixed = try? FixedPointMultiplier(multiplier)
      func code(_ sum: Int) -> Int32 {
        let real = (Double(sum) * multiplier).rounded() + Double(operation.grid.zeroPoint)
        let range = kernel.activationRange
        return Int32(min(max(real, Double(range.lowerBound)), Double(range.upperBound)))
      }
      return Inspection.Channel(
        scale: scale, multiplier: multiplier, mantissa: fixed?.mantissa, shift: fixed?.shift,
        bias: kernel.bias32[channel], largestCode: largest[channel],
        reachable: code(least[channel])...code(greatest[channel]))
    }
  }
}

extension IntegerOperation {
  /// The products that one example takes.
  var multiplyAdds: Int {
    guard let kernel else { return 0 }
    let filters = kernel.shape[kernel.shape.count - 1]
    return switch kind {
    case .depthwiseConvolution: count * kernel.shape[0] * kernel.shape[1]
    default: count * (kernel.intWeights.count / filters)
    }
  }
}

extension IntegerOperation.Kind {
  /// What the operation computes, in at most 14 characters.
  var shortTitle: String {
    switch self {
    case .depthwiseConvolution: "depthwise conv"
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

extension [Int] {
  /// The extents of a shape: "3×3×16".
  var times: String { map(String.init).joined(separator: "×") }
}
