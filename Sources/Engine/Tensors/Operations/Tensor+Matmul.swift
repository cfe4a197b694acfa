import CKernels
import Support

extension Tensor {
  /// The matrix product `[rows, depth] · [depth, columns]`.
  ///
  /// - Parameters:
  ///   - other: The right operand.
  ///   - bias: A tensor of shape `[columns]` that is added to every row, or nil.
  ///   - transposingSelf: Whether this tensor is stored as `[depth, rows]`.
  ///   - transposingOther: Whether `other` is stored as `[columns, depth]`.
  /// - Returns: The product, of shape `[rows, columns]`.
  public func matmul(
    _ other: Tensor, bias: Tensor? = nil, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Tensor {
    let product = MatrixProduct(self, other, transposingSelf, transposingOther)
    requireBias(bias, count: product.columns, "matmul")
    let (left, right, hasBias) = (detached(), other.detached(), bias != nil)
    let (leftTracks, rightTracks, biasTracks) = (isTracked, other.isTracked, bias?.isTracked == true)
    return Tensor(
      buffer: product.computed(left, right, bias), shape: [product.rows, product.columns],
      inputs: [self, other] + (bias.map { [$0] } ?? [])
    ) { upstream in
      var gradients: [Tensor?] = [nil, nil] + (hasBias ? [biasTracks ? upstream.sum(axes: [0]) : nil] : [])
      if leftTracks {
        gradients[0] =
          transposingSelf
          ? right.matmul(upstream, transposingSelf: transposingOther, transposingOther: true)
          : upstream.matmul(right, transposingOther: !transposingOther)
      }
      if rightTracks {
        gradients[1] =
          transposingOther
          ? upstream.matmul(left, transposingSelf: true, transposingOther: transposingSelf)
          : left.matmul(upstream, transposingSelf: !transposingSelf)
      }
      return gradients
    }
  }
}

extension Backend {
  /// Computes a matrix product on the calling thread; the portable kernel reads its right factor along rows.
  func multiply(_ product: qat_matrix_product) {
    var product = product
    if kernels == .oneDNN {
      let done = qat_onednn_matmul(&product)
      precondition(done == 1)
    } else {
      qat_matmul(&product)
    }
  }
}

/// The sizes of a matrix product, and its computation.
private struct MatrixProduct {
  let rows: Int
  let depth: Int
  let columns: Int
  private let transposingLeft: Bool
  private let transposingRight: Bool

  init(_ left: Tensor, _ right: Tensor, _ transposingLeft: Bool, _ transposingRight: Bool) {
    func described(_ shape: [Int], _ transposed: Bool) -> String {
      "\(shape)" + (transposed ? " transposed" : "")
    }
    let message = {
      "matmul: shapes \(described(left.shape, transposingLeft)) and "
        + described(right.shape, transposingRight)
        + " do not fit; expected [rows, depth] and [depth, columns]"
    }
    require(left.rank == 2 && right.rank == 2, message())
    rows = left.shape[transposingLeft ? 1 : 0]
    depth = left.shape[transposingLeft ? 0 : 1]
    columns = right.shape[transposingRight ? 0 : 1]
    require(depth == right.shape[transposingRight ? 1 : 0], message())
    (self.transposingLeft, self.transposingRight) = (transposingLeft, transposingRight)
  }

  func computed(_ left: Tensor, _ right: Tensor, _ bias: Tensor?) -> Buffer {
    let result = Buffer(count: rows * columns)
    let backend = left.backend
    let fast = backend.kernels == .oneDNN
    // The portable kernel reads its right operand along rows.
    let transposesRight = transposingRight && fast
    let right = transposingRight && !fast ? right.transposed() : right
    let work = rows * depth * columns / Backend.multiplyAddsPerElement
    // Cut along the longer side, so that blocks are as square as possible.
    backend.forEachShard(of: max(rows, columns), work: work) { _, range in
      let (rowRange, columnRange) = rows >= columns ? (range, 0..<columns) : (0..<rows, range)
      backend.multiply(
        block(rowRange, columnRange, left.buffer, right.buffer, bias?.buffer, transposesRight, of: result))
    }
    return result
  }

  /// The product of some rows of the left operand and some columns of the right one, which may be stored
  /// `[columns, depth]`.
  private func block(
    _ rowRange: Range<Int>, _ columnRange: Range<Int>, _ left: Buffer, _ right: Buffer, _ bias: Buffer?,
    _ transposesRight: Bool, of result: Buffer
  ) -> qat_matrix_product {
    let (row, column) = (rowRange.lowerBound, columnRange.lowerBound)
    return qat_matrix_product(
      rows: rowRange.count, depth: depth, columns: columnRange.count,
      left: qat_factor(
        values: left.pointer + row * (transposingLeft ? 1 : depth), row_size: transposingLeft ? rows : depth,
        transposed: transposingLeft),
      right: qat_factor(
        values: right.pointer + column * (transposesRight ? depth : 1),
        row_size: transposesRight ? depth : columns, transposed: transposesRight),
      bias: bias.map { UnsafePointer($0.pointer + column) },
      result: result.pointer + row * columns + column, result_row_size: columns, accumulates: false)
  }
}
