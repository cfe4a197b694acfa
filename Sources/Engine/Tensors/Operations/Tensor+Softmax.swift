import CKernels
import Support

extension Tensor {
  /// The softmax over the last dimension: e^x over its sum.
  ///
  /// Shape `[…, classes]` in and out. The largest logit is subtracted first, so nothing overflows.
  public func softmax() -> Tensor { alongRows("softmax", qat_softmax, qat_softmax_gradient) }

  /// The logarithm of the softmax over the last dimension, without computing the softmax.
  ///
  /// Shape `[…, classes]` in and out.
  public func logSoftmax() -> Tensor {
    alongRows("logSoftmax", qat_log_softmax, qat_log_softmax_gradient)
  }

  /// The mean cross-entropy of logits `[batch, classes]` and the true class of each example: a scalar, in nats.
  ///
  /// It is −log softmax(logits)[label], averaged over the batch. Its gradient is (softmax − one-hot) / batch.
  public func softmaxCrossEntropy(labels: [Int]) -> Tensor {
    require(rank == 2, "softmaxCrossEntropy: logits have shape [batch, classes]; got \(shape)")
    let picked = logSoftmax().gathered(labels: labels)
    return -picked.mean()
  }

  /// The element of each row of `[batch, classes]` whose column is the row's label: a tensor of shape `[batch]`.
  public func gathered(labels: [Int]) -> Tensor {
    require(
      rank == 2 && shape[0] == labels.count,
      "gather: shape [batch, classes] and one label per row; got shape \(shape) and \(labels.count) labels")
    let classes = shape[1]
    for label in labels {
      require(
        label >= 0 && label < classes,
        "gather: label \(label) is outside the \(classes) classes of shape \(shape)")
    }
    let result = Buffer(count: labels.count)
    for (row, label) in labels.enumerated() { result.pointer[row] = buffer.pointer[row * classes + label] }
    return Tensor(buffer: result, shape: [labels.count], inputs: [self]) { [shape] upstream in
      let gradient = Tensor.zeros(shape).on(upstream.backend)
      for (row, label) in labels.enumerated() {
        gradient.buffer.pointer[row * classes + label] = upstream.buffer.pointer[row]
      }
      return [gradient]
    }
  }

  private typealias RowKernel = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int) -> Void
  private typealias RowGradient =
    (
      _ upstream: UnsafePointer<Float>?, _ result: UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int,
      Int
    ) -> Void

  private func alongRows(_ operation: String, _ kernel: RowKernel, _ gradient: @escaping RowGradient)
    -> Tensor
  {
    require(
      rank > 0, "\(operation): a scalar has no classes; the last dimension of shape […, classes] is needed")
    let columns = shape[rank - 1]
    let rows = count / columns
    let result = Buffer(count: count)
    backend.forEachShard(of: rows, work: count * 8) { _, range in
      let first = range.lowerBound * columns
      kernel(buffer.pointer + first, result.pointer + first, range.count, columns)
    }
    return Tensor(buffer: result, shape: shape, inputs: [self]) { upstream in
      let found = Buffer(count: result.count)
      upstream.backend.forEachShard(of: rows, work: found.count * 8) { _, range in
        let first = range.lowerBound * columns
        gradient(
          upstream.buffer.pointer + first, result.pointer + first, found.pointer + first, range.count, columns
        )
      }
      return [Tensor(buffer: found, shape: upstream.shape, backend: upstream.backend, node: nil)]
    }
  }
}
