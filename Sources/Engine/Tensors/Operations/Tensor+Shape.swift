import CKernels
import Support

/// The same elements in another shape or order.
extension Tensor {
  /// The same elements in the same order with another shape; one extent may be −1 and is computed from the others.
  public func reshaped(_ shape: [Int]) -> Tensor {
    var target = shape
    if let free = shape.firstIndex(of: -1) {
      let known = Tensor.product(of: shape.filter { $0 != -1 }) ?? 0
      require(
        known > 0 && count % known == 0 && shape.filter { $0 == -1 }.count == 1,
        "reshape: \(self.shape) does not fit \(shape): one extent may be -1 if the others divide \(count)"
      )
      target[free] = count / known
    }
    require(
      target.allSatisfy { $0 > 0 } && Tensor.product(of: target) == count,
      "reshape: shapes \(self.shape) and \(target) do not hold equally many elements; expected \(count)"
    )
    let original = self.shape
    return Tensor(buffer: buffer, shape: target, inputs: [self]) { [$0.reshaped(original)] }
  }

  /// All dimensions but the first merged into one: `[batch, …]` becomes `[batch, features]`.
  public func flattened() -> Tensor {
    require(rank > 0, "flatten: a scalar has no batch dimension; reshape it to [1, 1]")
    return reshaped([shape[0], count / shape[0]])
  }

  /// The transposed matrix: `[rows, columns]` becomes `[columns, rows]`.
  public func transposed() -> Tensor {
    require(rank == 2, "transpose: a matrix has two dimensions; this tensor has shape \(shape)")
    let (rows, columns) = (shape[0], shape[1])
    let result = Buffer(count: count)
    qat_transpose(buffer.pointer, result.pointer, rows, columns)
    return Tensor(buffer: result, shape: [columns, rows], inputs: [self]) { [$0.transposed()] }
  }
}

/// Padding, slices and concatenation.
extension Tensor {
  /// This tensor with elements of `value` around it.
  ///
  /// `amounts` has for each dimension the numbers of elements before and after.
  public func padded(_ amounts: [(before: Int, after: Int)], with value: Float = 0) -> Tensor {
    require(
      amounts.count == rank && amounts.allSatisfy { $0.before >= 0 && $0.after >= 0 },
      "pad: shape \(shape) needs one pair of amounts, not below zero, per dimension; got \(amounts)")
    let larger = zip(shape, amounts).map { $0 + $1.before + $1.after }
    let result = Buffer(count: Tensor.elementCount(of: larger))
    result.mutable.update(repeating: value)
    copyBox(shape, to: result, larger, at: amounts.map(\.before))
    return Tensor(buffer: result, shape: larger, inputs: [self]) { [shape] upstream in
      [upstream.box(at: amounts.map(\.before), shape)]
    }
  }

  /// The part of this tensor whose index along `axis` is in `range`.
  public func sliced(_ range: Range<Int>, axis: Int) -> Tensor {
    let axis = wrapped(axis, "slice")
    require(
      !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "slice: \(range) is empty or outside the extent \(shape[axis]) of axis \(axis) in shape \(shape)")
    var (part, origin) = (shape, [Int](repeating: 0, count: rank))
    part[axis] = range.count
    origin[axis] = range.lowerBound
    let whole = shape[axis]
    let values = detached().box(at: origin, part)
    return Tensor(buffer: values.buffer, shape: part, inputs: [self]) { [rank] upstream in
      var amounts = [(before: Int, after: Int)](repeating: (0, 0), count: rank)
      amounts[axis] = (range.lowerBound, whole - range.upperBound)
      return [upstream.padded(amounts)]
    }
  }

  /// The tensors one after the other along `axis`; all other dimensions must be equal.
  public static func concatenated(_ tensors: [Tensor], axis: Int = -1) -> Tensor {
    guard let first = tensors.first else { stop("concatenate: no tensors; give at least one") }
    let axis = first.wrapped(axis, "concatenate")
    for other in tensors {
      require(
        other.rank == first.rank
          && other.shape.indices.allSatisfy { $0 == axis || other.shape[$0] == first.shape[$0] },
        "concatenate: shapes \(first.shape) and \(other.shape) may differ along axis \(axis) only")
    }
    let extents = tensors.map { $0.shape[axis] }
    var shape = first.shape
    shape[axis] = extents.reduce(0, +)
    let result = Buffer(count: shape.reduce(1, *))
    var origin = [Int](repeating: 0, count: shape.count)
    for tensor in tensors {
      tensor.copyBox(tensor.shape, to: result, shape, at: origin)
      origin[axis] += tensor.shape[axis]
    }
    let tracks = tensors.map(\.isTracked)
    return Tensor(buffer: result, shape: shape, inputs: tensors) { upstream in
      var start = 0
      return zip(extents, tracks).map { extent, tracks in
        defer { start += extent }
        return tracks ? upstream.sliced(start..<start + extent, axis: axis) : nil
      }
    }
  }

  /// The axis counted from the front.
  private func wrapped(_ axis: Int, _ operation: String) -> Int {
    require(
      axis >= -rank && axis < rank,
      "\(operation): axis \(axis) is outside shape \(shape), whose axes are \(-rank) ..< \(rank)")
    return axis < 0 ? axis + rank : axis
  }

  /// The strides of a shape, in elements.
  private static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in (0..<Swift.max(shape.count - 1, 0)).reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// A copy of the box that begins at `origin` and has the given extents.
  private func box(at origin: [Int], _ extents: [Int]) -> Tensor {
    let result = Buffer(count: extents.reduce(1, *))
    let strides = Self.strides(shape)
    let start = zip(origin, strides).reduce(0) { $0 + $1.0 * $1.1 }
    if extents.isEmpty {
      result.pointer[0] = buffer.pointer[0]
    } else {
      qat_copy_box(buffer.pointer + start, strides, result.pointer, Self.strides(extents), extents, rank)
    }
    return Tensor(buffer: result, shape: extents, backend: backend, node: nil)
  }

  /// Copies this tensor into a larger one, where it begins at `origin`.
  private func copyBox(_ extents: [Int], to result: Buffer, _ larger: [Int], at origin: [Int]) {
    let strides = Self.strides(larger)
    let start = zip(origin, strides).reduce(0) { $0 + $1.0 * $1.1 }
    if extents.isEmpty {
      result.pointer[0] = buffer.pointer[0]
    } else {
      qat_copy_box(buffer.pointer, Self.strides(shape), result.pointer + start, strides, extents, rank)
    }
  }
}
