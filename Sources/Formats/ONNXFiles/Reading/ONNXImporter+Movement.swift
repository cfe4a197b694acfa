import FixedPoint
import IntegerInference
import Support

// Nodes that move codes, or the numbers that codes represent: the grid stays.

extension ONNXImporter {
  /// Notes another order of the axes; codes are moved where an operation needs them.
  mutating func addTranspose(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(1...1)
    func permutation(_ rank: Int) throws(ONNXError.Cause) -> [Int] {
      let permutation = node.integers("perm") ?? Array((0..<rank).reversed())
      guard permutation.sorted() == Array(0..<rank) else {
        throw .optionUnsupported(
          option: "perm", value: "\(permutation.prefix(8))", expected: "each of \(rank) axes once")
      }
      return permutation
    }
    switch try value(node, 0) {
    case .constantReals(let constant):
      return try set(
        .constantReals(try transposed(constant, permutation(constant.shape.count))), for: node.output)
    case .constantCodes(let constant):
      return try set(
        .constantCodes(try transposed(constant, permutation(constant.shape.count))), for: node.output)
    case .pending(var pending):
      pending.axes = try permutation(pending.axes.count).map { pending.axes[$0] }
      pending.name = node.output
      return try wait(for: pending, node)
    default: break
    }
    let (tensor, wrap) = try moved(node)
    var result = tensor
    result.axes = try permutation(tensor.axes.count).map { tensor.axes[$0] }
    try set(wrap(result), for: node.output)
  }

  /// A constant with its axes in another order.
  private mutating func transposed(
    _ constant: QuantizedConstant, _ permutation: [Int]
  ) throws(ONNXError.Cause) -> QuantizedConstant {
    try countCopy(of: constant.codes.count)
    var strides = [Int](repeating: 1, count: constant.shape.count)
    for axis in strides.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * constant.shape[axis + 1]
    }
    var result = constant
    result.shape = permutation.map { constant.shape[$0] }
    result.axis = constant.axis.flatMap { permutation.firstIndex(of: $0) }
    guard !constant.codes.isEmpty else { return result }
    result.codes = permutation.reduce([0]) { begins, axis in
      begins.flatMap { begin in (0..<constant.shape[axis]).map { begin + $0 * strides[axis] } }
    }.map { constant.codes[$0] }
    return result
  }

  /// Adds a padding of images with real 0, or of any axes with one code.
  mutating func addPad(_ node: ONNXNode) throws(ONNXError.Cause) {
    let mode = node.text("mode", default: "constant")
    guard mode == "constant" else {
      throw .optionUnsupported(option: "mode", value: UntrustedText.shown(mode), expected: "constant")
    }
    let (moved, wrap) = try moved(node)
    let tensor = try withOwnAxes(moved)
    let rank = tensor.axes.count
    var pads = try optionalNumbers(node, 1, "pads") ?? []
    if node.input(3) != nil { pads = try allPads(pads, axes: numbers(node, 3, "list of axes"), rank: rank) }
    guard pads.count == 2 * rank, pads.allSatisfy({ (0...65535).contains($0) }) else {
      throw .optionUnsupported(
        option: "pads", value: "\(pads.prefix(16))",
        expected: "0 to 65535 before and after each of \(rank) axes")
    }
    let source = operations[tensor.operation]
    var (before, after) = (source.shape.map { _ in 0 }, source.shape.map { _ in 0 })
    for place in 0..<rank where pads[place] != 0 || pads[rank + place] != 0 {
      let axis = try ownAxis(place, of: tensor)
      (before[axis], after[axis]) = (pads[place], pads[rank + place])
    }
    let code = try paddingCode(node, source.grid, tensor)
    let shape = source.shape.indices.map { before[$0] + source.shape[$0] + after[$0] }
    let isOfImage =
      shape.count == 3 && before[2] == 0 && after[2] == 0 && Int32(code) == source.grid.zeroPoint
    var result = tensor
    result.operation = try append(
      isOfImage
        ? .padding(.init(top: before[0], left: before[1], bottom: after[0], right: after[1]))
        : .constantPadding(before: before, after: after, code: code), reading: [tensor.operation],
      shape: shape,
      grid: source.grid, named: node.output)
    try set(wrap(result), for: node.output)
  }

  /// The pads of all axes, of those of some.
  private func allPads(_ pads: [Int], axes: [Int], rank: Int) throws(ONNXError.Cause) -> [Int] {
    guard pads.count == 2 * axes.count else {
      throw .wrongCount(of: "pads", expected: "\(2 * axes.count)", found: pads.count)
    }
    var all = [Int](repeating: 0, count: 2 * rank)
    for (index, axis) in axes.enumerated() {
      let place = axis < 0 ? axis + rank : axis
      guard (0..<rank).contains(place) else {
        throw .optionUnsupported(option: "axes", value: "\(axis)", expected: "one of \(rank)")
      }
      (all[place], all[rank + place]) = (pads[index], pads[axes.count + index])
    }
    return all
  }

  /// The code with which a node pads: that of a number, or a code itself; it is on the grid of the input.
  private mutating func paddingCode(
    _ node: ONNXNode, _ grid: AffineQuantizer, _ tensor: Tensor
  ) throws(ONNXError.Cause) -> Int8 {
    if case .codes = try value(node, 0) {
      var code: Int32 = tensor.isUnsigned ? -128 : 0
      if node.input(2) != nil {
        code =
          try self.code(try constant(node, 2, "padding value"), "padding value")
          - (tensor.isUnsigned ? 128 : 0)
      }
      guard grid.quantizedRange.contains(code) else {
        throw .optionUnsupported(option: "padding value", value: "\(code)", expected: "a code")
      }
      return Int8(truncatingIfNeeded: code)
    }
    let real = try realNumber(node, 2, "padding value") ?? node.float("value", default: 0)
    let code = grid.quantize(real)
    guard grid.dequantize(code) == real else {
      throw .optionUnsupported(
        option: "padding value", value: "\(real)",
        expected: "0, or a number that the input's grid has; pad before the input is quantized")
    }
    return Int8(truncatingIfNeeded: code)
  }

  /// Adds a part of a tensor, or notes that of a shape.
  mutating func addSlice(_ node: ONNXNode) throws(ONNXError.Cause) {
    try node.checkInputs(3...5)
    let (starts, ends) = (try numbers(node, 1, "list of starts"), try numbers(node, 2, "list of ends"))
    let axes = try node.input(3) == nil ? Array(starts.indices) : numbers(node, 3, "list of axes")
    let steps = try node.input(4) == nil ? starts.map { _ in 1 } : numbers(node, 4, "list of steps")
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count,
      steps.allSatisfy({ $0 != 0 && (-65535...65535).contains($0) })
    else {
      throw .wrongCount(
        of: "ends, axes or steps that are not 0", expected: "\(starts.count)", found: ends.count)
    }
    if case .shape(let numbers) = try value(node, 0) {
      guard starts.count == 1, axes == [0], steps == [1] else {
        throw .optionUnsupported(option: "input", value: "a shape", expected: "a range of its extents")
      }
      let (first, count) = Self.part(of: numbers.count, from: starts[0], to: ends[0], step: 1)
      return try set(.shape(Array(numbers[first..<first + count])), for: node.output)
    }
    let (moved, wrap) = try moved(node)
    let tensor = try withOwnAxes(moved)
    let source = operations[tensor.operation]
    var (begin, size, strides) = (source.shape.map { _ in 0 }, source.shape, source.shape.map { _ in 1 })
    for index in starts.indices {
      let place = axes[index] < 0 ? axes[index] + tensor.axes.count : axes[index]
      // All examples may be taken.
      if (0..<tensor.axes.count).contains(place), tensor.axes[place] == [Self.batchAxis], starts[index] == 0,
        ends[index] == Int(Int32.max), steps[index] == 1
      {
        continue
      }
      let axis = try ownAxis(axes[index], of: tensor)
      (begin[axis], size[axis]) = Self.part(
        of: source.shape[axis], from: starts[index], to: ends[index], step: steps[index])
      strides[axis] = steps[index]
      guard size[axis] > 0 else {
        throw .optionUnsupported(option: "part of an axis", value: "empty", expected: "one element or more")
      }
    }
    var result = tensor
    result.operation = try append(
      .slice(begin: begin, size: size, strides: strides), reading: [tensor.operation], shape: size,
      grid: source.grid, named: node.output)
    try set(wrap(result), for: node.output)
  }

  /// The first element and the number of elements of a part of an axis; ends beyond it are those of the axis.
  private static func part(of extent: Int, from start: Int, to end: Int, step: Int) -> (
    first: Int, count: Int
  ) {
    func place(_ index: Int) -> Int { index < 0 ? index &+ extent : index }
    if step > 0 {
      let (first, stop) = (min(max(place(start), 0), extent), min(max(place(end), 0), extent))
      return (first, first < stop ? (stop - first + step - 1) / step : 0)
    }
    let (first, stop) = (min(max(place(start), 0), extent - 1), min(max(place(end), -1), extent - 1))
    return (first, first > stop ? (first - stop - step - 1) / -step : 0)
  }

  /// Adds the parts of a tensor.
  mutating func addSplit(_ node: ONNXNode) throws(ONNXError.Cause) {
    let (moved, wrap) = try moved(node)
    let tensor = try withOwnAxes(moved)
    let axis = try ownAxis(node.integer("axis", default: 0), of: tensor)
    let source = operations[tensor.operation]
    let (extent, count) = (source.shape[axis], node.outputs.count)
    var sizes = try optionalNumbers(node, 1, "split") ?? []
    if sizes.isEmpty {
      let each = (extent + count - 1) / count
      sizes = (0..<count).map { min(each, extent - $0 * each) }
    }
    guard sizes.count == count, sizes.allSatisfy({ $0 > 0 }), sizes.reduce(0, { $0 &+ $1 }) == extent else {
      throw .optionUnsupported(
        option: "split", value: "\(sizes.prefix(16))",
        expected: "\(count) parts of the axis's \(extent) in all")
    }
    var begin = source.shape.map { _ in 0 }
    for (output, size) in zip(node.outputs, sizes) {
      var shape = source.shape
      shape[axis] = size
      var result = tensor
      result.operation = try append(
        .slice(begin: begin, size: shape, strides: shape.map { _ in 1 }), reading: [tensor.operation],
        shape: shape,
        grid: source.grid, named: output)
      begin[axis] += size
      try set(wrap(result), for: output)
    }
  }
}
