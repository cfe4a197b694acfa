import CKernels
import Support

extension Tensor {
  /// The matrix product `[rows, depth] · [depth, columns]`, of shape `[rows, columns]`, plus `bias`
  /// `[columns]` in every row.
  ///
  /// `transposingSelf` takes this tensor as stored `[depth, rows]`, `transposingOther` the other one as
  /// stored `[columns, depth]`.
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

/// The sizes of a matrix product, and how to compute it.
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
    let fast = left.backend.kernels == .oneDNN
    let right = transposingRight && !fast ? right.transposed() : right
    let (rowStride, depthStride) = transposingLeft ? (1, rows) : (depth, 1)
    left.backend.forEachShard(of: rows, work: rows * depth * columns / Backend.multiplyAddsPerElement) {
      _, range in
      let a = left.buffer.pointer + range.lowerBound * rowStride
      let target = result.pointer + range.lowerBound * columns
      if fast {
        let done = qat_onednn_matmul(
          transposingLeft ? 1 : 0, transposingRight ? 1 : 0, range.count, depth, columns, a,
          transposingLeft ? rows : depth, right.buffer.pointer, transposingRight ? depth : columns, target,
          columns)
        precondition(done == 1)
        if let bias { qat_add_to_rows(target, bias.buffer.pointer, range.count, columns) }
      } else {
        qat_matmul(
          a, rowStride, depthStride, right.buffer.pointer, columns, bias?.buffer.pointer, target, columns,
          range.count,
          depth, columns, 0)
      }
    }
    return result
  }
}
