import FixedPoint
import IntegerInference
import Support

// Nodes with weights: Conv, Gemm and MatMul, and their forms of codes QLinearConv, QGemm and QLinearMatMul.

extension ONNXImporter {
  /// Adds a Conv between a DequantizeLinear and a QuantizeLinear.
  mutating func addConv(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(2...3)
    let source = try reals(node, 0)
    let weights = try constantReals(node, 1)
    try wait(for: convolution(node, source, weights, bias: node.input(2) == nil ? nil : 2), node)
  }

  /// Adds a QLinearConv: x, its scale and zero point, w, its own, the output's, and the bias.
  mutating func addQLinearConv(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(8...9)
    let source = try codes(node, 0)
    let weights = try constantOperand(node, 3, axis: 0)
    let pending = try convolution(node, source, weights, bias: node.input(8) == nil ? nil : 8)
    let grid = try grid(node, scale: 6, zeroPoint: 7, isUnsigned: source.isUnsigned)
    try set(.codes(try completed(pending, grid)), for: node.output)
  }

  /// Adds a Gemm between a DequantizeLinear and a QuantizeLinear.
  mutating func addGemm(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(2...3)
    try checkGemm(node)
    let bias = node.input(2) == nil ? nil : 2
    guard bias == nil || node.float("beta", default: 1) == 1 else {
      throw .optionUnsupported(option: "beta", value: "\(node.float("beta", default: 1))", expected: "1")
    }
    let source = try reals(node, 0)
    let weights = try constantReals(node, 1)
    try wait(
      for: dense(node, source, weights, isTransposed: node.integer("transB", default: 0) != 0, bias: bias),
      node)
  }

  /// Adds a MatMul between a DequantizeLinear and a QuantizeLinear; an Add of a constant may follow.
  mutating func addMatMul(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(2...2)
    let source = try reals(node, 0)
    let weights = try constantReals(node, 1)
    try wait(for: dense(node, source, weights, isTransposed: false, bias: nil), node)
  }

  /// Adds a QLinearMatMul: a, its scale and zero point, b, its own, and the output's.
  mutating func addQLinearMatMul(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(8...8)
    let source = try codes(node, 0)
    let weights = try constantOperand(node, 3, axis: 1)
    let pending = try dense(node, source, weights, isTransposed: false, bias: nil)
    let grid = try grid(node, scale: 6, zeroPoint: 7, isUnsigned: source.isUnsigned)
    try set(.codes(try completed(pending, grid)), for: node.output)
  }

  /// Adds a QGemm: A, its scale and zero point, B, its own, C, and the output's scale and zero point.
  mutating func addQGemm(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(6...9)
    try checkGemm(node)
    guard node.input(7) != nil else {
      throw .notQuantized(tensor: Self.label(node.output))
    }
    let source = try codes(node, 0)
    let isTransposed = node.integer("transB", default: 0) != 0
    let weights = try constantOperand(node, 3, axis: isTransposed ? 0 : 1)
    let pending = try dense(
      node, source, weights, isTransposed: isTransposed, bias: node.input(6) == nil ? nil : 6)
    let grid = try grid(node, scale: 7, zeroPoint: 8, isUnsigned: source.isUnsigned)
    try set(.codes(try completed(pending, grid)), for: node.output)
  }

  private func checkGemm(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.expect("transA", 0)
    let alpha = node.float("alpha", default: 1)
    guard alpha == 1 else {
      throw .optionUnsupported(option: "alpha", value: "\(alpha)", expected: "1")
    }
  }

  // MARK: - Kernels

  /// A convolution that waits for its grid; the file's weights are [filters, channels ÷ groups, height, width].
  private mutating func convolution(
    _ node: ONNXNode, _ source: Tensor, _ constant: QuantizedConstant, bias: Int?
  ) throws(ONNXError.Cause) -> Pending {
    let image = try image(source)
    guard constant.shape.count == 4, constant.shape.allSatisfy({ $0 > 0 }) else {
      throw .wrongShape(
        of: "kernel", found: constant.shape, expected: "[filters, channels ÷ groups, height, width]")
    }
    let (filters, own, height, width) = (
      constant.shape[0], constant.shape[1], constant.shape[2], constant.shape[3]
    )
    let channels = operations[image].shape[2]
    let groups = node.integer("group", default: 1)
    guard groups >= 1, channels % groups == 0, own == channels / groups, filters % groups == 0 else {
      throw .wrongShape(
        of: "kernel", found: constant.shape,
        expected: "filters and \(channels) channels that its \(groups) groups share evenly")
    }
    let window = try window(node, size: (height, width), of: image)
    let isDepthwise = groups == channels && channels > 1
    var weights = try weights(
      constant, outputs: filters, axis: 0, input: operations[image].grid.scale, node, bias: bias)
    weights.shape =
      isDepthwise ? [height, width, channels, filters / channels] : [height, width, own, filters]
    // From [filters, channels, pixels] to [pixels, channels, filters].
    let pixels = height * width
    let codes = weights.codes
    weights.codes = [Int8](unsafeUninitializedCapacity: codes.count) { target, filled in
      for filter in 0..<filters {
        for channel in 0..<own {
          for pixel in 0..<pixels {
            target[(pixel * own + channel) * filters + filter] =
              codes[(filter * own + channel) * pixels + pixel]
          }
        }
      }
      filled = codes.count
    }
    let size = window.outputSize(of: (operations[image].shape[0], operations[image].shape[1]))
    return Pending(
      kind: .convolution(weights, window, depthwise: isDepthwise), sources: [image],
      shape: [size.height, size.width, filters], axes: imageAxes(like: source), name: node.output)
  }

  /// A dense layer that waits for its grid; the file's weights are [inputs, units], or [units, inputs] if transposed.
  ///
  /// Where the input is an image that was flattened in the file's order, the kernel's rows are put into the order in
  /// which operations have images.
  private mutating func dense(
    _ node: ONNXNode, _ source: Tensor, _ constant: QuantizedConstant, isTransposed: Bool, bias: Int?
  ) throws(ONNXError.Cause) -> Pending {
    guard constant.shape.count == 2, constant.shape.allSatisfy({ $0 > 0 }) else {
      throw .wrongShape(
        of: "kernel", found: constant.shape, expected: isTransposed ? "[units, inputs]" : "[inputs, units]")
    }
    let (inputs, units) = (constant.shape[isTransposed ? 1 : 0], constant.shape[isTransposed ? 0 : 1])
    let found = extents(source)
    guard found.count >= 2, found.last == inputs, !constant.shape.isEmpty else {
      throw .wrongShape(
        of: "kernel", found: constant.shape,
        expected: "\(found.last.map { $0 == Self.batchExtent ? 1 : $0 } ?? 0) inputs, as its input has")
    }
    var (operation, rows) = (0, [Int]?.none)
    let joined = source.axes[source.axes.count - 1]
    // A joined axis of examples and rows is the operation's axis of rows.
    var leading = source.axes.dropLast().map { axes in
      axes.count > 1 ? axes.filter { $0 != Self.batchAxis } : axes
    }
    if leading.allSatisfy({ $0.isEmpty || $0 == [Self.batchAxis] }) {
      // The rows of the kernel follow the order of the codes.
      operation = try arranged(source, as: [joined.sorted()])
      rows = Self.places(joined, operations[source.operation].shape)
    } else {
      if leading.first == [Self.batchAxis] { leading.removeFirst() }
      operation = try arranged(source, as: leading + [joined])
    }
    var weights = try weights(
      constant, outputs: units, axis: isTransposed ? 0 : 1, input: operations[operation].grid.scale, node,
      bias: bias)
    weights.shape = [inputs, units]
    let codes = weights.codes
    weights.codes = [Int8](unsafeUninitializedCapacity: codes.count) { target, filled in
      for input in 0..<inputs {
        let row = rows?[input] ?? input
        for unit in 0..<units {
          target[input * units + unit] = codes[isTransposed ? unit * inputs + row : row * units + unit]
        }
      }
      filled = codes.count
    }
    let shape = Array(operations[operation].shape.dropLast()) + [units]
    var axes = source.axes
    var next = 0
    for place in axes.indices where axes[place] != [Self.batchAxis] {
      if shape.count == 1, place < axes.count - 1 {
        axes[place] = []
      } else {
        axes[place] = axes[place].contains(Self.batchAxis) ? [Self.batchAxis, next] : [next]
        next += 1
      }
    }
    return Pending(kind: .dense(weights), sources: [operation], shape: shape, axes: axes, name: node.output)
  }

  /// For each code of joined axes, in the order of the operation, its place in the file's order; nil if both are one.
  private static func places(_ joined: [Int], _ shape: [Int]) -> [Int]? {
    let significant = joined.filter { shape[$0] > 1 }
    guard significant != significant.sorted() else { return nil }
    var strides = [Int](repeating: 0, count: shape.count)
    var stride = 1
    for axis in joined.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
    }
    return joined.sorted().reduce([0]) { places, axis in
      places.flatMap { place in (0..<shape[axis]).map { place + $0 * strides[axis] } }
    }
  }

  // MARK: - Operands

  /// The constant whose real numbers a node reads at a position.
  mutating func constantReals(
    _ node: ONNXNode, _ position: Int
  ) throws(ONNXError.Cause) -> QuantizedConstant {
    switch try value(node, position) {
    case .constantReals(let constant): return constant
    case .constant(let constant):
      throw .wrongQuantization(
        tensor: constant.label, reason: "has weights that are not quantized",
        remedy: "expected a DequantizeLinear of integers: quantize weights and activations")
    default: throw .notConstant(role: position == 1 ? "kernel" : "input \(position)")
    }
  }

  /// The constant codes that a node reads at a position, with scale and zero point behind it.
  mutating func constantOperand(
    _ node: ONNXNode, _ position: Int, axis: Int
  ) throws(ONNXError.Cause) -> QuantizedConstant {
    if case .constantCodes(let constant) = try value(node, position) { return constant }
    let constant = try constant(node, position, "kernel")
    let scales = try floats(
      try self.constant(node, position + 1, "scale of the kernel"), "scale of the kernel")
    var zeroPoints: [Int32]?
    if node.input(position + 2) != nil {
      let own = try self.constant(node, position + 2, "zero point of the kernel")
      guard own.type == constant.type else {
        throw .typeUnsupported(
          role: "zero point of the kernel", found: own.typeName, expected: constant.typeName)
      }
      let points = try codes(own, "zero point of the kernel")
      guard points.count == scales.count || points.count == 1 else {
        throw .wrongCount(
          of: "zero points of the kernel", expected: "1 or \(scales.count)", found: points.count)
      }
      let shift = Self.shift(of: constant.type)
      zeroPoints = scales.indices.map { points[points.count == 1 ? 0 : $0] - shift }
    }
    guard scales.count == 1 || axis < constant.shape.count else {
      throw .wrongShape(of: "kernel", found: constant.shape, expected: "\(axis + 1) axes or more")
    }
    return try quantizedConstant(
      constant, scales: scales, zeroPoints: zeroPoints, axis: scales.count == 1 ? nil : axis)
  }

  /// The tensor whose codes a node of codes reads at a position, on the grid that it states behind it.
  mutating func codes(_ node: ONNXNode, _ position: Int) throws(ONNXError.Cause) -> Tensor {
    guard case .codes(let tensor) = try value(node, position) else {
      throw .typeUnsupported(
        role: "input \(position)", found: "no codes of an operation", expected: "codes that a node computes")
    }
    try checkGrid(of: tensor, node, scale: position + 1, zeroPoint: position + 2)
    return tensor
  }
}
