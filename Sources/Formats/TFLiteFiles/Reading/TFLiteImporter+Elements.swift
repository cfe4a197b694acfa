import FixedPoint
import IntegerInference

// Operations on two tensors, element by element.

extension TFLiteImporter {
  /// Adds an addition, a subtraction or a multiplication of two tensors.
  mutating func addElementwise(
    _ one: TFLiteFile.Operator, _ kind: (ClosedRange<Int32>) -> IntegerOperation.Kind
  ) throws(TFLiteError.Cause) {
    try checkCount(one.inputs, of: "inputs", 2...2)
    let range = try activationRange(one)
    let sources = [try operand(one, 0), try operand(one, 1)]
    try append(kind(range), reading: sources, shape: shape(ofElements: sources), to: one.outputs[0])
  }

  /// Adds a ReLU with slopes of its own below 0.
  mutating func addPReLU(_ one: TFLiteFile.Operator) throws(TFLiteError.Cause) {
    try checkCount(one.inputs, of: "inputs", 2...2)
    let sources = [try operand(one, 0), try operand(one, 1)]
    try append(.prelu, reading: sources, shape: shape(ofElements: sources), to: one.outputs[0])
  }

  /// The operation whose codes an operator reads at a position; a constant becomes an operation of its own.
  private mutating func operand(
    _ one: TFLiteFile.Operator, _ position: Int
  ) throws(TFLiteError.Cause) -> Int {
    let index = try input(one, position)
    guard values[index] == nil, graph.tensors[index].constant != nil else { return try codes(one, position) }
    let (tensor, bytes) = try constant(one, position, "operand")
    guard tensor.type == .int8 else {
      throw .typeUnsupported(role: "constant operand", found: tensor.type.name, expected: "INT8")
    }
    var shape = tensor.shape
    if shape.count == graph.tensors[one.outputs[0]].shape.count, shape.first == 1 { shape.removeFirst() }
    if shape.isEmpty { shape = [1] }
    let operation = try append(
      .constant(bytes.map { Int8(bitPattern: $0) }), reading: [], shape: shape, grid: try grid(of: index),
      named: index)
    values[index] = .codes(operation)
    return operation
  }
}
