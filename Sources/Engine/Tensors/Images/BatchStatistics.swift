import CKernels

/// The mean and the variance of each channel of a batch, and the passes that use them.
///
/// Sums run in double precision: partial sums of the shards, added in their order.
struct BatchStatistics {
  private let rows: Int
  private let mean: [Double]
  private let variance: [Double]
  /// The reciprocal of √(variance + epsilon).
  private let inverseDeviation: [Double]

  private var channels: Int { mean.count }

  /// The statistics of what `moments` has gathered over so many rows.
  init(_ moments: ChannelMoments, rows: Int, epsilon: Float) {
    self.rows = rows
    (mean, variance) = moments.meanAndVariance()
    inverseDeviation = variance.map { 1 / ($0 + Double(epsilon)).squareRoot() }
  }

  init(of tensor: Tensor, epsilon: Float) {
    let channels = tensor.shape[tensor.rank - 1]
    let rows = tensor.count / channels
    let moments = ChannelMoments(channels: channels)
    // Cut between examples, as a convolution is, whose statistics are then the same to the last bit whether
    // they are taken here or on its way.
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

  /// What is done to each value: gamma × (value − mean) × inverseDeviation + beta.
  func normalization(gamma: Tensor, beta: Tensor) -> ChannelConstants {
    let center = mean.map { Float($0) }
    let factor = (0..<channels).map { Float(Double(gamma.buffer.pointer[$0]) * inverseDeviation[$0]) }
    let term = (0..<channels).map { channel in
      // What the mean loses when it is rounded to float goes into the term.
      beta.buffer.pointer[channel]
        - Float((mean[channel] - Double(center[channel])) * Double(factor[channel]))
    }
    return ChannelConstants([center, factor, term])
  }

  /// The values normalized.
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

  /// The gradients of gamma and beta, and what is done to each upstream gradient.
  ///
  /// `add` adds, of some of `count` rows, Σ u and Σ u × (x − mean) for each channel, where u is the upstream
  /// gradient. With x̂ = (x − mean) · inverseDeviation and n values: dβ = Σ u, dγ = Σ u·x̂, and
  /// dx = γ · inverseDeviation · (u − dβ / n − x̂ · dγ / n).
  func gradients(
    gamma: Tensor, rows count: Int, on backend: Backend, _ add: AddSums
  ) -> (gamma: Tensor, beta: Tensor, values: ChannelConstants) {
    let (channels, mean) = (channels, mean)
    let sums = Self.sums(2, count, channels, backend) { range, totals in
      add(range, mean, totals, totals + channels)
    }
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

  /// Adds the two sums of some rows, given the mean of each channel.
  typealias AddSums = (
    _ rows: Range<Int>, _ mean: [Double], _ sums: UnsafeMutablePointer<Double>,
    _ products: UnsafeMutablePointer<Double>
  ) -> Void

  /// The gradients of the values, of gamma and of beta.
  func gradients(upstream: Tensor, values: Tensor, gamma: Tensor) -> [Tensor?] {
    let (channels, backend) = (channels, upstream.backend)
    let found = gradients(gamma: gamma, rows: rows, on: backend) { range, mean, sums, products in
      let first = range.lowerBound * channels
      qat_normalization_sums(
        upstream.buffer.pointer + first, values.buffer.pointer + first, range.count, channels, mean, sums,
        products)
    }
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

  /// `count` sums for each channel, over all rows.
  static func sums(
    _ count: Int, _ rows: Int, _ channels: Int, _ backend: Backend,
    _ add: (Range<Int>, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let width = count * channels
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
