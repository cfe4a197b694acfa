import IntegerInference
import Support

// Changes of shape. Most of them only change the note of how a file's axes lie on those of an operation.

extension ONNXImporter {
  /// Passes a value on.
  mutating func addIdentity(_ node: ONNXNode) throws(ONNXError.Cause) {
    if node.kind == .dropout, case .constant(let mode)? = node.input(2).flatMap({ values[$0] }) {
      let isTraining =
        try count(mode) != 1 || mode.tensor.rawData.contains { $0 != 0 }
        || mode.tensor.int32Data.contains { $0 != 0 }
      guard !isTraining else {
        throw .optionUnsupported(
          option: "training_mode", value: "true",
          expected: "false: export the model in eval mode, or Dropout stays active in the file")
      }
    } else if node.input(2) != nil, node.kind == .dropout {
      throw .notConstant(role: "training_mode")
    }
    var value = try value(node, 0)
    if case .pending(var pending) = value {
      pending.name = node.output
      value = .pending(pending)
    }
    try set(value, for: node.output)
  }

  /// Adds a Flatten, Reshape, Squeeze or Unsqueeze of a tensor or of a constant, or notes the numbers of a shape.
  mutating func addReshape(_ node: ONNXNode, _ kind: ONNXOperator) throws(ONNXError.Cause) {
    switch try value(node, 0) {
    case .shape(let numbers): return try set(.shape(numbers), for: node.output)
    case .constant(var constant) where kind == .unsqueeze || kind == .squeeze || kind == .reshape:
      if constant.type == .int64 || constant.type == .int32, try count(constant) <= 64 {
        return try set(.shape(try integers(constant, "input")), for: node.output)
      }
      let shape = try changedShape(node, kind, constant.shape, count: try count(constant))
      var tensor = constant.tensor
      tensor.dims = shape.map(Int64.init)
      constant = Constant(tensor)
      return try set(.constant(constant), for: node.output)
    case .constantReals(var constant) where constant.scales.count == 1:
      constant.shape = try changedShape(node, kind, constant.shape, count: constant.codes.count)
      guard constant.shape.checkedProduct == constant.codes.count else {
        throw .wrongShape(
          of: "output", found: constant.shape, expected: "as many numbers as the constant has")
      }
      return try set(.constantReals(constant), for: node.output)
    case .pending(var pending):
      // Only the note of how the axes lie changes, as where a ReduceMean is flattened before it is quantized.
      let whole = try changedShape(
        node, kind, extents(pending.shape, pending.axes), count: Self.product(pending.shape))
      let (lead, own) = try examples(whole, of: pending.axes, count: Self.product(pending.shape))
      guard let joined = joinedAxes(pending.axes, pending.shape, to: own) else {
        throw .notQuantized(tensor: Self.label(node.input(0) ?? ""))
      }
      (pending.axes, pending.name) = (withExamples(joined, lead), node.output)
      return try wait(for: pending, node)
    default: break
    }
    let (tensor, wrap) = try moved(node)
    let whole = try changedShape(
      node, kind, extents(tensor), count: operations[tensor.operation].count)
    try set(wrap(try reshaped(tensor, to: whole, named: node.output)), for: node.output)
  }

  /// The shape that a node makes of another one; both may have the free number of examples.
  private mutating func changedShape(
    _ node: ONNXNode, _ kind: ONNXOperator, _ old: [Int], count: Int
  ) throws(ONNXError.Cause) -> [Int] {
    func places(_ axes: [Int], of rank: Int) throws(ONNXError.Cause) -> Set<Int> {
      let places = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
      guard places.allSatisfy({ (0..<rank).contains($0) }), places.count == axes.count else {
        throw .optionUnsupported(
          option: "axes", value: "\(axes.prefix(8))", expected: "axes of \(rank), each once")
      }
      return places
    }
    switch kind {
    case .flatten:
      let axis = node.integer("axis", default: 1)
      let place = axis < 0 ? axis + old.count : axis
      guard place == 1, old.count >= 1 else {
        throw .optionUnsupported(option: "axis", value: "\(axis)", expected: "1: the examples stay apart")
      }
      return [old[0], try Self.product(old.dropFirst())]
    case .squeeze:
      let axes = try optionalNumbers(node, 1, "axes") ?? old.indices.filter { old[$0] == 1 }
      let removed = try places(axes, of: old.count)
      guard removed.allSatisfy({ old[$0] == 1 }) else {
        throw .optionUnsupported(
          option: "axes", value: "\(axes.prefix(8))", expected: "axes with an extent of 1")
      }
      return old.indices.filter { !removed.contains($0) }.map { old[$0] }
    case .unsqueeze:
      let axes = try optionalNumbers(node, 1, "axes") ?? []
      let rank = old.count + axes.count
      guard rank <= Self.mostAxes else {
        throw .wrongCount(of: "axes", expected: "\(Self.mostAxes) at most", found: rank)
      }
      let added = try places(axes, of: rank)
      var rest = old[...]
      return (0..<rank).map { added.contains($0) ? 1 : rest.popFirst() ?? 1 }
    default:
      let wanted = try numbers(node, 1, "new shape")
      let allowsZero = node.integer("allowzero", default: 0) != 0
      var shape = wanted.enumerated().map { place, extent in
        extent == 0 && !allowsZero && place < old.count ? old[place] : extent
      }
      guard shape.count <= Self.mostAxes, shape.count(where: { $0 == -1 }) <= 1,
        shape.allSatisfy({ $0 > 0 || $0 == -1 || $0 == Self.batchExtent })
      else {
        throw .wrongShape(
          of: "new shape", found: Array(wanted.prefix(Self.mostAxes)), expected: "extents above 0, or one -1")
      }
      if let free = shape.firstIndex(of: -1) { shape[free] = try freeExtent(shape, free, of: old, count) }
      return shape
    }
  }

  /// The extent that keeps the number of elements; the number of examples stays, if it is free.
  ///
  /// The free number of examples may be joined with an axis behind it, as where a Gemm has rows.
  private func freeExtent(
    _ shape: [Int], _ free: Int, of old: [Int], _ count: Int
  ) throws(ONNXError.Cause) -> Int {
    let others = shape.enumerated().filter { $0.offset != free }.map(\.element)
    let isFree = old.contains(Self.batchExtent)
    let known = try Self.product(others.filter { $0 != Self.batchExtent })
    // The free number of examples has to come out again: either it stands elsewhere, or here.
    if isFree, !others.contains(Self.batchExtent), free == 0, known > 0, count % known == 0 {
      return Self.batchExtent
    }
    guard known > 0, count % known == 0 else {
      throw .wrongShape(
        of: "new shape", found: shape.map { $0 == Self.batchExtent ? -1 : $0 },
        expected: "a divisor of the \(count) elements of an example")
    }
    return count / known
  }

  static func product(_ extents: some Sequence<Int>) throws(ONNXError.Cause) -> Int {
    let extents = Array(extents)
    guard let product = extents.checkedProduct, product >= 0 else { throw .impossibleShape(extents) }
    return product
  }

  /// A tensor with another shape, whose first extent counts the examples if the old one did.
  private mutating func reshaped(
    _ tensor: Tensor, to whole: [Int], named name: String
  ) throws(ONNXError.Cause) -> Tensor {
    let source = operations[tensor.operation]
    let (lead, own) = try examples(whole, of: tensor.axes, count: source.count)
    if let joined = joinedAxes(tensor.axes, source.shape, to: own) {
      var result = tensor
      result.axes = withExamples(joined, lead)
      return result
    }
    var result = try inFileOrder(tensor)
    let shape = own.isEmpty ? [1] : own
    if operations[result.operation].shape != shape {
      result.operation = try append(
        .reshape, reading: [result.operation], shape: shape, grid: source.grid, named: name)
    }
    result.axes = withExamples(own.indices.map { [$0] }, lead)
    return result
  }

  /// What a new shape does with the axis of the examples.
  private enum Lead {
    case none, first
    /// The axis of the examples is joined with the first one of an example.
    case joined
  }

  /// The axes of a file, of those of an example.
  private func withExamples(_ axes: [[Int]], _ lead: Lead) -> [[Int]] {
    switch lead {
    case .none: axes
    case .first: [[Self.batchAxis]] + axes
    case .joined: [[Self.batchAxis] + axes[0]] + axes.dropFirst()
    }
  }

  /// A shape without the number of examples, and the axis of that, if the shape has one.
  private func examples(
    _ whole: [Int], of axes: [[Int]], count: Int
  ) throws(ONNXError.Cause) -> (lead: Lead, own: [Int]) {
    let hasBatch = axes.contains { $0.contains(Self.batchAxis) }
    guard !hasBatch || batch == 1 || axes.first?.first == Self.batchAxis, whole.count <= Self.mostAxes else {
      throw .optionUnsupported(
        option: "input", value: "a tensor with the examples not first, or of more than \(Self.mostAxes) axes",
        expected: "the examples as first axis")
    }
    var own = whole
    var keepsBatch = false
    if hasBatch, let first = whole.first, try Self.product(whole.dropFirst()) == count,
      first == Self.batchExtent || batch == nil || first == batch
    {
      own.removeFirst()
      keepsBatch = true
    }
    if hasBatch, !keepsBatch, whole.first == Self.batchExtent {
      let rest = try Self.product(whole.dropFirst())
      if rest > 0, count % rest == 0 { return (.joined, [count / rest] + whole.dropFirst()) }
    }
    guard keepsBatch || !hasBatch || batch == 1, own.allSatisfy({ $0 > 0 }), try Self.product(own) == count
    else {
      throw .wrongShape(
        of: "new shape", found: whole.map { $0 == Self.batchExtent ? -1 : $0 },
        expected: "the examples as first axis, and the \(count) elements of an example behind it")
    }
    return (keepsBatch ? .first : .none, own)
  }

  /// The axes of an operation, joined to new extents in the file's order; nil if one has to be taken apart.
  private func joinedAxes(_ axes: [[Int]], _ shape: [Int], to own: [Int]) -> [[Int]]? {
    var rest = axes.flatMap { $0 }.filter { $0 != Self.batchAxis }[...]
    var joined: [[Int]] = []
    for extent in own {
      var (axes, product) = ([Int](), 1)
      while product < extent, let axis = rest.popFirst() {
        axes.append(axis)
        product *= shape[axis]
      }
      guard product == extent else { return nil }
      joined.append(axes)
    }
    // Axes of extent 1 may be left.
    return rest.allSatisfy { shape[$0] == 1 } ? joined : nil
  }
}
