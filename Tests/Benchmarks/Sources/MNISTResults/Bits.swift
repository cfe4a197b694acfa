import Quantization
import Quantizers

/// Weights and hidden activations of so many bits each; the image and the logits have 8.
struct Bits: Hashable, Codable {
  let weights: Int
  let activations: Int

  /// The rows of the table.
  static let all = [(8, 8), (4, 8), (4, 4), (3, 3), (2, 2)].map { Bits(weights: $0, activations: $1) }

  var name: String { "W\(weights)A\(activations)" }

  /// Whether training learns the steps between codes, which few bits need.
  var learnsSteps: Bool { activations < 8 }

  /// The ranges of a moving average and of the weights as they are: for quantization after training.
  var observing: QuantizeScheme { .nBit(weights: weights, activations: activations) }

  /// What training quantizes with.
  ///
  /// Adam moves every variable by about its rate, so it learns the steps' logarithms. Every hidden activation of
  /// the two models follows a ReLU: its grid begins at 0. Kernels are rounded as they are, and the factor of a
  /// normalization comes behind: folded in, each change of its statistics would move weights to other codes, of
  /// which there are few.
  var training: QuantizeScheme {
    guard learnsSteps else { return observing }
    var scheme = QuantizeScheme.nBit(weights: weights, activations: activations, learnedSteps: true)
    let (weights, activations) = (weights, activations)
    scheme.weights = { layer in
      let axes = QuantizeScheme.kernelFormat(of: layer, bitWidth: weights).axes
      return LearnedStepQuantizer(
        QuantizerFormat(bitWidth: weights, symmetric: true, axes: axes), isLogarithmic: true)
    }
    scheme.batchNormFolding = .unfolded
    scheme.activations = {
      LearnedStepQuantizer(
        QuantizerFormat(bitWidth: activations), learnsOffset: false, isLogarithmic: true)
    }
    return scheme
  }
}
