import Layers
import Quantizers

extension QuantizeScheme {
  /// The scheme with weights whose ranges are chosen by a rule, which may clip the largest, on the same grids.
  ///
  /// A range up to the largest weight clips none and has the widest steps. A percentile leaves a share of the weights
  /// outside; the least squared error weighs what is clipped against what is rounded:
  ///
  ///     let scheme = QuantizeScheme.nBit(weights: 4, activations: 8).clippingWeights(by: .meanSquaredError)
  ///
  /// The ranges are those of the weights at hand, for each channel where the format has channels. In training they are
  /// chosen anew at every step, which takes some milliseconds a range; to train, take learned steps instead.
  ///
  /// - Parameter rule: How a range is chosen from the weights; see ``/Quantizers/HistogramRule``.
  /// - Returns: A scheme whose other settings are those of this one.
  ///
  /// Source: Nagel et al., 2021, section 3.1 (arXiv:2106.08295).
  public func clippingWeights(by rule: HistogramRule) -> QuantizeScheme {
    var scheme = self
    let own = weights
    scheme.name += ", weights clipped by \(rule.name)"
    scheme.weights = { layer in
      HistogramQuantizer(own(layer).format, rule: rule, accumulates: false)
    }
    return scheme
  }
}
