import Tensors

/// The relaxation by which AdaRound decides whether to round a weight up or down.
///
/// A weight W with the step Δ is rounded to Δ · (⌊W/Δ⌋ + h), h between 0 (down) and 1 (up), and h is a function of a
/// variable V that gradients change:
///
///     h(V) = clip(σ(V)·(ζ − γ) + γ, 0, 1),  ζ = 1.1, γ = −0.1
///
/// σ is the sigmoid. Since it is stretched beyond 0 and 1, h reaches both; its gradient is 0 there. A regularizer, which is
/// least where every h is 0 or 1, drives h to these ends:
///
///     f(V) = Σ 1 − |2h(V) − 1|^β
///
/// With a large β it is flat but near the ends, so that h moves freely in between; β falls during training.
///
/// Source: Nagel et al., 2020, equations 21 to 24 (arXiv:2004.10568); Louizos et al., 2018, for the stretched sigmoid
/// (arXiv:1712.01312).
public enum AdaptiveRounding {
  /// The stretch ζ of the sigmoid above 1, and γ below 0.
  public static let stretch: (low: Float, high: Float) = (-0.1, 1.1)

  /// h of each element of V: 0 to round down, 1 to round up.
  ///
  /// The gradient reaches V where the stretched sigmoid lies within 0…1.
  public static func up(_ v: Tensor) -> Tensor {
    (v.sigmoid() * (stretch.high - stretch.low) + stretch.low).clipped(min: 0, max: 1)
  }

  /// The V with h(V) = `fraction`, the part of W/Δ above its floor, 0 ≤ fraction < 1: there training starts, from the
  /// weights as they are.
  public static func variable(fraction: Tensor) -> Tensor {
    ((stretch.high - stretch.low) / (fraction - stretch.low) - 1).log() * -1
  }

  /// The regularizer f(V), a scalar: for each element, 1 at h = 1/2 and 0 at h = 0 and 1.
  ///
  /// - Parameters:
  ///   - v: V, of any shape.
  ///   - beta: β, above 0.
  /// - Returns: The sum over all elements.
  public static func regularizer(_ v: Tensor, beta: Float) -> Tensor {
    // |2h − 1| to the power of β; below 10⁻⁶ it counts as constant, where its logarithm would be −∞.
    let distance = (up(v) * 2 - 1).abs().clipped(min: 1e-6, max: 1)
    return (1 - (distance.log() * beta).exp()).sum()
  }
}
