import CKernels
import Support

extension Tensor {
  /// The matrix product `[rows, depth] · [depth, columns]`, of shape `[rows, columns]`.
  ///
  /// `transposingSelf` takes this tensor as stored `[depth, rows]`, `transposingOther` the other one as
  /// stored `[columns, depth]`.
  public func matmul(_ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false) -> Tensor
  {
    let product = MatrixProduct(self, other, transposingSelf, transposingOther)
    let (left, right) = (detached(), other.detached())
    let (leftTracks, rightTracks) = (isTracked, other.isTracked)
    return Tensor(
      buffer: product.computed(left, right), shape: [product.rows, product.columns], inputs: [self, other]
    ) { upstream in
      var gradients: [Tensor?] = [nil, nil]
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

  func computed(_ left: Tensor, _ right: Tensor) -> Buffer {
    let result = Buffer(count: rows * columns)
    let right = transposingRight ? right.transposed() : right
    let (rowStride, depthStride) = transposingLeft ? (1, rows) : (depth, 1)
    left.backend.forEachShard(of: rows, work: rows * depth * columns) { _, range in
      qat_matmul(
        left.buffer.pointer + range.lowerBound * rowStride, rowStride, depthStride, right.buffer.pointer,
        columns,
        nil, result.pointer + range.lowerBound * columns, columns, range.count, depth, columns)
    }
    return result
  }
}
