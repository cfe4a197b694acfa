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
    case .gate: throw .notQuantized(tensor: Self.label(node.input(0) ?? ""))
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
    case .reals, .pending, .gate, .constantReals:
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
      !outputs.contains(node.output)
    else { return grid }
    let range = try codeLimits(nodes[reader[0]], isUnsigned: grid.isUnsigned)
    guard range.contains(grid.quantizer.zeroPoint), Self.isOfBits(range, isUnsigned: grid.isUnsigned) else {
      return grid
    }
    grid.quantizer = try quantizer(
      scale: grid.quantizer.scale, zeroPoint: grid.quantizer.zeroPoint, range: range, node.output)
    return grid
  }

  /// Whether a range has all codes of some bits, or all but the lowest signed one.
  private static func isOfBits(_ range: ClosedRange<Int32>, isUnsigned: Bool) -> Bool {
    let (low, high) = (range.lowerBound, range.upperBound)
    let count = isUnsigned ? high + 129 : high + 1
    guard count >= 2, count & (count - 1) == 0 else { return false }
    return isUnsigned ? low == -128 : low == -count || low == 1 - count
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
    let scaleConstant = try constant(node, scale, "scale")
    guard try count(scaleConstant) == 1 else {
      throw .wrongQuantization(
        tensor: name, reason: "has \(try count(scaleConstant)) scales",
        remedy: "expected one: only weights have scales for channels")
    }
    let scale = try float(scaleConstant, "scale")
    guard node.input(zeroPoint) != nil else {
      let type = node.integer("output_dtype", default: 0)
      guard [0, 2, 3].contains(type) else {
        throw .optionUnsupported(option: "output_dtype", value: "\(type)", expected: "UINT8 or INT8")
      }
      let isUnsigned = isUnsigned ?? (type != 3)
      return Grid(
        quantizer: try quantizer(scale: scale, zeroPoint: isUnsigned ? -128 : 0, name), isUnsigned: isUnsigned
      )
    }
    let constant = try constant(node, zeroPoint, "zero point")
    guard constant.type == .int8 || constant.type == .uint8 else {
      throw .typeUnsupported(
        role: "zero point", found: constant.typeName, expected: "INT8 or UINT8: quantize to 8 bits")
    }
    let point = try code(constant, "zero point")
    let shift: Int32 = constant.type == .uint8 ? 128 : 0
    return Grid(
      quantizer: try quantizer(scale: scale, zeroPoint: point - shift, name), isUnsigned: shift == 128)
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
}
