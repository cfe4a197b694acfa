import Layers
import Tensors

/// The statistics of the batches that a normalization saw lately, recovered from the steps of its moving statistics.
///
/// A step of training moves a statistic by `(1 − momentum) · (batch − moving)`, so that the batch's can be told from the
/// values before and after. Of several steps this is the running mean, in which the last counts a tenth.
struct BatchStatistics {
  /// The mean of each channel.
  private(set) var mean: [Double]
  /// The variance of each channel.
  private(set) var variance: [Double]

  /// A normalization's moving statistics, before a step of training.
  struct Moving {
    let mean: Tensor
    let variance: Tensor

    init(of normalization: BatchNormalization) {
      (mean, variance) = (normalization.movingMean.value, normalization.movingVariance.value)
    }

    /// Gives the statistics back to the normalization.
    func restore(to normalization: BatchNormalization) {
      (normalization.movingMean.value, normalization.movingVariance.value) = (mean, variance)
    }
  }

  /// Recovers the statistics of the batches that a normalization saw since; nil for a momentum of 1, which keeps the
  /// moving statistics as they are.
  ///
  /// - Parameters:
  ///   - normalization: The normalization.
  ///   - before: Its moving statistics before the batches.
  ///   - batches: The number of batches, of which the result is about the mean.
  init?(of normalization: BatchNormalization, since before: Moving, batches: Int) {
    var kept = 1.0
    for _ in 0..<batches { kept *= Double(normalization.momentum) }
    guard kept < 1 else { return nil }
    func recovered(_ old: Tensor, _ new: Tensor) -> [Double] {
      zip(old.values, new.values).map { Double($0) + (Double($1) - Double($0)) / (1 - kept) }
    }
    mean = recovered(before.mean, normalization.movingMean.value)
    variance = recovered(before.variance, normalization.movingVariance.value)
  }

  /// Moves a tenth of the way to the statistics of another batch.
  mutating func move(towards other: BatchStatistics) {
    mean = zip(mean, other.mean).map { $0 + ($1 - $0) / 10 }
    variance = zip(variance, other.variance).map { $0 + ($1 - $0) / 10 }
  }

  /// The number of channels in which a normalization's moving statistics are far from these.
  ///
  /// Far is a mean a quarter of a standard deviation away, or a variance that is 1.5 times as large or as small.
  func farChannels(from normalization: BatchNormalization) -> Int {
    let epsilon = Double(normalization.epsilon)
    let moving = zip(normalization.movingMean.value.values, normalization.movingVariance.value.values)
    return zip(moving, zip(mean, variance)).count { moving, batch in
      let (own, other) = (Double(moving.1) + epsilon, max(batch.1, 0) + epsilon)
      let distance = batch.0 - Double(moving.0)
      return distance * distance > own / 16 || other > 1.5 * own || 1.5 * other < own
    }
  }
}
