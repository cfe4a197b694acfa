import CKernels
import Support

/// Arithmetic of elements, with broadcasting: shapes are aligned at their last dimension, and an operand repeats along
/// a dimension where its extent is 1 or missing. `[32, 10] + [10]` adds the ten numbers to every row.
extension Tensor {
  /// The sum of each pair of elements; the shapes broadcast.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    let (leftTracks, rightTracks) = (left.isTracked, right.isTracked)
    return left.combined(with: right, "+", qat_add) { upstream in
      [
        leftTracks ? upstream.summed(to: leftShape) : nil,
        rightTracks ? upstream.summed(to: rightShape) : nil,
      ]
    }
  }

  /// The difference of each pair of elements; the shapes broadcast.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    let (leftTracks, rightTracks) = (left.isTracked, right.isTracked)
    return left.combined(with: right, "-", qat_subtract) { upstream in
      [
        leftTracks ? upstream.summed(to: leftShape) : nil,
        rightTracks ? -upstream.summed(to: rightShape) : nil,
      ]
    }
  }

  /// The product of each pair of elements; the shapes broadcast.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    let rightFactor = left.isTracked ? right.detached() : nil
    let leftFactor = right.isTracked ? left.detached() : nil
    return left.combined(with: right, "*", qat_multiply) { upstream in
      [
        rightFactor.map { (upstream * $0).summed(to: leftShape) },
        leftFactor.map { (upstream * $0).summed(to: rightShape) },
      ]
    }
  }

  /// The quotient of each pair of elements; the shapes broadcast.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    let (leftTracks, rightTracks) = (left.isTracked, right.isTracked)
    let (dividend, divisor) = (left.detached(), right.detached())
    return left.combined(with: right, "/", qat_divide) { upstream in
      let share = upstream / divisor
      return [
        leftTracks ? share.summed(to: leftShape) : nil,
        rightTracks ? -(share * dividend / divisor).summed(to: rightShape) : nil,
      ]
    }
  }

  /// The tensor with `right` added to every element.
  public static func + (left: Tensor, right: Float) -> Tensor { left + Tensor(right) }
  /// The tensor with `right` subtracted from every element.
  public static func - (left: Tensor, right: Float) -> Tensor { left - Tensor(right) }
  /// The tensor with every element multiplied by `right`.
  public static func * (left: Tensor, right: Float) -> Tensor { left * Tensor(right) }
  /// The tensor with every element divided by `right`.
  public static func / (left: Tensor, right: Float) -> Tensor { left / Tensor(right) }

  /// The tensor with `left` added to every element.
  public static func + (left: Float, right: Tensor) -> Tensor { Tensor(left).on(right.backend) + right }
  /// `left` minus each element.
  public static func - (left: Float, right: Tensor) -> Tensor { Tensor(left).on(right.backend) - right }
  /// The tensor with every element multiplied by `left`.
  public static func * (left: Float, right: Tensor) -> Tensor { Tensor(left).on(right.backend) * right }
  /// `left` divided by each element.
  public static func / (left: Float, right: Tensor) -> Tensor { Tensor(left).on(right.backend) / right }

  /// The tensor with every sign changed.
  public static prefix func - (operand: Tensor) -> Tensor {
    operand.mapped(qat_negate) { upstream in upstream.mapped(qat_negate) { _ in nil } }
  }
}

/// The extents and strides to walk two operands of different shapes together; adjacent dimensions are merged.
///
/// Shapes are aligned at their last dimension; an operand repeats along a dimension where its extent is 1 or missing.
///
/// Source: NumPy's rule, Harris et al., 2020, "Array programming with NumPy" (arXiv:2006.10256).
struct Broadcasting {
  /// The shape of the result.
  let shape: [Int]
  /// The dimensions of more than one element, merged where both operands are contiguous across them.
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

  /// Runs `kernel` on both operands, plane by plane of rows and columns; large planes are cut into shards.
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
    func advanced(_ operand: qat_operand, row: Int, column: Int) -> qat_operand {
      let offset = row * operand.row_stride + column * operand.column_stride
      return qat_operand(
        values: operand.values + offset, row_stride: operand.row_stride, column_stride: operand.column_stride)
    }
    backend.forEachShard(of: rows > 1 ? rows : columns, work: rows * columns) { _, range in
      if rows > 1 {
        let start = range.lowerBound
        kernel(
          advanced(a, row: start, column: 0), advanced(b, row: start, column: 0), result + start * columns,
          range.count,
          columns)
      } else {
        let start = range.lowerBound
        kernel(
          advanced(a, row: 0, column: start), advanced(b, row: 0, column: start), result + start, 1,
          range.count)
      }
    }
  }
}

extension Tensor {
  /// The element-wise result of two operands by `kernel`; messages call it `operation`.
  func combined(
    with other: Tensor, _ operation: String, _ kernel: Broadcasting.Kernel,
    pullback: @escaping (_ upstream: Tensor) -> [Tensor?]
  ) -> Tensor {
    let plan = Broadcasting(shape, other.shape, for: operation)
    let result = Buffer(count: Tensor.elementCount(of: plan.shape))
    plan.run(kernel, self, other, into: result)
    return Tensor(buffer: result, shape: plan.shape, inputs: [self, other], pullback: pullback)
  }

  /// The sum over the repetitions of an operand that was repeated to this tensor's shape: its gradient.
  func summed(to shape: [Int]) -> Tensor {
    if self.shape == shape { return self }
    let missing = rank - shape.count
    let repeated = (0..<rank).filter { $0 < missing || (shape[$0 - missing] == 1 && self.shape[$0] > 1) }
    return sum(axes: repeated, keepingDimensions: true).reshaped(shape)
  }
}
