/// How calibration finds the ranges of activations: what is asked for in place of each quantizer's own rule.
///
/// Without a method every quantizer keeps its own rule: a quantizer of a moving average, whose average belongs to
/// training, takes the smallest and the largest value, as `minMax` does.
public enum CalibrationMethod: Hashable, Codable, Sendable {
  /// The smallest range that contains all values: nothing is clipped.
  case minMax
  /// The range of all but a few values: 99.9 excludes one value in a thousand at either end; in a symmetric
  /// format, the one in a thousand that is farthest from 0. Above 50, and up to 100.
  case percentile(Double)
  /// The range with the least mean squared error of quantization, clipping included.
  case meanSquaredError
  /// The range with the least Kullback–Leibler divergence between the values and their codes.
  ///
  /// It needs many values; ``HistogramRule/entropy`` says how many, and what it compares.
  case entropy

  /// The rule of a histogram; nil for the smallest and the largest value.
  var rule: HistogramRule? {
    switch self {
    case .minMax: nil
    case .percentile(let percent): .percentile(percent)
    case .meanSquaredError: .meanSquaredError
    case .entropy: .entropy
    }
  }

  /// What calibration has to know of a tensor whose quantizer has this format.
  func statistic(for format: QuantizerFormat) -> CalibrationStatistic {
    rule.map { .counts($0, bins: HistogramRule.bins(for: format)) } ?? .range
  }
}

/// What calibration has to know of the values of a tensor.
package enum CalibrationStatistic: Hashable, Sendable {
  /// Nothing: the range is known in advance.
  case nothing
  /// Each tensor by itself, which the quantizer observes: the way of quantizers that others write.
  case eachTensor
  /// The smallest and the largest value.
  case range
  /// The mean magnitude, beside the smallest and the largest value.
  case meanMagnitude
  /// The counts of the values, for a rule and a number of bins.
  case counts(HistogramRule, bins: Int)
}
