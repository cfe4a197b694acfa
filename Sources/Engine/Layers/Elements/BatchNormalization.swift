import Support
import Tensors

/// Normalizes each channel of the last dimension to mean 0 and variance 1, then multiplies by `gamma` and adds
/// `beta`.
///
/// Training uses the mean and the variance of the batch, and updates the moving statistics:
/// `moving = momentum × moving + (1 − momentum) × batch`. Inference uses the moving statistics. A layer that is
/// not trainable always uses them and does not update them.
///
/// For images the moving variance averages the unbiased variance of the batch, Σ (x − mean)² / (n − 1), as
/// TensorFlow's fused kernel does; for other inputs the biased variance, over n, as its plain kernel does.
///
/// - Inputs and outputs: `[batch, …, channels]`.
/// - Weights, each `[channels]`: `gamma`, `beta`; not trained: `moving_mean`, `moving_variance`.
///
/// Source: Ioffe and Szegedy, 2015 (arXiv:1502.03167).
public final class BatchNormalization: Layer {
  /// The weight of the old moving statistics in the new ones.
  public let momentum: Float
  /// The number added to the variance before the square root.
  public let epsilon: Float
  /// Whether `beta` is added.
  public let center: Bool
  /// Whether the result is multiplied by `gamma`.
  public let scale: Bool

  /// Creates an unbuilt layer with Keras's defaults.
  ///
  /// - Parameters:
  ///   - momentum: The weight of the old moving statistics in the new ones, 0 to 1.
  ///   - epsilon: The number added to the variance before the square root, above 0.
  ///   - center: Whether `beta` is added.
  ///   - scale: Whether the result is multiplied by `gamma`.
  ///   - name: The layer's name.
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
      stop("\(title): an example has shape […, channels]; got []")
    }
    if scale { addWeight("gamma", shape: [channels], initializer: .ones) }
    if center { addWeight("beta", shape: [channels], initializer: .zeros) }
    addWeight("moving_mean", shape: [channels], initializer: .zeros, trainable: false)
    addWeight("moving_variance", shape: [channels], initializer: .ones, trainable: false)
  }

  /// The factor of each channel; stops if the layer is not built or does not ``scale``.
  public var gamma: Variable { weight("gamma") }
  /// The summand of each channel; stops if the layer is not built or does not ``center``.
  public var beta: Variable { weight("beta") }
  /// The moving mean of each channel; stops if the layer is not built.
  public var movingMean: Variable { weight("moving_mean") }
  /// The moving variance of each channel; stops if the layer is not built.
  public var movingVariance: Variable { weight("moving_variance") }

  /// Normalizes by the batch's statistics in training, by the moving statistics in inference.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let (gamma, beta) = scaleAndShift
    guard training && trainable else {
      return inputs.batchNormalized(
        mean: movingMean.value, variance: movingVariance.value, gamma: gamma, beta: beta, epsilon: epsilon)
    }
    let batch = inputs.batchNormalized(gamma: gamma, beta: beta, epsilon: epsilon)
    updateStatistics(
      towards: batch.mean, batch.variance, examples: inputs.count / gamma.count,
      areImages: inputs.rank == 4)
    return batch.result
  }

  /// The values of `gamma` and `beta`; ones and zeros if the layer does not have them.
  var scaleAndShift: (gamma: Tensor, beta: Tensor) {
    let shape = movingMean.shape
    return (scale ? gamma.value : .filled(1, shape: shape), center ? beta.value : .zeros(shape))
  }

  /// The factor of each channel in inference: γ / √(moving variance + ε).
  package var inferenceFactors: [Double] {
    zip(scaleAndShift.gamma.values, movingVariance.value.values).map { gamma, variance in
      Double(gamma) / (Double(variance) + Double(epsilon)).squareRoot()
    }
  }

  /// The offset of each channel in inference: β − moving mean × factor.
  package var inferenceOffsets: [Double] {
    zip(zip(scaleAndShift.beta.values, movingMean.value.values), inferenceFactors).map {
      Double($0.0) - Double($0.1) * $1
    }
  }

  /// Moves the moving statistics a step towards the statistics of a batch.
  ///
  /// - Parameters:
  ///   - batchMean: The mean of each channel.
  ///   - batchVariance: The biased variance of each channel.
  ///   - examples: The number of values of each channel; every pixel of an image is one.
  ///   - areImages: Whether the unbiased variance is averaged.
  func updateStatistics(
    towards batchMean: Tensor, _ batchVariance: Tensor, examples: Int, areImages: Bool
  ) {
    let (mean, variance) = (movingMean, movingVariance)
    let count = Float(examples)
    let correction = areImages && examples > 1 ? count / (count - 1) : 1
    mean.value = mean.value - (mean.value - batchMean) * (1 - momentum)
    variance.value = variance.value - (variance.value - batchVariance * correction) * (1 - momentum)
  }

  /// A normalization.
  public override var semantics: LayerSemantics { .normalization(self) }

  package override var computesAsStated: Bool { true }

  /// The momentum and the epsilon.
  public override var details: String { "momentum \(momentum), epsilon \(epsilon)" }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    BatchNormalization(
      momentum: momentum, epsilon: epsilon, center: center, scale: scale, name: name)
  }
}
