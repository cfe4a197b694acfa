import FixedPoint
import IntegerInference
import Support

// Operations without weights that have a grid of their own.

extension ONNXImporter {
  /// Makes the operations of a node.
  mutating func add(_ node: ONNXNode) throws(ONNXError.Cause) {
    guard let kind = node.kind else { throw refusal(of: node) }
    guard node.outputs.count >= 1, kind == .split || node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw .wrongCount(of: "outputs", expected: "1", found: node.outputs.count)
    }
    switch kind {
    case .constant: try addConstant(node)
    case .quantizeLinear: try addQuantize(node)
    case .dequantizeLinear: try addDequantize(node)
    case .conv: try addConv(node)
    case .qLinearConv: try addQLinearConv(node)
    case .gemm: try addGemm(node)
    case .matMul: try addMatMul(node)
    case .qLinearMatMul: try addQLinearMatMul(node)
    case .qGemm: try addQGemm(node)
    case .relu, .clip: try addActivation(node)
    case .add, .mul: try addElementwise(node, kind)
    case .qLinearAdd, .qLinearMul: try addElementwiseOfCodes(node, kind)
    case .sigmoid: try addFunction(node, .sigmoid)
    case .tanh: try addFunction(node, .tanh)
    case .hardSwish: try addFunction(node, .hardSwish)
    case .leakyReLU: try addFunction(node, .leakyReLU(slope: node.float("alpha", default: 0.01)))
    case .softmax: try addSoftmax(node, reading: try reals(node, 0), to: nil)
    case .qLinearSigmoid: try addFunctionOfCodes(node, .sigmoid)
    case .qLinearLeakyReLU:
      try addFunctionOfCodes(node, .leakyReLU(slope: node.float("alpha", default: 0.01)))
    case .qLinearSoftmax: try addSoftmax(node, reading: try codes(node, 0), to: 3)
    case .maxPool, .globalMaxPool: try addMaxPool(node)
    case .averagePool, .qLinearAveragePool: try addAveragePool(node)
    case .globalAveragePool, .qLinearGlobalAveragePool: try addGlobalAveragePool(node)
    case .reduceMean: try addReduceMean(node)
    case .concat: try addConcat(node)
    case .qLinearConcat: try addQLinearConcat(node)
    case .identity, .dropout: try addIdentity(node)
    case .cast: try addCast(node)
    case .hardSigmoid: try addHardSigmoid(node)
    case .shape: try addShape(node)
    case .gather: try addGather(node)
    case .flatten, .reshape, .squeeze, .unsqueeze: try addReshape(node, kind)
    case .transpose: try addTranspose(node)
    case .pad: try addPad(node)
    case .slice: try addSlice(node)
    case .split: try addSplit(node)
    case .resize: try addResize(node)
    }
  }

  /// Why a node is not read.
  private func refusal(of node: ONNXNode) -> ONNXError.Cause {
    let proto = node.proto
    if file.model.functions.contains(where: { $0.name == proto.opType && $0.domain == proto.domain }) {
      return .isFunction
    }
    let holdsGraph = proto.attribute.contains { [.graph, .graphs].contains($0.type) }
    if holdsGraph || ["If", "Loop", "Scan", "SequenceMap"].contains(proto.opType) { return .containsGraphs }
    if let (reason, remedy) = ONNXOperator.refusal(of: proto.opType) {
      return .notInIntegers(reason: reason, remedy: remedy)
    }
    return .operatorUnsupported
  }

  // MARK: - Two tensors

  /// Adds an Add or a Mul between DequantizeLinear and QuantizeLinear; an Add of a constant may be a bias.
  private mutating func addElementwise(
    _ node: ONNXNode, _ kind: ONNXOperator
  ) throws(ONNXError.Cause) {
    try node.checkInputs(2...2)
    if kind == .add {
      for position in 0...1 {
        if case .pending(let pending) = try value(node, position),
          let sum = try withBias(pending, node, 1 - position)
        {
          return try wait(for: sum, node)
        }
      }
    }
    if kind == .mul, let tensor = try gated(node) {
      return try wait(for: function(node, .hardSwish, of: tensor), node)
    }
    let (sources, shape, axes) = try operands(node, 0, 1) { importer, position throws(ONNXError.Cause) in
      if case .constantReals(let constant) = try importer.value(node, position) { return .constant(constant) }
      return .tensor(try importer.reals(node, position))
    }
    try wait(
      for: Pending(
        kind: kind == .add ? .add : .multiply, sources: sources, shape: shape, axes: axes, name: node.output),
      node)
  }

  /// Adds a QLinearAdd or a QLinearMul: A, its scale and zero point, B, its own, and the output's.
  private mutating func addElementwiseOfCodes(
    _ node: ONNXNode, _ kind: ONNXOperator
  ) throws(ONNXError.Cause) {
    try node.checkInputs(7...8)
    let (sources, shape, axes) = try operands(node, 0, 3) { importer, position throws(ONNXError.Cause) in
      if case .codes = try importer.value(node, position) {
        return .tensor(try importer.codes(node, position))
      }
      return .constant(try importer.constantOperand(node, position, axis: 0))
    }
    let grid = try grid(node, scale: 6, zeroPoint: 7, isUnsigned: nil)
    let pending = Pending(
      kind: kind == .qLinearAdd ? .add : .multiply, sources: sources, shape: shape, axes: axes,
      name: node.output)
    try set(.codes(try completed(pending, grid)), for: node.output)
  }

  private enum Operand {
    case tensor(Tensor)
    case constant(QuantizedConstant)
  }

  /// The operations of two operands, of which one may be a constant.
  private mutating func operands(
    _ node: ONNXNode, _ first: Int, _ second: Int,
    _ operand: (inout ONNXImporter, Int) throws(ONNXError.Cause) -> Operand
  ) throws(ONNXError.Cause) -> (sources: [Int], shape: [Int], axes: [[Int]]) {
    switch (try operand(&self, first), try operand(&self, second)) {
    case (.tensor(let a), .tensor(let b)): return try aligned(a, b)
    case (.tensor(let a), .constant(let b)):
      let (tensor, other) = try withConstant(a, b, named: node.input(second) ?? "")
      return ([tensor.operation, other], operations[tensor.operation].shape, tensor.axes)
    case (.constant(let a), .tensor(let b)):
      let (tensor, other) = try withConstant(b, a, named: node.input(first) ?? "")
      return ([other, tensor.operation], operations[tensor.operation].shape, tensor.axes)
    case (.constant, .constant):
      throw .optionUnsupported(
        option: "inputs", value: "constants", expected: "one that is computed: simplify the model")
    }
  }

  /// A tensor and the operation of a constant whose codes are repeated along some of its axes.
  private mutating func withConstant(
    _ tensor: Tensor, _ constant: QuantizedConstant, named name: String
  ) throws(ONNXError.Cause) -> (tensor: Tensor, constant: Int) {
    guard constant.scales.count == 1, constant.bitWidth <= 8 else {
      throw .wrongQuantization(
        tensor: constant.label, reason: "has \(constant.scales.count) scales, or more than 8 bits",
        remedy: "expected one scale: only weights have scales for channels")
    }
    let tensor = tensor.axes.contains { $0.count > 1 } ? try inFileOrder(tensor) : tensor
    let missing = tensor.axes.count - constant.shape.count
    let places = try ownAxes(of: tensor)
    let shape = places.map { place in place.map { $0 < missing ? 1 : constant.shape[$0 - missing] } ?? 1 }
    guard missing >= 0, shape.checkedProduct == constant.codes.count, !constant.codes.isEmpty else {
      throw .wrongShape(
        of: "constant", found: constant.shape,
        expected: "the shape \(operations[tensor.operation].shape) of an example, or 1 along some axes of it")
    }
    // The codes in the order of the tensor's operation.
    var strides = [Int](repeating: 1, count: constant.shape.count)
    for axis in strides.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * constant.shape[axis + 1]
    }
    let order = zip(places, shape).reduce([0]) { begins, axis in
      begins.flatMap { begin in
        (0..<axis.1).map { begin + (axis.1 == 1 ? 0 : $0 * strides[(axis.0 ?? 0) - missing]) }
      }
    }
    let codes = order.map { Int8(truncatingIfNeeded: constant.codes[$0]) }
    try countCopy(of: codes.count)
    let grid = try quantizer(scale: constant.scales[0], zeroPoint: constant.zeroPoints[0], constant.label)
    return (
      tensor, try append(.constant(codes), reading: [], shape: shape, grid: grid, named: name)
    )
  }

  // MARK: - Functions of one tensor

  /// Notes the gate of a hard swish, which a Mul with the same numbers completes.
  private mutating func addHardSigmoid(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(1...1)
    let (alpha, beta) = (node.float("alpha", default: 0.2), node.float("beta", default: 0.5))
    guard alpha == 1 / 6, beta == 0.5 else {
      throw .optionUnsupported(
        option: "alpha", value: "\(alpha) with beta \(beta)",
        expected: "1/6 with 0.5: the gate of a hard swish, or use Sigmoid")
    }
    try set(.gate(try reals(node, 0)), for: node.output)
  }

  /// The tensor that a Mul multiplies with its own gate; nil if it does something else.
  private func gated(_ node: ONNXNode) throws(ONNXError.Cause) -> Tensor? {
    switch (try value(node, 0), try value(node, 1)) {
    case (.gate(let gate), .reals(let tensor)), (.reals(let tensor), .gate(let gate)):
      guard gate == tensor else {
        throw .optionUnsupported(
          option: "gate", value: "that of other numbers",
          expected: "x · HardSigmoid(x), which is a hard swish")
      }
      return tensor
    default: return nil
    }
  }

  private mutating func addFunction(_ node: ONNXNode, _ kind: Pending.Kind) throws(ONNXError.Cause) {
    try node.checkInputs(1...1)
    try wait(for: function(node, kind, of: try reals(node, 0)), node)
  }

  private mutating func addFunctionOfCodes(_ node: ONNXNode, _ kind: Pending.Kind) throws(ONNXError.Cause) {
    try node.checkInputs(4...5)
    let source = try codes(node, 0)
    let grid = try grid(node, scale: 3, zeroPoint: 4, isUnsigned: source.isUnsigned)
    try set(.codes(try completed(function(node, kind, of: source), grid)), for: node.output)
  }

  private func function(_ node: ONNXNode, _ kind: Pending.Kind, of tensor: Tensor) -> Pending {
    Pending(
      kind: kind, sources: [tensor.operation], shape: operations[tensor.operation].shape, axes: tensor.axes,
      name: node.output)
  }

  /// Adds a softmax of floating-point numbers, or of codes with the output's scale at a position.
  ///
  /// Before version 13 a Softmax flattens all axes from its own one on.
  private mutating func addSoftmax(
    _ node: ONNXNode, reading source: Tensor, to scale: Int?
  ) throws(ONNXError.Cause) {
    let isFlattening = scale == nil ? version < 13 : node.integer("opset", default: version) < 13
    let axis = node.integer("axis", default: isFlattening ? 1 : -1)
    let rank = source.axes.count
    let place = axis < 0 ? axis + rank : axis
    let last = [operations[source.operation].shape.count - 1]
    guard (0..<rank).contains(place), !source.axes[place].contains(Self.batchAxis) else {
      throw .optionUnsupported(option: "axis", value: "\(axis)", expected: "an axis of an example")
    }
    guard !isFlattening || extents(source)[(place + 1)...].allSatisfy({ $0 == 1 }) else {
      throw .optionUnsupported(
        option: "axis", value: "\(axis), from which on all axes are one before version 13",
        expected: "the last one: convert the model with onnx.version_converter")
    }
    var tensor = source
    if source.axes[place] != last {
      // The classes become the operation's last axis.
      let others = source.axes.indices.filter { $0 != place && source.axes[$0] != [Self.batchAxis] }
      tensor.operation = try arranged(source, as: others.map { source.axes[$0] } + [source.axes[place]])
      for (own, other) in (others + [place]).enumerated() { tensor.axes[other] = [own] }
    }
    let pending = function(node, .softmax, of: tensor)
    guard let scale else { return try wait(for: pending, node) }
    let grid = try grid(node, scale: scale, zeroPoint: scale + 1, isUnsigned: source.isUnsigned)
    try set(.codes(try completed(pending, grid)), for: node.output)
  }
}
