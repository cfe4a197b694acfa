import CKernels
import Support

extension Tensor {
  /// Batch normalization in training: each channel, the last dimension, to mean 0 and variance 1 over
  /// everything else, then times `gamma` plus `beta`, which have one element a channel.
  ///
  /// y = gamma · (x − mean) / √(variance + epsilon) + beta. The variance is the biased one,
  /// Σ (x − mean)² / n; `mean` and `variance` come back as constants, for the moving averages of inference.
  ///
  /// Source: Ioffe and Szegedy, 2015, algorithm 1 (arXiv:1502.03167).
  public func batchNormalized(
    gamma: Tensor, beta: Tensor, epsilon: Float
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    requireChannels([("gamma", gamma), ("beta", beta)])
    let statistics = BatchStatistics(of: self, epsilon: epsilon)
    let result = statistics.normalize(self, gamma: gamma, beta: beta)
    let (values, scale) = (detached(), gamma.detached())
    let normalized = Tensor(buffer: result, shape: shape, inputs: [self, gamma, beta]) { upstream in
      statistics.gradients(upstream: upstream, values: values, gamma: scale)
    }
    return (normalized, statistics.meanTensor(on: backend), statistics.varianceTensor(on: backend))
  }

  /// Batch normalization in inference, by given statistics.
  ///
  /// y = gamma · (x − mean) / √(variance + epsilon) + beta. All four have one element for each channel, the
  /// last dimension. Gradients reach every one of them.
  public func batchNormalized(
    mean: Tensor, variance: Tensor, gamma: Tensor, beta: Tensor, epsilon: Float
  ) -> Tensor {
    requireChannels([("mean", mean), ("variance", variance), ("gamma", gamma), ("beta", beta)])
    return (self - mean) * (gamma / (variance + epsilon).sqrt()) + beta
  }

  private func requireChannels(_ parameters: [(name: String, tensor: Tensor)]) {
    for (name, tensor) in parameters {
      require(
        rank > 0 && tensor.shape == [shape[rank - 1]],
        "batchNormalized: \(name) has one element a channel, the last dimension of shape \(shape); "
          + "got shape \(tensor.shape)")
    }
  }
}
