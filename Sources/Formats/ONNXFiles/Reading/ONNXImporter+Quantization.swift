import FixedPoint
import IntegerInference
import Support

// QuantizeLinear and DequantizeLinear, and the grids that nodes state.

extension ONNXImporter {
  /// A grid as nodes state it: the scale and the zero point of signed codes.
  struct Grid {
    var quantizer: AffineQuantizer
    var isUnsigned: Bool
  }

  // MARK: - Nodes

  /// Adds a QuantizeLinear, which gives numbers their grid.
  mutating func addQuantize(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(2...3)
    switch try value(node, 0) {
    case .constant(let constant):
      return try set(.constantCodes(try quantizedConstant(constant, node)), for: node.output)
    case .constantReals(let constant):
      // Quantized again: the same numbers have to come out.
      guard try hasGrid(constant, of: node) else {
        throw .wrongQuantization(
          tensor: constant.label, reason: "is quantized twice, on different grids",
          remedy: "expected one QuantizeLinear for it")
      }
      return try set(.constantCodes(constant), for: node.output)
    case .reals(let tensor):
      let grid = try outputGrid(node)
      try set(.codes(try requantized(tensor, grid, named: node.output)), for: node.output)
    case .pending(let pending):
      try set(.codes(try completed(pending, try outputGrid(node))), for: node.output)
    case .codes, .constantCodes:
      throw .typeUnsupported(role: "input 0", found: "integers", expected: "real numbers")
    case .shape: throw .typeUnsupported(role: "input 0", found: "a shape", expected: "real numbers")
    }
  }

  /// Adds a DequantizeLinear, whose grid has to be that of the codes.
  mutating func addDequantize(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(2...3)
    switch try value(node, 0) {
    case .codes(let tensor):
      try checkGrid(of: tensor, node, scale: 1, zeroPoint: 2)
      try set(.reals(tensor), for: node.output)
    case .constantCodes(let constant):
      guard try hasGrid(constant, of: node) else {
        throw .wrongQuantization(
          tensor: constant.label, reason: "is quantized on one grid and dequantized by another",
          remedy: "expected the same scales and zero points in both nodes")
      }
      try set(.constantReals(constant), for: node.output)
    case .constant(let constant):
      try set(.constantReals(try dequantizedConstant(constant, node)), for: node.output)
    case .reals, .pending, .constantReals:
      throw .typeUnsupported(role: "input 0", found: "real numbers", expected: "codes")
    case .shape: throw .typeUnsupported(role: "input 0", found: "a shape", expected: "codes")
    }
  }

  // MARK: - Grids of tensors

  /// The grid of the codes that a QuantizeLinear makes, with the limits of a Clip of codes behind it.
  ///
  /// Brevitas writes such a Clip for fewer than 8 bits, and for codes from −127.
  mutating func outputGrid(_ node: ONNXNode) throws(ONNXError.Cause) -> Grid {
    var grid = try grid(node, scale: 1, zeroPoint: 2, isUnsigned: nil)
    guard let reader = readers[node.output], reader.count == 1, nodes[reader[0]].kind == .clip,
      !file.model.graph.output.contains(where: { $0.name == node.output })
    else { return grid }
    let range = try codeLimits(nodes[reader[0]], isUnsigned: grid.isUnsigned)
    guard range.contains(grid.quantizer.zeroPoint) else { return grid }
    grid.quantizer = try quantizer(
      scale: grid.quantizer.scale, zeroPoint: grid.quantizer.zeroPoint, range: range, node.output)
    return grid
  }

  /// The grid that a node states for a tensor of codes.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - scale: The position of the scale among its inputs.
  ///   - zeroPoint: The position of the zero point, which may be absent.
  ///   - isUnsigned: Whether codes without a zero point are unsigned; nil leaves it to the node's `output_dtype`.
  /// - Returns: The grid.
  /// - Throws: The cause of an error if scale or zero point are missing, computed, or not those of codes.
  mutating func grid(
    _ node: ONNXNode, scale: Int, zeroPoint: Int, isUnsigned: Bool?
  ) throws(ONNXError.Cause) -> Grid {
    try node.expect("block_size", 0)
    let name = Self.label(node.input(0) ?? "")
    let scales = try floats(try constant(node, scale, "scale"), "scale")
    guard scales.count == 1 else {
      throw .wrongQuantization(
        tensor: name, reason: "has \(scales.count) scales",
        remedy: "expected one: only weights have scales for channels")
    }
    guard node.input(zeroPoint) != nil else {
      let type = node.integer("output_dtype", default: 0)
      guard [0, 2, 3].contains(type) else {
        throw .optionUnsupported(option: "output_dtype", value: "\(type)", expected: "UINT8 or INT8")
      }
      let isUnsigned = isUnsigned ?? (type != 3)
      return Grid(
        quantizer: try quantizer(scale: scales[0], zeroPoint: isUnsigned ? -128 : 0, name), isUnsigned: isUnsigned)
    }
    let constant = try constant(node, zeroPoint, "zero point")
    guard constant.type == .int8 || constant.type == .uint8 else {
      throw .typeUnsupported(
        role: "zero point", found: constant.typeName, expected: "INT8 or UINT8: quantize to 8 bits")
    }
    let zeroPoints = try codes(constant, "zero point")
    guard zeroPoints.count == 1 else {
      throw .wrongQuantization(
        tensor: name, reason: "has \(zeroPoints.count) zero points", remedy: "expected one")
    }
    let shift: Int32 = constant.type == .uint8 ? 128 : 0
    return Grid(
      quantizer: try quantizer(scale: scales[0], zeroPoint: zeroPoints[0] - shift, name), isUnsigned: shift == 128)
  }

  func quantizer(
    scale: Float, zeroPoint: Int32, range: ClosedRange<Int32> = -128...127, _ tensor: String
  ) throws(ONNXError.Cause) -> AffineQuantizer {
    do { return try AffineQuantizer(scale: scale, zeroPoint: zeroPoint, quantizedRange: range) } catch {
      throw .wrongQuantization(
        tensor: tensor, reason: "has scale \(scale) and zero point \(zeroPoint)",
        remedy: "expected a finite scale above zero and a zero point that is a code")
    }
  }

  /// Checks that a node states the grid that codes have; codes of a narrower range are on it, too.
  mutating func checkGrid(
    of tensor: Tensor, _ node: ONNXNode, scale: Int, zeroPoint: Int
  ) throws(ONNXError.Cause) {
    let own = operations[tensor.operation].grid
    let stated = try grid(node, scale: scale, zeroPoint: zeroPoint, isUnsigned: tensor.isUnsigned)
    guard stated.quantizer.scale == own.scale, stated.quantizer.zeroPoint == own.zeroPoint,
      stated.isUnsigned == tensor.isUnsigned
    else {
      throw .wrongQuantization(
        tensor: Self.label(node.input(scale - 1) ?? ""),
        reason: "is read with another scale or zero point than it was written with",
        remedy: "expected the same grid in both nodes")
    }
  }

  /// The codes of a tensor's numbers on another grid.
  mutating func requantized(
    _ tensor: Tensor, _ grid: Grid, named name: String
  ) throws(ONNXError.Cause) -> Tensor {
    let own = operations[tensor.operation].grid
    var result = tensor
    (result.isUnsigned, result.isInput) = (grid.isUnsigned, false)
    let (old, new) = (own.quantizedRange, grid.quantizer.quantizedRange)
    let isSame =
      own.scale == grid.quantizer.scale && own.zeroPoint == grid.quantizer.zeroPoint
      && new.lowerBound <= old.lowerBound && old.upperBound <= new.upperBound
    if isSame { return result }
    guard !tensor.isInput else {
      throw .wrongQuantization(
        tensor: Self.label(operations[tensor.operation].name), reason: "is quantized on several grids",
        remedy: "expected one QuantizeLinear for each input of the model")
    }
    let key = Quantization(
      name: operations[tensor.operation].name, grid: grid.quantizer, isUnsigned: grid.isUnsigned)
    if let known = quantized[key] {
      result.operation = known.operation
      return result
    }
    result.operation = try append(
      .requantization(activationRange: new), reading: [tensor.operation],
      shape: operations[tensor.operation].shape, grid: grid.quantizer, named: name)
    quantized[key] = result
    return result
  }

  // MARK: - Constants

  /// A constant that a node reads at a position.
  func constant(
    _ node: ONNXNode, _ position: Int, _ role: String
  ) throws(ONNXError.Cause) -> Constant {
    guard case .constant(let constant) = try value(node, position) else { throw .notConstant(role: role) }
    return constant
  }

  /// The scales and zero points that a QuantizeLinear or DequantizeLinear states for a constant.
  private mutating func grids(
    _ node: ONNXNode, rank: Int
  ) throws(ONNXError.Cause) -> (scales: [Float], zeroPoints: [Int32], axis: Int?, type: Constant?) {
    guard node.integer("block_size", default: 0) == 0 else {
      throw .wrongQuantization(
        tensor: Self.label(node.input(0) ?? ""), reason: "has a scale for each block of weights",
        remedy: "expected one scale, or one for each channel")
    }
    let scales = try floats(try constant(node, 1, "scale"), "scale")
    let axis = node.integer("axis", default: 1)
    let place = axis < 0 ? axis + rank : axis
    guard scales.count == 1 || (0..<rank).contains(place) else {
      throw .optionUnsupported(option: "axis", value: "\(axis)", expected: "one of the constant's \(rank)")
    }
    guard node.input(2) != nil else {
      return (scales, scales.map { _ in 0 }, scales.count == 1 ? nil : place, nil)
    }
    let constant = try constant(node, 2, "zero point")
    let zeroPoints = try codes(constant, "zero point")
    guard zeroPoints.count == scales.count else {
      throw .wrongQuantization(
        tensor: Self.label(node.input(0) ?? ""),
        reason: "has \(scales.count) scales and \(zeroPoints.count) zero points", remedy: "expected as many")
    }
    return (
      scales, zeroPoints.map { $0 - Self.shift(of: constant.type) }, scales.count == 1 ? nil : place, constant
    )
  }

  /// Whether a node states the scales and zero points that constant codes have.
  private mutating func hasGrid(
    _ constant: QuantizedConstant, of node: ONNXNode
  ) throws(ONNXError.Cause) -> Bool {
    let (scales, zeroPoints, axis, type) = try grids(node, rank: constant.shape.count)
    return constant.scales == scales && constant.axis == axis
      && (type == nil || constant.zeroPoints == zeroPoints)
  }

  /// What is taken off the codes of a type, so that they are signed.
  static func shift(of type: Onnx_TensorProto.DataType?) -> Int32 {
    switch type {
    case .uint8: 128
    case .uint4: 8
    default: 0
    }
  }

  private static func bitWidth(of type: Onnx_TensorProto.DataType?) -> Int {
    switch type {
    case .int4, .uint4: 4
    case .int32: 32
    default: 8
    }
  }

  /// The codes of a constant of integers with the grids that a DequantizeLinear states.
  private mutating func dequantizedConstant(
    _ constant: Constant, _ node: ONNXNode
  ) throws(ONNXError.Cause) -> QuantizedConstant {
    let (scales, zeroPoints, axis, type) = try grids(node, rank: constant.shape.count)
    guard type == nil || type?.type == constant.type else {
      throw .typeUnsupported(role: "zero point", found: type?.typeName ?? "", expected: constant.typeName)
    }
    return try quantizedConstant(
      constant, scales: scales, zeroPoints: type == nil ? nil : zeroPoints, axis: axis)
  }

  /// The codes of a constant of integers with grids.
  mutating func quantizedConstant(
    _ constant: Constant, scales: [Float], zeroPoints: [Int32]?, axis: Int?
  ) throws(ONNXError.Cause) -> QuantizedConstant {
    try countCopy(of: try count(constant))
    let shift = Self.shift(of: constant.type)
    try checkAxis(of: constant, axis, scales)
    return QuantizedConstant(
      label: constant.label, shape: constant.shape, codes: try codes(constant, "input").map { $0 - shift },
      scales: scales, zeroPoints: zeroPoints ?? scales.map { _ in -shift }, axis: axis,
      bitWidth: Self.bitWidth(of: constant.type), isUnsigned: shift != 0)
  }

  private func checkAxis(
    of constant: Constant, _ axis: Int?, _ scales: [Float]
  ) throws(ONNXError.Cause) {
    guard let axis, constant.shape[axis] != scales.count else { return }
    throw .wrongQuantization(
      tensor: constant.label, reason: "has \(scales.count) scales along axis \(axis) of \(constant.shape)",
      remedy: "expected one for each index")
  }

  /// The codes that a QuantizeLinear makes of a constant of real numbers.
  ///
  /// Quotients are rounded half to even, and codes saturate.
  private mutating func quantizedConstant(
    _ constant: Constant, _ node: ONNXNode
  ) throws(ONNXError.Cause) -> QuantizedConstant {
    let (scales, zeroPoints, axis, type) = try grids(node, rank: constant.shape.count)
    let elementType = type?.type ?? (node.integer("output_dtype", default: 2) == 3 ? .int8 : .uint8)
    guard [.int8, .uint8, .int4, .uint4].contains(elementType) else {
      throw .typeUnsupported(role: "zero point", found: type?.typeName ?? "", expected: "INT8, UINT8, INT4 or UINT4")
    }
    try checkAxis(of: constant, axis, scales)
    try countCopy(of: try count(constant))
    let bits = Self.bitWidth(of: elementType)
    let range = -(Int32(1) << Int32(bits - 1))...(Int32(1) << Int32(bits - 1)) - 1
    let shift = Self.shift(of: elementType)
    var result = QuantizedConstant(
      label: constant.label, shape: constant.shape, codes: [], scales: scales,
      zeroPoints: type == nil ? scales.map { _ in -shift } : zeroPoints, axis: axis, bitWidth: bits,
      isUnsigned: shift != 0)
    let (reals, inner) = (try floats(constant, "input"), result.inner)
    guard reals.allSatisfy(\.isFinite), scales.allSatisfy({ $0.isFinite && $0 != 0 }) else {
      throw .wrongQuantization(
        tensor: constant.label, reason: "or its scales have numbers that are infinite, NaN or a scale of 0",
        remedy: "expected finite numbers and scales other than 0")
    }
    result.codes = reals.enumerated().map { index, real in
      let channel = result.channel(of: index, inner: inner)
      let steps = Int32(saturating: (real / scales[channel]).rounded(.toNearestOrEven))
      return steps.addingSaturating(result.zeroPoints[channel]).saturated(to: range)
    }
    return result
  }
}
