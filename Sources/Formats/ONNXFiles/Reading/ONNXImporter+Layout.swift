import IntegerInference
import Support

// How a file's axes lie on those of operations. ONNX has images as [examples, channels, height, width] and operations
// have [height, width, channels], without the examples. A Transpose, a Flatten or a Reshape that joins axes changes
// only the note of how the axes lie; codes are moved where an operation needs them in another order.

extension ONNXImporter {
  /// The extents of a tensor as the file has them.
  func extents(_ tensor: Tensor) -> [Int] { extents(operations[tensor.operation].shape, tensor.axes) }

  /// The extents of axes that join those of an operation's shape.
  func extents(_ shape: [Int], _ axes: [[Int]]) -> [Int] {
    axes.map { axes in
      axes.contains(Self.batchAxis)
        ? axes.count > 1 ? Self.batchExtent : batch ?? Self.batchExtent : axes.reduce(1) { $0 * shape[$1] }
    }
  }

  /// The operation whose axes are joined axes of a tensor, in an order.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - order: For each axis of the result the joined axes of the tensor's operation; those that are missing have the
  ///     extent 1.
  /// - Returns: The index of an operation, which is that of the tensor if nothing has to be moved.
  /// - Throws: The cause of an error if a shape is impossible.
  mutating func arranged(_ tensor: Tensor, as order: [[Int]]) throws(ONNXError.Cause) -> Int {
    let key = Arrangement(operation: tensor.operation, order: order)
    if let known = arrangements[key] { return known }
    let source = operations[tensor.operation]
    let flat = order.flatMap { $0 }
    guard !flat.contains(Self.batchAxis) else {
      throw .optionUnsupported(
        option: "order of axes", value: "one with the examples not first",
        expected: "the examples as first axis")
    }
    let permutation = flat + source.shape.indices.filter { !flat.contains($0) }
    let significant = permutation.filter { source.shape[$0] > 1 }
    var operation = tensor.operation
    if significant != significant.sorted() {
      operation = try append(
        .transpose(permutation: permutation), reading: [operation],
        shape: permutation.map { source.shape[$0] },
        grid: source.grid, named: source.name)
    }
    let joined = order.map { $0.reduce(1) { $0 * source.shape[$1] } }
    let shape = joined.isEmpty ? [1] : joined
    if operations[operation].shape != shape {
      operation = try append(
        .reshape, reading: [operation], shape: shape, grid: source.grid, named: source.name)
    }
    arrangements[key] = operation
    return operation
  }

  /// A tensor whose operation has the file's axes, one for one.
  mutating func inFileOrder(_ tensor: Tensor) throws(ONNXError.Cause) -> Tensor {
    let own = tensor.axes.map { $0.filter { $0 != Self.batchAxis } }
    var result = tensor
    result.operation = try arranged(
      tensor, as: zip(tensor.axes, own).filter { $0.0 != [Self.batchAxis] }.map { $0.1 })
    var next = 0
    result.axes = tensor.axes.map { axes in
      guard axes != [Self.batchAxis] else { return axes }
      defer { next += 1 }
      return axes.contains(Self.batchAxis) ? [Self.batchAxis, next] : [next]
    }
    return result
  }

  /// The operation with a tensor's images as [height, width, channels].
  mutating func image(_ tensor: Tensor) throws(ONNXError.Cause) -> Int {
    let found = extents(tensor)
    guard found.count == 4, tensor.axes[0] == [Self.batchAxis] || found[0] == 1 else {
      throw .wrongShape(
        of: "input", found: found.map { $0 == Self.batchExtent ? 1 : $0 },
        expected:
          "[examples, channels, height, width]; give signals of one axis a height of 1 before quantization")
    }
    return try arranged(tensor, as: [tensor.axes[2], tensor.axes[3], tensor.axes[1]])
  }

  /// The axes of images that an operation makes of those of a tensor.
  func imageAxes(like tensor: Tensor) -> [[Int]] {
    [tensor.axes[0] == [Self.batchAxis] ? tensor.axes[0] : [], [2], [0], [1]]
  }

  /// The axis of the operation that is an axis of the file; axes below 0 count from the end.
  func ownAxis(_ axis: Int, of tensor: Tensor) throws(ONNXError.Cause) -> Int {
    let rank = tensor.axes.count
    let place = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(place), tensor.axes[place].count == 1, tensor.axes[place] != [Self.batchAxis]
    else {
      throw .optionUnsupported(
        option: "axis", value: "\(axis)", expected: "an axis of an example, not the one of the examples")
    }
    return tensor.axes[place][0]
  }

  /// A tensor whose operation has each of the file's axes as an axis of its own.
  mutating func withOwnAxes(_ tensor: Tensor) throws(ONNXError.Cause) -> Tensor {
    if tensor.axes.allSatisfy({ $0.count == 1 }) { return tensor }
    return try inFileOrder(tensor)
  }

  /// The operations of two tensors whose shapes fit each other, and the shape and axes of what is made of them.
  ///
  /// The tensor with more codes stays as it is; axes of extent 1 of the other one are repeated.
  mutating func aligned(
    _ first: Tensor, _ second: Tensor
  ) throws(ONNXError.Cause) -> (sources: [Int], shape: [Int], axes: [[Int]]) {
    let isSecondLarger = operations[second.operation].count > operations[first.operation].count
    var large = isSecondLarger ? second : first
    if large.axes.contains(where: { $0.count > 1 }) { large = try inFileOrder(large) }
    let other = try operand(isSecondLarger ? first : second, alignedTo: large)
    let sources = isSecondLarger ? [other, large.operation] : [large.operation, other]
    return (sources, operations[large.operation].shape, large.axes)
  }

  /// The operation of a tensor that has for each axis of a larger one its own, or the extent 1.
  private mutating func operand(_ tensor: Tensor, alignedTo large: Tensor) throws(ONNXError.Cause) -> Int {
    guard tensor.axes.count <= large.axes.count else { throw unaligned(tensor, large) }
    let missing = large.axes.count - tensor.axes.count
    let order = try ownAxes(of: large).map { place throws(ONNXError.Cause) in
      guard let place, place >= missing else { return [Int]() }
      return tensor.axes[place - missing]
    }
    // The examples lie on the examples, and nothing else is left out.
    for (place, axes) in tensor.axes.enumerated() {
      let counterpart = large.axes[place + missing]
      guard (axes == [Self.batchAxis]) == (counterpart == [Self.batchAxis]) || axes.isEmpty else {
        throw unaligned(tensor, large)
      }
      if counterpart.isEmpty, axes.contains(where: { operations[tensor.operation].shape[$0] > 1 }) {
        throw unaligned(tensor, large)
      }
    }
    return try arranged(tensor, as: order)
  }

  /// For each axis of the operation of a tensor the place of the file's axis that it is.
  func ownAxes(of tensor: Tensor) throws(ONNXError.Cause) -> [Int?] {
    var places = [Int?](repeating: nil, count: operations[tensor.operation].shape.count)
    for (place, axes) in tensor.axes.enumerated() where axes != [Self.batchAxis] {
      for axis in axes where axis != Self.batchAxis { places[axis] = place }
    }
    return places
  }

  private func unaligned(_ tensor: Tensor, _ large: Tensor) -> ONNXError.Cause {
    .wrongShape(
      of: "operand", found: extents(tensor).map { $0 == Self.batchExtent ? 1 : $0 },
      expected:
        "the shape \(extents(large).map { $0 == Self.batchExtent ? 1 : $0 }), or 1 along some axes of it")
  }
}
