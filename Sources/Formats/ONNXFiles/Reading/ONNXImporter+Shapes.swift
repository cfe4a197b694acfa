import IntegerInference
import Support

// Changes of shape, and the whole numbers that a graph computes from shapes. They are fixed here, but for the number of
// examples.

extension ONNXImporter {
  // MARK: - Whole numbers

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
    guard case .shape(let numbers) = try value(node, 0), node.integer("axis", default: 0) == 0 else {
      throw .optionUnsupported(
        option: "input 0", value: "no shape", expected: "a shape: take parts of tensors by Slice or Split")
    }
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

  // MARK: - Changes of shape

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
      let shape = try changedShape(node, kind, constant.shape)
      var tensor = constant.tensor
      tensor.dims = shape.map(Int64.init)
      constant = Constant(tensor)
      return try set(.constant(constant), for: node.output)
    case .constantReals(var constant) where constant.scales.count == 1:
      constant.shape = try changedShape(node, kind, constant.shape)
      guard constant.shape.checkedProduct == constant.codes.count else {
        throw .wrongShape(
          of: "output", found: constant.shape, expected: "as many numbers as the constant has")
      }
      return try set(.constantReals(constant), for: node.output)
    case .pending(var pending):
      // Only the note of how the axes lie changes, as where a ReduceMean is flattened before it is quantized.
      let whole = try changedShape(node, kind, extents(pending.shape, pending.axes))
      let (lead, own) = try examples(whole, of: pending.axes, count: Self.product(pending.shape))
      guard let joined = joinedAxes(pending.axes, pending.shape, to: own) else {
        throw .notQuantized(tensor: Self.label(node.input(0) ?? ""))
      }
      (pending.axes, pending.name) = (lead + joined, node.output)
      return try wait(for: pending, node)
    default: break
    }
    let (tensor, wrap) = try moved(node)
    let whole = try changedShape(node, kind, extents(tensor))
    try set(wrap(try reshaped(tensor, to: whole, named: node.output)), for: node.output)
  }

  /// The shape that a node makes of another one; both may have the free number of examples.
  private mutating func changedShape(
    _ node: ONNXNode, _ kind: ONNXOperator, _ old: [Int]
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
      if let free = shape.firstIndex(of: -1) { shape[free] = try freeExtent(shape, free, of: old) }
      return shape
    }
  }

  /// The extent that keeps the number of elements; the number of examples stays, if it is free.
  private func freeExtent(_ shape: [Int], _ free: Int, of old: [Int]) throws(ONNXError.Cause) -> Int {
    let others = shape.enumerated().filter { $0.offset != free }.map(\.element)
    let isFree = old.contains(Self.batchExtent)
    let known = try Self.product(others.filter { $0 != Self.batchExtent })
    let count = try Self.product(old.filter { $0 != Self.batchExtent })
    // The free number of examples has to come out again: either it stands elsewhere, or here.
    if isFree, !others.contains(Self.batchExtent), free == 0, known == count { return Self.batchExtent }
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
      result.axes = lead + joined
      return result
    }
    var result = try inFileOrder(tensor)
    let shape = own.isEmpty ? [1] : own
    if operations[result.operation].shape != shape {
      result.operation = try append(
        .reshape, reading: [result.operation], shape: shape, grid: source.grid, named: name)
    }
    result.axes = lead + own.indices.map { [$0] }
    return result
  }

  /// A shape without the number of examples, and the axis of that, if the shape has one.
  private func examples(
    _ whole: [Int], of axes: [[Int]], count: Int
  ) throws(ONNXError.Cause) -> (lead: [[Int]], own: [Int]) {
    let hasBatch = axes.contains([Self.batchAxis])
    guard !hasBatch || batch == 1 || axes.first == [Self.batchAxis], whole.count <= Self.mostAxes else {
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
    guard keepsBatch || !hasBatch || batch == 1, own.allSatisfy({ $0 > 0 }), try Self.product(own) == count
    else {
      throw .wrongShape(
        of: "new shape", found: whole.map { $0 == Self.batchExtent ? -1 : $0 },
        expected: "the examples as first axis, and the \(count) elements of an example behind it")
    }
    return (keepsBatch ? [[Self.batchAxis]] : [], own)
  }

  /// The axes of an operation, joined to new extents in the file's order; nil if one has to be taken apart.
  private func joinedAxes(_ axes: [[Int]], _ shape: [Int], to own: [Int]) -> [[Int]]? {
    var rest = axes.filter { $0 != [Self.batchAxis] }.flatMap { $0 }[...]
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
