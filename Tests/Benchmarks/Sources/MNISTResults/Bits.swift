import Quantization
import Quantizers

/// The bit widths of weights and hidden activations; the image and the logits have 8 bits.
struct Bits: Hashable, Codable {
  let weights: Int
  let activations: Int

  /// The rows of the table.
  static let all = [(8, 8), (4, 8), (4, 4), (3, 3), (2, 2)].map { Bits(weights: $0, activations: $1) }

  var name: String { "W\(weights)A\(activations)" }

  /// Whether training learns the step sizes, which is necessary with few bits.
  var learnsSteps: Bool { activations < 8 }

  /// The scheme of quantization after training: observed ranges of activations and weights.
  var observing: QuantizeScheme { .nBit(weights: weights, activations: activations) }

  /// The scheme of quantization-aware training.
  ///
  /// Adam changes every variable by about its learning rate, so it learns the logarithms of step sizes. Every hidden
  /// activation of the two models follows a ReLU, so its grid begins at 0. Kernels are quantized without the factor of
  /// normalization, which is applied after them: if it were folded in, each change of its statistics would move weights
  /// to other codes, and there are few codes.
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
