import CKernels
import Support

/// The same elements in another shape or order.
extension Tensor {
  /// The same elements, in the same order, in another shape; one extent may be −1, and is worked out.
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

  /// Everything but the first dimension in a row: `[batch, …]` becomes `[batch, features]`.
  public func flattened() -> Tensor {
    require(rank > 0, "flatten: a scalar has no batch dimension; reshape it to [1, 1]")
    return reshaped([shape[0], count / shape[0]])
  }

  /// A matrix with its rows as columns: `[rows, columns]` becomes `[columns, rows]`.
  public func transposed() -> Tensor {
    require(rank == 2, "transpose: a matrix has two dimensions; this tensor has shape \(shape)")
    let (rows, columns) = (shape[0], shape[1])
    let result = Buffer(count: count)
    qat_transpose(buffer.pointer, result.pointer, rows, columns)
    return Tensor(buffer: result, shape: [columns, rows], inputs: [self]) { [$0.transposed()] }
  }
}
