import CKernels
import Support

/// How two operands of different shapes are walked together: extents and strides, neighbours merged.
///
/// Shapes are aligned at their last dimension; where one of them is 1 or missing, that operand repeats.
///
/// Source: NumPy's rule, Harris et al., 2020, "Array programming with NumPy" (arXiv:2006.10256).
struct Broadcasting {
  /// The shape of the result.
  let shape: [Int]
  /// Dimensions of more than one element, merged where both operands are contiguous across them.
  private var dimensions: [(extent: Int, left: Int, right: Int)] = []

  init(_ left: [Int], _ right: [Int], for operation: String) {
    let rank = max(left.count, right.count)
    func extent(_ shape: [Int], _ axis: Int) -> Int {
      axis < rank - shape.count ? 1 : shape[axis - rank + shape.count]
    }
    shape = (0..<rank).map { axis in
      let (l, r) = (extent(left, axis), extent(right, axis))
      require(
        l == r || l == 1 || r == 1,
        "\(operation): shapes \(left) and \(right) do not broadcast: from the end, extents must be equal or 1"
      )
      return max(l, r)
    }
    var (leftStride, rightStride) = (1, 1)
    for axis in (0..<rank).reversed() {
      let (l, r) = (extent(left, axis), extent(right, axis))
      if shape[axis] > 1 {
        prepend(shape[axis], left: l == 1 ? 0 : leftStride, right: r == 1 ? 0 : rightStride)
      }
      leftStride *= l
      rightStride *= r
    }
  }

  private mutating func prepend(_ extent: Int, left: Int, right: Int) {
    if let inner = dimensions.first, left == inner.left * inner.extent, right == inner.right * inner.extent {
      dimensions[0].extent *= extent
    } else {
      dimensions.insert((extent, left, right), at: 0)
    }
  }

  typealias Kernel = (qat_operand, qat_operand, UnsafeMutablePointer<Float>?, Int, Int) -> Void

  /// Runs `kernel` over both operands: planes of rows and columns, cut into shards where that pays.
  func run(_ kernel: Kernel, _ left: Tensor, _ right: Tensor, into result: Buffer) {
    let columns = dimensions.last ?? (extent: 1, left: 1, right: 1)
    let rows = dimensions.count > 1 ? dimensions[dimensions.count - 2] : (extent: 1, left: 0, right: 0)
    let planes = dimensions.dropLast(2)
    let planeCount = planes.reduce(1) { $0 * $1.extent }
    for plane in 0..<planeCount {
      var (rest, l, r) = (plane, 0, 0)
      for dimension in planes.reversed() {
        l += rest % dimension.extent * dimension.left
        r += rest % dimension.extent * dimension.right
        rest /= dimension.extent
      }
      let a = qat_operand(values: left.buffer.pointer + l, row_stride: rows.left, column_stride: columns.left)
      let b = qat_operand(
        values: right.buffer.pointer + r, row_stride: rows.right, column_stride: columns.right)
      let target = result.pointer + plane * rows.extent * columns.extent
      Self.runPlane(kernel, a, b, target, rows: rows.extent, columns: columns.extent, on: left.backend)
    }
  }

  private static func runPlane(
    _ kernel: Kernel, _ a: qat_operand, _ b: qat_operand, _ result: UnsafeMutablePointer<Float>, rows: Int,
    columns: Int, on backend: Backend
  ) {
    func moved(_ operand: qat_operand, row: Int, column: Int) -> qat_operand {
      let offset = row * operand.row_stride + column * operand.column_stride
      return qat_operand(
        values: operand.values + offset, row_stride: operand.row_stride, column_stride: operand.column_stride)
    }
    backend.forEachShard(of: rows > 1 ? rows : columns, work: rows * columns) { _, range in
      if rows > 1 {
        let start = range.lowerBound
        kernel(
          moved(a, row: start, column: 0), moved(b, row: start, column: 0), result + start * columns,
          range.count,
          columns)
      } else {
        let start = range.lowerBound
        kernel(
          moved(a, row: 0, column: start), moved(b, row: 0, column: start), result + start, 1, range.count)
      }
    }
  }
}

extension Tensor {
  /// The element-wise result of two operands, by `kernel`; `operation` names it in messages.
  func combined(
    with other: Tensor, _ operation: String, _ kernel: Broadcasting.Kernel,
    pullback: @escaping (_ upstream: Tensor) -> [Tensor?]
  ) -> Tensor {
    let plan = Broadcasting(shape, other.shape, for: operation)
    let result = Buffer(count: Tensor.places(in: plan.shape))
    plan.run(kernel, self, other, into: result)
    return Tensor(buffer: result, shape: plan.shape, inputs: [self, other], pullback: pullback)
  }

  /// The gradient of an operand that was repeated to this tensor's shape: the sum over its repetitions.
  func summed(to shape: [Int]) -> Tensor {
    if self.shape == shape { return self }
    let missing = rank - shape.count
    let repeated = (0..<rank).filter { $0 < missing || (shape[$0 - missing] == 1 && self.shape[$0] > 1) }
    return sum(axes: repeated, keepingDimensions: true).reshaped(shape)
  }
}
