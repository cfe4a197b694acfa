import FixedPoint
import Foundation

/// Codes of a tensor in a file.
struct ONNXCodes {
  /// The tensor's name.
  var name: String
  /// Their grid.
  let grid: ONNXGrid
  /// The shape of an example in the file's order of axes.
  let fileShape: [Int]
}

/// The names of a grid's scale and zero point in a file.
struct ONNXGrid {
  let scale: String
  let zeroPoint: String
  let values: AffineQuantizer
  let type: ONNXCodeType
}

/// An attribute of a node.
enum ONNXAttribute {
  case integer(String, Int)
  case integers(String, [Int])
  case float(String, Float)
  case text(String, String)
}

/// Gathers the nodes and initializers of a graph, each under a name of its own.
struct ONNXGraphMaker {
  typealias DataType = Onnx_TensorProto.DataType

  private(set) var nodes: [Onnx_NodeProto] = []
  private var initializers: [Onnx_TensorProto] = []
  private var inputs: [Onnx_ValueInfoProto] = []
  private var outputs: [Onnx_ValueInfoProto] = []
  private var tensorNames: Set<String> = []
  private var nodeNames: Set<String> = []
  private var usesMicrosoft = false

  // MARK: - Names

  /// Keeps names for the tensors of operations, and returns one for an operation whose name is empty.
  mutating func reserve(_ names: [String]) -> String {
    tensorNames.formUnion(names)
    return unused("unnamed")
  }

  /// A name that no other tensor has: the one asked for, or that with a number.
  private mutating func unused(_ name: String) -> String { Self.unused(name, in: &tensorNames) }

  private static func unused(_ name: String, in names: inout Set<String>) -> String {
    var (candidate, number) = (name, 2)
    while !names.insert(candidate).inserted { (candidate, number) = ("\(name) \(number)", number + 1) }
    return candidate
  }

  /// Gives the first output of the last node another name, and returns it.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - isNew: Whether the name was not reserved before.
  /// - Returns: The name that the output has now.
  mutating func renameLastOutput(_ name: String, isNew: Bool) -> String {
    let name = isNew ? unused(name) : name
    nodes[nodes.count - 1].output[0] = name
    return name
  }

  /// Whether a name is that of the last node's output.
  func isLastOutput(_ name: String) -> Bool { nodes.last?.output[0] == name }

  // MARK: - Nodes

  /// Adds a node with one output, and returns the output's name.
  ///
  /// - Parameters:
  ///   - type: The operator.
  ///   - inputs: The names of the tensors that it reads.
  ///   - name: The name of the node and its output, if no other has it.
  ///   - attributes: The operator's attributes.
  ///   - isMicrosoft: Whether the operator is of ONNX Runtime's own domain.
  /// - Returns: The output's name.
  @discardableResult
  mutating func add(
    _ type: String, _ inputs: [String], named name: String, _ attributes: [ONNXAttribute] = [],
    isMicrosoft: Bool = false
  ) -> String {
    var node = Onnx_NodeProto()
    (node.opType, node.input) = (type, inputs)
    node.name = Self.unused(name, in: &nodeNames)
    node.attribute = attributes.map(\.message)
    if isMicrosoft { (node.domain, usesMicrosoft) = ("com.microsoft", true) }
    let output = unused(name)
    node.output = [output]
    nodes.append(node)
    return output
  }

  /// Adds a QuantizeLinear of floats, and returns the name of the codes.
  mutating func quantize(_ reals: String, _ grid: ONNXGrid, named name: String) -> String {
    add("QuantizeLinear", [reals, grid.scale, grid.zeroPoint], named: name)
  }

  /// Adds a DequantizeLinear of codes, and returns the name of the floats.
  mutating func dequantize(_ codes: ONNXCodes, named name: String) -> String {
    add("DequantizeLinear", [codes.name, codes.grid.scale, codes.grid.zeroPoint], named: name)
  }

  // MARK: - Initializers

  /// Adds the scale and zero point of a grid.
  mutating func grid(_ grid: AffineQuantizer, _ type: ONNXCodeType, named name: String) -> ONNXGrid {
    ONNXGrid(
      scale: add(name + "/scale", [grid.scale], isScalar: true),
      zeroPoint: add(name + "/zero_point", [grid.zeroPoint], type, shape: []), values: grid, type: type)
  }

  /// Adds floats: a scalar, or a list.
  mutating func add(_ name: String, _ values: [Float], isScalar: Bool = false) -> String {
    add(name, .float, values.map { $0.bitPattern.littleEndian }, shape: isScalar ? [] : [values.count])
  }

  /// Adds codes of the model as bytes of a type.
  mutating func add(_ name: String, _ codes: [Int32], _ type: ONNXCodeType, shape: [Int]) -> String {
    add(name, type.dataType, codes.map { type.byte($0) }, shape: shape)
  }

  /// Adds codes of 4 bits, two to a byte with the earlier one in its lower half.
  mutating func add(nibbles values: [Int8], named name: String, shape: [Int]) -> String {
    let bytes = stride(from: 0, to: values.count, by: 2).map { index -> UInt8 in
      let low = UInt8(bitPattern: values[index]) & 15
      return index + 1 < values.count ? low | UInt8(bitPattern: values[index + 1]) << 4 : low
    }
    return add(name, .int4, bytes, shape: shape)
  }

  /// Adds biases or their zero points.
  mutating func add(_ name: String, _ values: [Int32], isScalar: Bool = false) -> String {
    add(name, .int32, values.map(\.littleEndian), shape: isScalar ? [] : [values.count])
  }

  /// Adds whole numbers: a shape, axes, amounts or indices.
  mutating func add(_ name: String, _ values: [Int]) -> String {
    add(name, .int64, values.map { Int64($0).littleEndian }, shape: [values.count])
  }

  private mutating func add<Element>(
    _ name: String, _ type: DataType, _ elements: [Element], shape: [Int]
  ) -> String {
    var tensor = Onnx_TensorProto()
    tensor.name = unused(name)
    tensor.dataType = Int32(type.rawValue)
    tensor.dims = shape.map { Int64($0) }
    tensor.rawData = elements.withUnsafeBytes { Data($0) }
    initializers.append(tensor)
    return tensor.name
  }

  // MARK: - Graph

  /// Adds an input whose name was reserved; its first axis counts examples.
  mutating func addInput(_ name: String, _ type: DataType, shape: [Int]) {
    inputs.append(Self.value(name, type, shape))
  }

  /// Makes the last node's output one of the graph's, under a name that a node's output has not yet.
  mutating func addOutput(_ name: String, _ type: DataType, shape: [Int]) {
    let isTaken = nodes.contains { $0.output[0] == name } || inputs.contains { $0.name == name }
    let name = isTaken ? unused(name + "/output") : name
    nodes[nodes.count - 1].output[0] = name
    outputs.append(Self.value(name, type, shape))
  }

  private static func value(_ name: String, _ type: DataType, _ shape: [Int]) -> Onnx_ValueInfoProto {
    var value = Onnx_ValueInfoProto()
    value.name = name
    value.type.tensorType.elemType = Int32(type.rawValue)
    var batch = Onnx_TensorShapeProto.Dimension()
    batch.dimParam = "batch"
    value.type.tensorType.shape.dim =
      [batch]
      + shape.map {
        var extent = Onnx_TensorShapeProto.Dimension()
        extent.dimValue = Int64($0)
        return extent
      }
    return value
  }

  /// The file's content.
  func model(named name: String, opset: ONNXOperatorSet, description: String) -> Onnx_ModelProto {
    var model = Onnx_ModelProto()
    model.irVersion = opset.irVersion
    (model.producerName, model.docString) = ("swift-qat", description)
    var operators = Onnx_OperatorSetIdProto()
    (operators.domain, operators.version) = ("", Int64(opset.rawValue))
    model.opsetImport = [operators]
    if usesMicrosoft {
      (operators.domain, operators.version) = ("com.microsoft", 1)
      model.opsetImport.append(operators)
    }
    model.graph.name = name.isEmpty ? "model" : name
    (model.graph.node, model.graph.initializer) = (nodes, initializers)
    (model.graph.input, model.graph.output) = (inputs, outputs)
    return model
  }
}

extension ONNXAttribute {
  /// The attribute as a message of the format.
  fileprivate var message: Onnx_AttributeProto {
    var message = Onnx_AttributeProto()
    switch self {
    case .integer(let name, let value): (message.name, message.type, message.i) = (name, .int, Int64(value))
    case .integers(let name, let values):
      (message.name, message.type, message.ints) = (name, .ints, values.map { Int64($0) })
    case .float(let name, let value): (message.name, message.type, message.f) = (name, .float, value)
    case .text(let name, let text): (message.name, message.type, message.s) = (name, .string, Data(text.utf8))
    }
    return message
  }
}
