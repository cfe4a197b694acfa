import Support
import Tensors

/// Adam: steps of about the learning rate, whatever the size of the gradients, as Keras computes them.
///
///     mean ← mean + (1 − beta1) · (gradient − mean)
///     square ← square + (1 − beta2) · (gradient² − square)
///     weight ← weight − rate · √(1 − beta2ᵗ) / (1 − beta1ᵗ) · mean / (√square + epsilon)
///
/// Source: Kingma and Ba, 2015, the form at the end of section 2 (arXiv:1412.6980).
public final class Adam: Optimizer {
  /// How much of the mean of past gradients is kept at each step: 0 ..< 1.
  public let beta1: Float
  /// How much of the mean of past squared gradients is kept: 0 ..< 1.
  public let beta2: Float
  /// What keeps the division from 0.
  public let epsilon: Float

  /// Creates the optimizer, with Keras's defaults.
  public init(
    learningRate: LearningRate = 0.001, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-7
  ) {
    for beta in [beta1, beta2] {
      require(beta >= 0 && beta < 1, "Adam: beta1 and beta2 lie in 0 ..< 1; got \(beta1) and \(beta2)")
    }
    require(epsilon > 0, "Adam: epsilon lies above 0; got \(epsilon)")
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
    super.init(learningRate: learningRate)
  }

  /// The running means of gradients and of their squares.
  public override var slots: [String] { ["mean", "square"] }

  /// Takes the step above, in one pass through memory.
  public override func updated(
    _ value: Tensor, gradient: Tensor, slots: inout [Tensor], rate: Float
  ) -> Tensor {
    let corrected =
      Double(rate) * (1 - power(Double(beta2), step)).squareRoot() / (1 - power(Double(beta1), step))
    let step = value.adamStep(
      gradient: gradient, mean: slots[0], square: slots[1], rate: Float(corrected), beta1: beta1,
      beta2: beta2, epsilon: epsilon)
    slots = [step.mean, step.square]
    return step.weight
  }
}
