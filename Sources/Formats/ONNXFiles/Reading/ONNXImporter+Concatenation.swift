import IntegerInference

// Concatenations along an axis of an example; inputs of other grids are requantized first.

extension ONNXImporter {
  mutating func addConcat(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(1...Int.max)
    if try isShapeArithmetic(node) { return try addShapeConcat(node) }
    if case .codes(let first) = try value(node, 0) {
      let grid = operations[first.operation].grid
      var tensors: [Tensor] = []
      for position in node.inputs.indices {
        guard case .codes(let tensor) = try value(node, position), operations[tensor.operation].grid == grid
        else {
          throw .wrongQuantization(
            tensor: Self.label(node.inputs[position]), reason: "is concatenated with codes of another grid",
            remedy: "expected one grid for all")
        }
        tensors.append(tensor)
      }
      let pending = try concatenation(node, tensors)
      return try set(
        .codes(try completed(pending, Grid(quantizer: grid, isUnsigned: first.isUnsigned))), for: node.output)
    }
    var tensors: [Tensor] = []
    for position in node.inputs.indices { tensors.append(try reals(node, position)) }
    try wait(for: concatenation(node, tensors), node)
  }

  /// Adds a QLinearConcat: the output's scale and zero point, and each input with its own.
  mutating func addQLinearConcat(_ node: ONNXNode) throws(ONNXError.Cause) {
    guard node.inputs.count >= 5, node.inputs.count % 3 == 2 else {
      throw .wrongCount(of: "inputs", expected: "2, and 3 for each tensor", found: node.inputs.count)
    }
    var tensors: [Tensor] = []
    for position in stride(from: 2, to: node.inputs.count, by: 3) {
      tensors.append(try codes(node, position))
    }
    let pending = try concatenation(node, tensors)
    let grid = try grid(node, scale: 0, zeroPoint: 1, isUnsigned: tensors[0].isUnsigned)
    try set(.codes(try completed(pending, grid)), for: node.output)
  }

  private mutating func concatenation(
    _ node: ONNXNode, _ tensors: [Tensor]
  ) throws(ONNXError.Cause) -> Pending {
    let axis = node.integer("axis", default: 0)
    let first = try withOwnAxes(tensors[0])
    let own = try ownAxis(axis, of: first)
    var (sources, shape) = ([Int](), operations[first.operation].shape)
    shape[own] = 0
    for tensor in tensors {
      guard tensor.axes.count == first.axes.count else {
        throw .wrongShape(
          of: "input", found: extents(tensor).map { $0 == Self.batchExtent ? 1 : $0 },
          expected: "as many axes as the first one has, \(first.axes.count)")
      }
      let source: Int
      if tensor.axes == first.axes, operations[tensor.operation].shape.count == shape.count {
        source = tensor.operation
      } else {
        let order = try ownAxes(of: first).map { place in place.map { tensor.axes[$0] } ?? [] }
        guard !order.contains([Self.batchAxis]) else {
          throw .optionUnsupported(option: "axis", value: "\(axis)", expected: "an axis of an example")
        }
        source = try arranged(tensor, as: order)
      }
      shape[own] += operations[source].shape[own]
      sources.append(source)
    }
    return Pending(
      kind: .concatenation(axis: own), sources: sources, shape: shape, axes: first.axes, name: node.output)
  }
}
