import CKernels
import Support

extension Tensor {
  /// Batch normalization in training, by the statistics of this batch.
  ///
  /// y = gamma · (x − mean) / √(variance + epsilon) + beta, for each channel, the last dimension; `gamma` and
  /// `beta` have one element a channel. The variance is the biased one, Σ (x − mean)² / n. The returned `mean`
  /// and `variance` are constants, for the moving averages of inference.
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
  /// y = gamma · (x − mean) / √(variance + epsilon) + beta, for each channel, the last dimension. All four tensors
  /// have one element a channel and receive gradients.
  ///
  /// - Parameters:
  ///   - mean: The mean of each channel.
  ///   - variance: The variance of each channel.
  ///   - gamma: The factor of each channel.
  ///   - beta: The offset of each channel.
  ///   - epsilon: The number added to the variance.
  /// - Returns: The normalized values.
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

/// The mean and the variance of each channel of a batch, and the passes that use them.
///
/// Sums are in double precision: partial sums of the shards, added in the order of the shards.
struct BatchStatistics {
  private let rows: Int
  let mean: [Double]
  private let variance: [Double]
  /// The reciprocal of √(variance + epsilon).
  private let inverseDeviation: [Double]

  private var channels: Int { mean.count }

  /// The statistics from the moments of `rows` rows.
  init(_ moments: ChannelMoments, rows: Int, epsilon: Float) {
    self.rows = rows
    (mean, variance) = moments.meanAndVariance()
    inverseDeviation = variance.map { 1 / ($0 + Double(epsilon)).squareRoot() }
  }

  init(of tensor: Tensor, epsilon: Float) {
    let channels = tensor.shape[tensor.rank - 1]
    let rows = tensor.count / channels
    let moments = ChannelMoments(channels: channels)
    // Cut between examples, as a convolution is: the statistics are then the same to the last bit whether they
    // are computed here or by the fused convolution.
    let examples = tensor.rank > 1 ? tensor.shape[0] : 1
    let size = tensor.count / examples
    tensor.backend.forEachShard(of: examples, work: tensor.count) { shard, range in
      moments.add(
        tensor.buffer.pointer + range.lowerBound * size, rows: range.count * size / channels, shard: shard)
    }
    self.init(moments, rows: rows, epsilon: epsilon)
  }

  func meanTensor(on backend: Backend) -> Tensor {
    Tensor(mean.map { Float($0) }, shape: [channels]).on(backend)
  }

  func varianceTensor(on backend: Backend) -> Tensor {
    Tensor(variance.map { Float($0) }, shape: [channels]).on(backend)
  }

  /// The constants of the forward pass: gamma × (value − mean) × inverseDeviation + beta.
  func normalization(gamma: Tensor, beta: Tensor) -> ChannelConstants {
    let center = mean.map { Float($0) }
    let factor = (0..<channels).map { Float(Double(gamma.buffer.pointer[$0]) * inverseDeviation[$0]) }
    let term = (0..<channels).map { channel -> Float in
      // The term makes up for the rounding of the mean to float.
      let lost = mean[channel] - Double(center[channel])
      return beta.buffer.pointer[channel] - Float(lost * Double(factor[channel]))
    }
    return ChannelConstants([center, factor, term])
  }

  /// The normalized values.
  func normalize(_ tensor: Tensor, gamma: Tensor, beta: Tensor) -> Buffer {
    let normalization = normalization(gamma: gamma, beta: beta)
    let result = Buffer(count: tensor.count)
    tensor.backend.forEachShard(of: rows, work: tensor.count) { _, range in
      let first = range.lowerBound * channels
      normalization.withForward {
        qat_normalize(tensor.buffer.pointer + first, range.count, channels, $0, result.pointer + first)
      }
    }
    return result
  }

  /// The gradients of gamma and beta, and the constants that turn upstream gradients into those of the values.
  ///
  /// With the upstream gradient u, x̂ = (x − mean) · inverseDeviation and n values: dβ = Σ u, dγ = Σ u·x̂, and
  /// dx = γ · inverseDeviation · (u − dβ / n − x̂ · dγ / n).
  ///
  /// - Parameters:
  ///   - gamma: The factor of each channel.
  ///   - sums: Σ u of each channel, then Σ u × (x − mean) of each.
  ///   - backend: The backend of the gradients.
  /// - Returns: The gradients of gamma and beta, and the constants.
  func gradients(
    gamma: Tensor, _ sums: [Double], on backend: Backend
  ) -> (gamma: Tensor, beta: Tensor, values: ChannelConstants) {
    let (channels, mean) = (channels, mean)
    let beta = Array(sums[..<channels])
    let gammaGradient = (0..<channels).map { sums[channels + $0] * inverseDeviation[$0] }
    let a = (0..<channels).map { Double(gamma.buffer.pointer[$0]) * inverseDeviation[$0] }
    let b = (0..<channels).map { -a[$0] * gammaGradient[$0] * inverseDeviation[$0] / Double(rows) }
    let center = mean.map { Float($0) }
    let c = (0..<channels).map {
      -a[$0] * beta[$0] / Double(rows) - (mean[$0] - Double(center[$0])) * b[$0]
    }
    let rounded = [gammaGradient, beta, a, b, c].map { $0.map { Float($0) } }
    return (
      Tensor(rounded[0], shape: [channels]).on(backend), Tensor(rounded[1], shape: [channels]).on(backend),
      ChannelConstants([center] + rounded[2...])
    )
  }

  /// The gradients of the values, of gamma and of beta.
  func gradients(upstream: Tensor, values: Tensor, gamma: Tensor) -> [Tensor?] {
    let (channels, backend) = (channels, upstream.backend)
    let sums = Self.sums(2 * channels, rows, channels, backend) { range, sums in
      let first = range.lowerBound * channels
      qat_normalization_sums(
        upstream.buffer.pointer + first, values.buffer.pointer + first, range.count, channels, mean, sums,
        sums + channels)
    }
    let found = gradients(gamma: gamma, sums, on: backend)
    let gradient = Buffer(count: values.count)
    backend.forEachShard(of: rows, work: values.count) { _, range in
      let first = range.lowerBound * channels
      found.values.withBackward {
        qat_normalize_gradient(
          upstream.buffer.pointer + first, values.buffer.pointer + first, range.count, channels, $0,
          gradient.pointer + first)
      }
    }
    return [
      Tensor(buffer: gradient, shape: values.shape, backend: backend, node: nil), found.gamma, found.beta,
    ]
  }

  /// `width` sums over all rows of `channels` values; `add` adds those of a range of rows.
  static func sums(
    _ width: Int, _ rows: Int, _ channels: Int, _ backend: Backend,
    _ add: (Range<Int>, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    var partials = [Double](repeating: 0, count: Backend.shards * width)
    partials.withUnsafeMutableBufferPointer { partials in
      guard let start = partials.baseAddress else { return }
      backend.forEachShard(of: rows, work: rows * channels) { shard, range in
        add(range, start + shard * width)
      }
      for shard in 1..<Backend.shards {
        for index in 0..<width { start[index] += start[shard * width + index] }
      }
    }
    return Array(partials[..<width])
  }
}

/// The constants of each channel that the kernels of normalization read.
final class ChannelConstants {
  private let buffer: Buffer
  private let channels: Int

  /// Copies rows of one number a channel.
  init(_ rows: [[Float]]) {
    channels = rows[0].count
    buffer = Buffer(count: rows.count * channels)
    for (index, row) in rows.enumerated() {
      _ = UnsafeMutableBufferPointer(start: buffer.pointer + index * channels, count: channels)
        .initialize(fromContentsOf: row)
    }
  }

  private func row(_ index: Int) -> UnsafePointer<Float> {
    UnsafePointer(buffer.pointer + index * channels)
  }

  /// Calls `body` with the rows center, factor and term, which are valid during the call.
  func withForward(_ body: (qat_normalization) -> Void) {
    withExtendedLifetime(self) { body(qat_normalization(center: row(0), factor: row(1), term: row(2))) }
  }

  /// Calls `body` with the rows center, factor, slope and term, which are valid during the call.
  func withBackward(_ body: (qat_normalization_gradient) -> Void) {
    withExtendedLifetime(self) {
      body(qat_normalization_gradient(center: row(0), factor: row(1), slope: row(2), term: row(3)))
    }
  }
}
