import FixedPoint
import IntegerInference
import Support

// Operations that wait for the grid of a QuantizeLinear. ONNX Runtime makes one operation of codes of the nodes from
// DequantizeLinear to QuantizeLinear, an activation between them included, and so does the reader.

extension ONNXImporter {
  /// Notes an operation that waits for its grid.
  mutating func wait(for pending: Pending, _ node: ONNXNode) throws(ONNXError.Cause) {
    try set(.pending(pending), for: node.output)
  }

  /// The codes of an operation that waited, on a grid.
  mutating func completed(_ pending: Pending, _ grid: Grid) throws(ONNXError.Cause) -> Tensor {
    let key = Quantization(name: pending.name, grid: grid.quantizer, isUnsigned: grid.isUnsigned)
    if let known = quantized[key] { return known }
    let range = try activationRange(pending, grid)
    var quantizer = grid.quantizer
    var (sources, kind): ([Int], IntegerOperation.Kind) = (
      pending.sources, .requantization(activationRange: range)
    )
    var isLimited = true
    switch pending.kind {
    case .convolution(let weights, let window, let depthwise):
      let kernel = kernel(weights, range)
      kind = depthwise ? .depthwiseConvolution(kernel, window) : .convolution(kernel, window)
    case .dense(let weights): kind = .dense(kernel(weights, range))
    case .add: kind = .add(activationRange: range)
    case .multiply: kind = .multiply(activationRange: range)
    case .same: break
    default: isLimited = false
    }
    // Operations without limits of their own have a grid of the codes that an activation lets through.
    if !isLimited, range != quantizer.quantizedRange {
      quantizer = try self.quantizer(
        scale: quantizer.scale, zeroPoint: quantizer.zeroPoint, range: range, Self.label(pending.name))
    }
    switch pending.kind {
    case .averagePooling(let window): kind = .averagePooling(window)
    case .globalAveragePooling: kind = .globalAveragePooling
    case .softmax: kind = .softmax
    case .sigmoid: kind = .sigmoid
    case .tanh: kind = .tanh
    case .hardSwish: kind = .hardSwish
    case .leakyReLU(let slope): kind = .leakyReLU(slope: slope)
    case .concatenation(let axis):
      kind = .concatenation(axis: axis)
      var changed: [Int: Int] = [:]
      for place in sources.indices where !operations[sources[place]].grid.hasSameGrid(as: quantizer) {
        let source = sources[place]
        if changed[source] == nil {
          changed[source] = try append(
            .requantization(activationRange: range), reading: [source], shape: operations[source].shape,
            grid: quantizer, named: pending.name)
        }
        sources[place] = changed[source] ?? source
      }
    default: break
    }
    var result = Tensor(operation: sources.first ?? 0, axes: pending.axes, isUnsigned: grid.isUnsigned)
    let isIdentity: Bool =
      if case .same = pending.kind {
        operations[sources[0]].grid.hasSameGrid(as: quantizer) && range == quantizer.quantizedRange
      } else { false }
    if !isIdentity {
      result.operation = try append(
        kind, reading: sources, shape: pending.shape, grid: quantizer, named: pending.name)
    }
    quantized[key] = result
    return result
  }

  private func kernel(_ weights: Weights, _ range: ClosedRange<Int32>) -> IntegerKernel {
    IntegerKernel(
      shape: weights.shape, intWeights: weights.codes, bitWidth: weights.bitWidth, scales: weights.scales,
      bias32: weights.biases, activationRange: range)
  }

  /// The codes that an activation lets through, on the grid of its result.
  ///
  /// Quantization keeps the order of numbers, so the limits of codes are the codes of the limits.
  private func activationRange(
    _ pending: Pending, _ grid: Grid
  ) throws(ONNXError.Cause) -> ClosedRange<Int32> {
    let all = grid.quantizer.quantizedRange
    let (low, high) = (code(pending.limits.low, grid.quantizer), code(pending.limits.high, grid.quantizer))
    guard low <= high else {
      throw .optionUnsupported(
        option: "activation", value: "\(pending.limits.low) to \(pending.limits.high)",
        expected: "a minimum below the maximum")
    }
    guard low < high || pending.kind.hasLimits else {
      throw .optionUnsupported(
        option: "activation", value: "\(pending.limits.low) to \(pending.limits.high), a single code",
        expected: "limits within the range of the grid behind it")
    }
    return max(low, all.lowerBound)...min(high, all.upperBound)
  }

  /// The code of a limit, which may be infinite.
  private func code(_ limit: Float, _ grid: AffineQuantizer) -> Int32 {
    Int32(saturating: (limit / grid.scale).rounded(.toNearestOrEven)).addingSaturating(grid.zeroPoint)
      .saturated(to: grid.quantizedRange)
  }

  // MARK: - Activations

  /// Adds a Relu or a Clip: limits of what waits for its grid, or of codes.
  mutating func addActivation(_ node: ONNXNode) throws(ONNXError.Cause) {
    if node.kind == .clip, case .codes(let tensor) = try value(node, 0) { return try addClip(node, tensor) }
    if node.kind == .clip, case .constantCodes(var constant) = try value(node, 0) {
      let range = try codeLimits(node, isUnsigned: constant.isUnsigned)
      try countCopy(of: constant.codes.count)
      constant.codes = constant.codes.map { $0.saturated(to: range) }
      return try set(.constantCodes(constant), for: node.output)
    }
    let limits = node.kind == .relu ? (low: Float(0), high: Float.infinity) : try realLimits(node)
    var pending: Pending
    if case .pending(let own) = try value(node, 0) {
      pending = own
      // What lies outside the second range goes to its ends, also if it is an end of the first one.
      pending.limits.low = min(max(own.limits.low, limits.low), limits.high)
      pending.limits.high = min(max(own.limits.high, limits.low), limits.high)
    } else {
      let tensor = try reals(node, 0)
      pending = Pending(
        kind: .same, sources: [tensor.operation], shape: operations[tensor.operation].shape,
        axes: tensor.axes,
        name: node.output, limits: limits)
    }
    pending.name = node.output
    try wait(for: pending, node)
  }

  /// The limits of a Clip of real numbers: inputs, or attributes before version 11.
  private mutating func realLimits(_ node: ONNXNode) throws(ONNXError.Cause) -> (low: Float, high: Float) {
    var limits = (
      low: node.float("min", default: -.infinity), high: node.float("max", default: .infinity)
    )
    if let low = try realNumber(node, 1, "minimum") { limits.low = low }
    if let high = try realNumber(node, 2, "maximum") { limits.high = high }
    guard limits.low <= limits.high else {
      throw .optionUnsupported(
        option: "range", value: "\(limits.low) to \(limits.high)", expected: "a minimum below the maximum")
    }
    return limits
  }

  /// A constant real number that a node reads at a position, plain or behind a DequantizeLinear; nil if it is absent.
  mutating func realNumber(
    _ node: ONNXNode, _ position: Int, _ role: String
  ) throws(ONNXError.Cause) -> Float? {
    guard node.input(position) != nil else { return nil }
    if case .constantReals(let constant) = try value(node, position), constant.codes.count == 1 {
      return Float(constant.codes[0] - constant.zeroPoints[0]) * constant.scales[0]
    }
    return try float(try constant(node, position, role), role)
  }

  /// The limits of a Clip of codes, shifted as the codes are.
  mutating func codeLimits(_ node: ONNXNode, isUnsigned: Bool) throws(ONNXError.Cause) -> ClosedRange<Int32> {
    var limits: [Int32] = [-128, 127]
    for position in 1...2 where node.input(position) != nil {
      let constant = try constant(node, position, "limit")
      guard constant.type == (isUnsigned ? .uint8 : .int8) else {
        throw .typeUnsupported(
          role: "limit", found: constant.typeName, expected: isUnsigned ? "UINT8" : "INT8")
      }
      limits[position - 1] = try code(constant, "limit") - (isUnsigned ? 128 : 0)
    }
    guard limits[0] <= limits[1] else {
      throw .optionUnsupported(
        option: "range", value: "\(limits[0]) to \(limits[1])", expected: "a minimum below the maximum")
    }
    return limits[0]...limits[1]
  }

  /// Adds limits of codes, which the QuantizeLinear before may already have taken up.
  private mutating func addClip(_ node: ONNXNode, _ tensor: Tensor) throws(ONNXError.Cause) {
    let range = try codeLimits(node, isUnsigned: tensor.isUnsigned)
    let own = operations[tensor.operation]
    let old = own.grid.quantizedRange
    var result = tensor
    if range.lowerBound > old.lowerBound || range.upperBound < old.upperBound {
      result.operation = try append(
        .requantization(
          activationRange: max(range.lowerBound, old.lowerBound).saturated(
            to: old)...min(
              range.upperBound, old.upperBound
            ).saturated(to: old)), reading: [tensor.operation], shape: own.shape, grid: own.grid,
        named: node.output)
    }
    try set(.codes(result), for: node.output)
  }
}

extension ONNXImporter.Pending.Kind {
  /// Whether the operation of integers has limits of its own.
  var hasLimits: Bool {
    switch self {
    case .convolution, .dense, .add, .multiply, .same: true
    default: false
    }
  }
}
