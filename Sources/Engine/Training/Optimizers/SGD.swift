import Support
import Tensors

/// Gradient descent, with momentum and Nesterov's form of it if wanted, as Keras computes them.
///
///     velocity ← momentum · velocity − rate · gradient
///     weight ← weight + velocity                                   momentum
///     weight ← weight + momentum · velocity − rate · gradient      Nesterov
///
/// Source: Sutskever et al., 2013, "On the importance of initialization and momentum in deep learning".
public final class SGD: Optimizer {
  /// The share of the last step that is taken again: 0 ..< 1.
  public let momentum: Float
  /// Whether the gradient is taken, in effect, where the velocity leads.
  public let nesterov: Bool

  /// Creates the optimizer.
  public init(learningRate: LearningRate = 0.01, momentum: Float = 0, nesterov: Bool = false) {
    require(momentum >= 0 && momentum < 1, "SGD: momentum lies in 0 ..< 1; got \(momentum)")
    require(momentum > 0 || !nesterov, "SGD: Nesterov's form needs a momentum above 0; got \(momentum)")
    (self.momentum, self.nesterov) = (momentum, nesterov)
    super.init(learningRate: learningRate)
  }

  /// The velocity, if there is momentum.
  public override var slots: [String] { momentum > 0 ? ["velocity"] : [] }

  /// Takes the step above.
  public override func updated(
    _ value: Tensor, gradient: Tensor, slots: inout [Tensor], rate: Float
  ) -> Tensor {
    let descent = gradient * -rate
    guard momentum > 0 else { return value + descent }
    slots[0] = slots[0] * momentum + descent
    return nesterov ? value + (slots[0] * momentum + descent) : value + slots[0]
  }
}
