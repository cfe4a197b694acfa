import CKernels
import Support

/// Parts of tensors: padding, slices and concatenation.
extension Tensor {
  /// This tensor with `value` around it: `amounts` says for each dimension how many elements come before and
  /// after.
  public func padded(_ amounts: [(before: Int, after: Int)], with value: Float = 0) -> Tensor {
    require(
      amounts.count == rank && amounts.allSatisfy { $0.before >= 0 && $0.after >= 0 },
      "pad: shape \(shape) needs one pair of amounts, not below zero, per dimension; got \(amounts)")
    let larger = zip(shape, amounts).map { $0 + $1.before + $1.after }
    let result = Buffer(count: Tensor.places(in: larger))
    result.mutable.update(repeating: value)
    copyBox(shape, to: result, larger, at: amounts.map(\.before))
    return Tensor(buffer: result, shape: larger, inputs: [self]) { [shape] upstream in
      [upstream.box(at: amounts.map(\.before), shape)]
    }
  }

  /// The part of this tensor whose index along `axis` lies in `range`.
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

  /// Tensors one after the other along `axis`; every other dimension must be the same in all.
  public static func concatenated(_ tensors: [Tensor], axis: Int = -1) -> Tensor {
    guard let first = tensors.first else {
      require(false, "concatenate: no tensors; give at least one")
      return Tensor(0)
    }
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

  /// The box of the given extents that begins at `origin`.
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

  /// Copies this tensor to the place at `origin` of a larger one.
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
