import CKernels

extension Tensor {
  /// The new weight, mean and square of one step of Adam, in one pass through memory; all tensors have this
  /// one's shape.
  ///
  /// `rate` is the learning rate with the bias corrections. Constants all: no history is kept.
  package func adamStep(
    gradient: Tensor, mean: Tensor, square: Tensor, rate: Float, beta1: Float, beta2: Float, epsilon: Float
  ) -> (weight: Tensor, mean: Tensor, square: Tensor) {
    let (weights, means, squares) = (Buffer(count: count), Buffer(count: count), Buffer(count: count))
    let settings = qat_adam_settings(rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    backend.forEachShard(of: count, work: 4 * count) { _, range in
      let first = range.lowerBound
      qat_adam(
        buffer.pointer + first, gradient.buffer.pointer + first, mean.buffer.pointer + first,
        square.buffer.pointer + first, weights.pointer + first, means.pointer + first,
        squares.pointer + first, range.count, settings)
    }
    func constant(_ buffer: Buffer) -> Tensor {
      Tensor(buffer: buffer, shape: shape, backend: backend, node: nil)
    }
    return (constant(weights), constant(means), constant(squares))
  }
}
