import FixedPoint
import IntegerInference
import Support

// The inputs of a graph. Codes have no grid in ONNX, and floating-point numbers none either: what reads them says it.

extension ONNXImporter {
  /// Adds an operation that takes an input of the file.
  ///
  /// An input of four axes is an image, and the operation's shape is [height, width, channels], wherever the file has
  /// the channels.
  mutating func addInput(_ input: Onnx_ValueInfoProto) throws(ONNXError.Cause) {
    let type = Onnx_TensorProto.DataType(rawValue: Int(input.type.tensorType.elemType))
    guard type == .float || type == .int8 || type == .uint8 else {
      throw .typeUnsupported(
        role: "input", found: Constant(.with { $0.dataType = input.type.tensorType.elemType }).typeName,
        expected: "FLOAT, INT8 or UINT8")
    }
    guard input.type.tensorType.hasShape else {
      throw .wrongShape(of: "input", found: [], expected: "a shape: run onnx.shape_inference on the model")
    }
    let extents = input.type.tensorType.shape.dim.map { $0.value?.number ?? 0 }
    guard extents.count <= 8 else {
      throw .wrongShape(of: "input", found: Array(extents.prefix(9)), expected: "8 axes at most")
    }
    let hasBatch = extents.count >= 2
    let own = Array(extents.dropFirst(hasBatch ? 1 : 0))
    guard own.allSatisfy({ $0 > 0 }), !own.isEmpty, own.checkedProduct != nil else {
      throw .wrongShape(
        of: "input", found: extents,
        expected:
          "fixed extents but for the number of examples: set them with onnxruntime.tools.make_dynamic_shape_fixed"
      )
    }
    let use = try firstUse(of: input.name, isUnsigned: type == .uint8)
    guard let grid = use.grid else {
      throw .notQuantized(tensor: Self.label(input.name))
    }
    guard type == .float || grid.isUnsigned == (type == .uint8) else {
      throw .wrongQuantization(
        tensor: Self.label(input.name), reason: "has another type than its zero point",
        remedy: "expected both to be INT8 or UINT8")
    }
    let isImage = own.count == 3 && hasBatch && !use.hasChannelsLast
    let operation = try append(
      .input, reading: [], shape: isImage ? [own[1], own[2], own[0]] : own, grid: grid.quantizer,
      named: input.name)
    let axes = isImage ? [[2], [0], [1]] : own.indices.map { [$0] }
    let tensor = Tensor(
      operation: operation, axes: (hasBatch ? [[Self.batchAxis]] : []) + axes, isUnsigned: type == .uint8,
      isInput: type == .float)
    try set(type == .float ? .reals(tensor) : .codes(tensor), for: input.name)
  }

  /// What reads an input first: its grid, and whether it is put from [height, width, channels] into ONNX's order.
  private mutating func firstUse(
    of input: String, isUnsigned: Bool
  ) throws(ONNXError.Cause) -> (grid: Grid?, hasChannelsLast: Bool) {
    var grid: Grid?
    var name = input
    // Nodes that only move numbers, or none that a model has.
    for _ in 0..<Self.mostMoves {
      let next = (readers[name] ?? []).map { nodes[$0] }
      guard let node = next.first(where: { $0.kind == .quantizeLinear }) ?? next.first else { break }
      if grid == nil { grid = try statedGrid(node, of: name, isUnsigned) }
      switch node.kind {
      case .quantizeLinear, .dequantizeLinear, .identity, .clip: break
      default:
        if grid == nil { grid = try laterGrid(node, isUnsigned) }
        return (grid, node.kind == .transpose && node.integers("perm") == [0, 3, 1, 2])
      }
      guard node.input(0) == name, !node.output.isEmpty else { break }
      name = node.output
    }
    return (grid, false)
  }

  /// The grid that is stated for a value behind nodes that move codes.
  private mutating func laterGrid(
    _ node: ONNXNode, _ isUnsigned: Bool
  ) throws(ONNXError.Cause) -> Grid? {
    var node = node
    for _ in 0..<Self.mostMoves {
      switch node.kind {
      case .transpose, .reshape, .flatten, .squeeze, .unsqueeze, .identity, .pad, .slice, .maxPool, .resize:
        break
      default: return nil
      }
      let name = node.output
      guard let next = readers[name]?.first else { return nil }
      node = nodes[next]
      if let grid = try statedGrid(node, of: name, isUnsigned) { return grid }
      guard node.input(0) == name else { return nil }
    }
    return nil
  }

  /// The grid that a node states for a value that it reads; nil if it states none.
  ///
  /// The constants that say it are those of the file; scales that nodes give come later.
  private mutating func statedGrid(
    _ node: ONNXNode, of name: String, _ isUnsigned: Bool
  ) throws(ONNXError.Cause) -> Grid? {
    switch node.kind {
    case .quantizeLinear: return try outputGrid(node)
    case .dequantizeLinear:
      guard node.input(0) == name else { return nil }
      return try grid(node, scale: 1, zeroPoint: 2, isUnsigned: isUnsigned)
    case .qLinearConv, .qLinearMatMul, .qGemm, .qLinearAdd, .qLinearMul, .qLinearSigmoid, .qLinearLeakyReLU,
      .qLinearSoftmax, .qLinearAveragePool, .qLinearGlobalAveragePool, .qLinearConcat:
      guard let position = node.inputs.firstIndex(of: name) else { return nil }
      return try grid(node, scale: position + 1, zeroPoint: position + 2, isUnsigned: isUnsigned)
    default: return nil
    }
  }

  /// The most nodes between an input and the one that says its grid.
  private static var mostMoves: Int { 64 }

  // MARK: - Constants

  /// Notes what a Constant node gives.
  mutating func addConstant(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(0...0)
    var tensor = Onnx_TensorProto()
    if let attribute = node.attribute("value") {
      tensor = attribute.t
    } else if let attribute = node.attribute("value_float") {
      (tensor.dataType, tensor.floatData) = (1, [attribute.f])
    } else if let attribute = node.attribute("value_floats") {
      (tensor.dataType, tensor.floatData, tensor.dims) = (
        1, attribute.floats, [Int64(attribute.floats.count)]
      )
    } else if let attribute = node.attribute("value_int") {
      (tensor.dataType, tensor.int64Data) = (7, [attribute.i])
    } else if let attribute = node.attribute("value_ints") {
      (tensor.dataType, tensor.int64Data, tensor.dims) = (7, attribute.ints, [Int64(attribute.ints.count)])
    } else {
      throw .optionUnsupported(
        option: "value", value: "text or a sparse tensor", expected: "a dense tensor of numbers")
    }
    tensor.name = node.output
    try set(.constant(Constant(tensor)), for: node.output)
  }
}
