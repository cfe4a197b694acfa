import Support
import Tensors

/// Each channel, the last dimension, brought to mean 0 and variance 1, then times `gamma` plus `beta`.
///
/// Training uses the mean and the variance of the batch, and moves the moving ones towards them:
/// `moving = momentum × moving + (1 − momentum) × batch`. Inference uses the moving ones. A layer that is not
/// trainable always does as in inference.
///
/// Of images the moving variance gathers the unbiased variance of the batch, Σ (x − mean)² / (n − 1), of
/// anything else the biased one, over n, as TensorFlow's fused and plain kernels do.
///
/// - Inputs and outputs: `[batch, …, channels]`.
/// - Weights, each `[channels]`: `gamma`, `beta`; not trained: `moving_mean`, `moving_variance`.
///
/// Source: Ioffe and Szegedy, 2015 (arXiv:1502.03167).
public final class BatchNormalization: Layer {
  /// The share of the moving statistics that stays at each step of training.
  public let momentum: Float
  /// What is added to the variance before its root is taken.
  public let epsilon: Float
  /// Whether `beta` is added.
  public let center: Bool
  /// Whether the result is multiplied by `gamma`.
  public let scale: Bool

  /// Creates an unbuilt layer with Keras's defaults.
  public init(
    momentum: Float = 0.99, epsilon: Float = 1e-3, center: Bool = true, scale: Bool = true,
    name: String? = nil
  ) {
    require(
      momentum >= 0 && momentum <= 1 && epsilon > 0,
      "\(name ?? "BatchNormalization"): momentum lies in 0...1 and epsilon above 0; got \(momentum) and "
        + "\(epsilon)")
    (self.momentum, self.epsilon, self.center, self.scale) = (momentum, epsilon, center, scale)
    super.init(name: name)
  }

  /// Creates gamma, beta and the moving statistics.
  public override func build(inputShape: [Int]) {
    guard let channels = inputShape.last else {
      return require(false, "\(title): an example has shape […, channels]; got []")
    }
    if scale { addWeight("gamma", shape: [channels], initializer: .ones) }
    if center { addWeight("beta", shape: [channels], initializer: .zeros) }
    addWeight("moving_mean", shape: [channels], initializer: .zeros, trainable: false)
    addWeight("moving_variance", shape: [channels], initializer: .ones, trainable: false)
  }

  /// Normalizes, by the batch's statistics in training and by the moving ones in inference.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let (gamma, beta) = scaleAndShift
    guard training && trainable else {
      return inputs.batchNormalized(
        mean: weight("moving_mean").value, variance: weight("moving_variance").value, gamma: gamma,
        beta: beta, epsilon: epsilon)
    }
    let batch = inputs.batchNormalized(gamma: gamma, beta: beta, epsilon: epsilon)
    moveStatistics(
      towards: batch.mean, batch.variance, examples: inputs.count / gamma.count,
      areImages: inputs.rank == 4)
    return batch.result
  }

  /// The values of gamma and beta; ones and zeros where there are none.
  var scaleAndShift: (gamma: Tensor, beta: Tensor) {
    let shape = weight("moving_mean").shape
    return (
      scale ? weight("gamma").value : .filled(1, shape: shape), center ? weight("beta").value : .zeros(shape)
    )
  }

  /// Moves the moving statistics a step towards those of so many examples, each pixel of an image being one.
  func moveStatistics(
    towards batchMean: Tensor, _ batchVariance: Tensor, examples: Int, areImages: Bool
  ) {
    let (mean, variance) = (weight("moving_mean"), weight("moving_variance"))
    let count = Float(examples)
    let correction = areImages && examples > 1 ? count / (count - 1) : 1
    mean.value = mean.value - (mean.value - batchMean) * (1 - momentum)
    variance.value = variance.value - (variance.value - batchVariance * correction) * (1 - momentum)
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer {
    BatchNormalization(
      momentum: momentum, epsilon: epsilon, center: center, scale: scale, name: name)
  }
}
