import CKernels

/// The sums for the mean and the variance of each channel, computed by several shards.
///
/// Each shard sums distances from its own first row, so that a large mean costs no precision. The shards are
/// combined in their order.
///
/// Source: Chan, Golub and LeVeque, 1983, "Algorithms for Computing the Sample Variance".
final class ChannelMoments {
  private let channels: Int
  private let rows: UnsafeMutableBufferPointer<Int>
  private let pivots: UnsafeMutableBufferPointer<Float>
  private let sums: UnsafeMutableBufferPointer<Double>
  private let squares: UnsafeMutableBufferPointer<Double>

  init(channels: Int) {
    self.channels = channels
    rows = .allocate(capacity: Backend.shards)
    pivots = .allocate(capacity: Backend.shards * channels)
    sums = .allocate(capacity: Backend.shards * channels)
    squares = .allocate(capacity: Backend.shards * channels)
    rows.initialize(repeating: 0)
    pivots.initialize(repeating: 0)
    sums.initialize(repeating: 0)
    squares.initialize(repeating: 0)
  }

  deinit {
    rows.deallocate()
    pivots.deallocate()
    sums.deallocate()
    squares.deallocate()
  }

  /// Adds `count` rows to the sums of a shard, which no other shard touches.
  func add(_ values: UnsafePointer<Float>, rows count: Int, shard: Int) {
    let first = shard * channels
    guard let pivot = pivots.baseAddress, let sum = sums.baseAddress, let square = squares.baseAddress else {
      return
    }
    if rows[shard] == 0 { (pivot + first).update(from: values, count: channels) }
    rows[shard] += count
    qat_channel_moments(values, count, channels, pivot + first, sum + first, square + first)
  }

  /// The mean and the biased variance of each channel over all rows.
  func meanAndVariance() -> (mean: [Double], variance: [Double]) {
    var mean = [Double](repeating: 0, count: channels)
    var variance = mean
    for channel in 0..<channels {
      var (seen, center, spread) = (0.0, 0.0, 0.0)
      for shard in 0..<Backend.shards where rows[shard] > 0 {
        let (index, count) = (shard * channels + channel, Double(rows[shard]))
        let shardMean = Double(pivots[index]) + sums[index] / count
        let distance = shardMean - center
        spread += squares[index] - sums[index] * sums[index] / count
        spread += distance * distance * seen * count / (seen + count)
        center += distance * count / (seen + count)
        seen += count
      }
      (mean[channel], variance[channel]) = (center, max(spread / seen, 0))
    }
    return (mean, variance)
  }
}
