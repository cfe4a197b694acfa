import CKernels

/// The mean and the variance of each channel of a batch, and the passes that use them.
///
/// Sums run in double precision: partial sums of the shards, added in their order.
struct BatchStatistics {
  private let rows: Int
  private let channels: Int
  private let mean: [Double]
  private let variance: [Double]
  /// The reciprocal of √(variance + epsilon).
  private let inverseDeviation: [Double]

  init(of tensor: Tensor, epsilon: Float) {
    let channels = tensor.shape[tensor.rank - 1]
    let rows = tensor.count / channels
    (self.rows, self.channels) = (rows, channels)
    let values = tensor.buffer
    let mean = Self.sums(1, rows, channels, tensor.backend) { range, totals in
      qat_sum_rows(values.pointer, range.lowerBound, range.upperBound, channels, totals)
    }.map { $0 / Double(rows) }
    variance = Self.sums(1, rows, channels, tensor.backend) { range, totals in
      qat_sum_squares(values.pointer + range.lowerBound * channels, range.count, channels, mean, totals)
    }.map { $0 / Double(rows) }
    self.mean = mean
    inverseDeviation = variance.map { 1 / ($0 + Double(epsilon)).squareRoot() }
  }

  func meanTensor(on backend: Backend) -> Tensor {
    Tensor(mean.map { Float($0) }, shape: [channels]).on(backend)
  }

  func varianceTensor(on backend: Backend) -> Tensor {
    Tensor(variance.map { Float($0) }, shape: [channels]).on(backend)
  }

  /// The values normalized: gamma × (values − mean) × inverseDeviation + beta.
  func normalize(_ tensor: Tensor, gamma: Tensor, beta: Tensor) -> Buffer {
    let center = mean.map { Float($0) }
    let factor = (0..<channels).map { Float(Double(gamma.buffer.pointer[$0]) * inverseDeviation[$0]) }
    let term = (0..<channels).map { channel in
      // What the mean loses when it is rounded to float goes into the term.
      beta.buffer.pointer[channel]
        - Float((mean[channel] - Double(center[channel])) * Double(factor[channel]))
    }
    let result = Buffer(count: tensor.count)
    tensor.backend.forEachShard(of: rows, work: tensor.count) { _, range in
      let first = range.lowerBound * channels
      qat_scale_and_shift(
        tensor.buffer.pointer + first, range.count, channels, center, factor, term, result.pointer + first)
    }
    return result
  }

  /// The gradients of the values, of gamma and of beta.
  ///
  /// With x̂ = (x − mean) · inverseDeviation and n rows: dβ = Σ u, dγ = Σ u·x̂, and
  /// dx = γ · inverseDeviation · (u − dβ / n − x̂ · dγ / n).
  func gradients(upstream: Tensor, values: Tensor, gamma: Tensor) -> [Tensor?] {
    let (rows, channels, mean) = (rows, channels, mean)
    let sums = Self.sums(2, rows, channels, upstream.backend) { range, totals in
      let first = range.lowerBound * channels
      qat_batch_norm_sums(
        upstream.buffer.pointer + first, values.buffer.pointer + first, range.count, channels, mean, totals,
        totals + channels)
    }
    let beta = sums[..<channels]
    let gammaGradient = (0..<channels).map { sums[channels + $0] * inverseDeviation[$0] }
    let a = (0..<channels).map { Double(gamma.buffer.pointer[$0]) * inverseDeviation[$0] }
    let b = (0..<channels).map { -a[$0] * gammaGradient[$0] * inverseDeviation[$0] / Double(rows) }
    let center = mean.map { Float($0) }
    let c = (0..<channels).map {
      -a[$0] * beta[$0] / Double(rows) - (mean[$0] - Double(center[$0])) * b[$0]
    }
    let (factors, slopes, terms) = (a.map { Float($0) }, b.map { Float($0) }, c.map { Float($0) })
    let gradient = Buffer(count: values.count)
    upstream.backend.forEachShard(of: rows, work: values.count) { _, range in
      let first = range.lowerBound * channels
      qat_batch_norm_gradient(
        upstream.buffer.pointer + first, values.buffer.pointer + first, range.count, channels, center,
        factors,
        slopes, terms, gradient.pointer + first)
    }
    return [
      Tensor(buffer: gradient, shape: values.shape, backend: upstream.backend, node: nil),
      Tensor(gammaGradient.map { Float($0) }, shape: [channels]).on(upstream.backend),
      Tensor(beta.map { Float($0) }, shape: [channels]).on(upstream.backend),
    ]
  }

  /// `count` sums for each channel, over all rows.
  private static func sums(
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
