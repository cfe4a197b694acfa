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
    guard let grid = try grid(of: input.name, isUnsigned: type == .uint8) else {
      throw .notQuantized(tensor: Self.label(input.name))
    }
    guard type == .float || grid.isUnsigned == (type == .uint8) else {
      throw .wrongQuantization(
        tensor: Self.label(input.name), reason: "has another type than its zero point",
        remedy: "expected both to be INT8 or UINT8")
    }
    let isImage = own.count == 3 && hasBatch && !hasChannelsLast(input.name)
    let operation = try append(
      .input, reading: [], shape: isImage ? [own[1], own[2], own[0]] : own, grid: grid.quantizer,
      named: input.name)
    let axes = isImage ? [[2], [0], [1]] : own.indices.map { [$0] }
    let tensor = Tensor(
      operation: operation, axes: (hasBatch ? [[Self.batchAxis]] : []) + axes, isUnsigned: type == .uint8,
      isInput: type == .float)
    try set(type == .float ? .reals(tensor) : .codes(tensor), for: input.name)
  }

  /// The grid that nodes state for an input or for what they move of it, nearest first; nil if none does.
  private mutating func grid(of input: String, isUnsigned: Bool) throws(ONNXError.Cause) -> Grid? {
    var names = [input]
    var place = 0
    while place < names.count, place < Self.mostMoves {
      let name = names[place]
      place += 1
      for reader in (readers[name] ?? []).prefix(Self.mostMoves) {
        let node = nodes[reader]
        if let grid = try statedGrid(node, of: name, isUnsigned) { return grid }
        switch node.kind {
        case .transpose, .reshape, .flatten, .squeeze, .unsqueeze, .identity, .pad, .slice, .split, .clip,
          .concat,
          .gather, .maxPool, .globalMaxPool, .resize:
          names += node.outputs.prefix(Self.mostMoves)
        default: break
        }
      }
    }
    return nil
  }

  /// Whether an input is put from [height, width, channels] into ONNX's order before anything else reads it.
  private func hasChannelsLast(_ input: String) -> Bool {
    var name = input
    for _ in 0..<Self.mostMoves {
      guard let reader = readers[name]?.first else { return false }
      let node = nodes[reader]
      switch node.kind {
      case .quantizeLinear, .dequantizeLinear, .identity, .clip: name = node.output
      default: return node.kind == .transpose && node.integers("perm") == [0, 3, 1, 2]
      }
    }
    return false
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
