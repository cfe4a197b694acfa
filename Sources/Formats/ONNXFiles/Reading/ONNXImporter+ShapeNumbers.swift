import IntegerInference
import Support

// The whole numbers that a graph computes from shapes. They are fixed here, but for the number of examples.

extension ONNXImporter {
  /// Whole numbers that a node reads at a position: a constant, or what nodes before it computed of shapes.
  mutating func numbers(
    _ node: ONNXNode, _ position: Int, _ role: String
  ) throws(ONNXError.Cause) -> [Int] {
    if case .shape(let numbers) = try value(node, position) { return numbers }
    return try integers(try constant(node, position, role), role)
  }

  /// The numbers of an attribute of older versions, or of an input of newer ones; nil if both are absent.
  mutating func optionalNumbers(
    _ node: ONNXNode, _ position: Int, _ attribute: String
  ) throws(ONNXError.Cause) -> [Int]? {
    node.input(position) != nil ? try numbers(node, position, attribute) : node.integers(attribute)
  }

  /// Whether a node computes with whole numbers of shapes.
  func isShapeArithmetic(_ node: ONNXNode) throws(ONNXError.Cause) -> Bool {
    var hasShape = false
    for position in node.inputs.indices where node.input(position) != nil {
      switch try value(node, position) {
      case .shape: hasShape = true
      case .constant(let constant) where constant.type == .int64 || constant.type == .int32: continue
      default: return false
      }
    }
    return hasShape
  }

  /// Notes the shape of a tensor.
  mutating func addShape(_ node: ONNXNode) throws(ONNXError.Cause) {
    let tensor = try moved(node).tensor
    let extents = extents(tensor)
    func place(_ index: Int) -> Int { min(max(index < 0 ? index + extents.count : index, 0), extents.count) }
    let (start, end) = (
      place(node.integer("start", default: 0)), place(node.integer("end", default: extents.count))
    )
    try set(.shape(start < end ? Array(extents[start..<end]) : []), for: node.output)
  }

  /// Notes some numbers of a shape.
  mutating func addGather(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(2...2)
    guard case .shape(let numbers) = try value(node, 0) else { return try addGatherOfPixels(node) }
    try node.expect("axis", 0)
    var result: [Int] = []
    for index in try self.numbers(node, 1, "list of indices") {
      let place = index < 0 && index != Self.batchExtent ? index + numbers.count : index
      guard numbers.indices.contains(place) else {
        throw .optionUnsupported(option: "index", value: "\(index)", expected: "one of \(numbers.count)")
      }
      result.append(numbers[place])
    }
    try set(.shape(result), for: node.output)
  }

  /// Notes shapes put together.
  mutating func addShapeConcat(_ node: ONNXNode) throws(ONNXError.Cause) {
    var result: [Int] = []
    for position in node.inputs.indices {
      result += try numbers(node, position, "part")
      guard result.count <= 64 else {
        throw .optionUnsupported(option: "inputs", value: "\(result.count) numbers", expected: "64 at most")
      }
    }
    try set(.shape(result), for: node.output)
  }

  /// Passes whole numbers of shapes on, or gives constant codes a wider type, as where codes of 4 bits become 8.
  mutating func addCast(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(1...1)
    let type = Onnx_TensorProto.DataType(rawValue: node.integer("to", default: 0))
    switch try value(node, 0) {
    case .shape(let numbers) where type == .int64 || type == .int32:
      return try set(.shape(numbers), for: node.output)
    case .constant(let constant) where constant.type == type:
      return try set(.constant(constant), for: node.output)
    case .constant(let constant) where [.int4, .uint4, .int8, .uint8].contains(constant.type):
      guard
        type == .int8 && constant.type != .uint8 || type == .uint8 && constant.type == .uint4
          || type == .int32
      else { break }
      var tensor = constant.tensor
      let codes = try codes(constant, "input")
      tensor.clearRawData()
      (tensor.externalData, tensor.dataLocation) = ([], .default)
      (tensor.dataType, tensor.int32Data) = (Int32(type?.rawValue ?? 0), codes)
      let bits = type == .int8 ? constant.bitWidth ?? Self.bitWidth(of: constant.type) : nil
      return try set(.constant(Constant(tensor, bitWidth: bits)), for: node.output)
    default: break
    }
    throw .optionUnsupported(
      option: "input", value: "of a type that is not changed to \(node.integer("to", default: 0)) here",
      expected: "whole numbers of shapes, or constant codes that a wider type holds")
  }
}
