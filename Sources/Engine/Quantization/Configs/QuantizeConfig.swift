import Quantizers
import Support

/// What is quantized in a layer: weights by name, and the outputs.
///
///     let fourBits = QuantizeConfig(
///       weights: ["kernel": LastValueQuantizer(QuantizerFormat(bitWidth: 4, symmetric: true, narrowRange: true))])
///     let model = Sequential([quantizeAnnotate(Dense(units: 32), config: fourBits), …])
///
/// The quantizers given are patterns: every layer gets copies of its own.
public struct QuantizeConfig {
  /// What happens to a layer's outputs.
  public enum Output {
    /// They stay as the layer gives them: values that were on a grid before still are, as after a max pooling.
    case unchanged
    /// They are quantized.
    case quantized(Quantizer)
    /// They are quantized to the range of the layer's input, as runtimes do that want one scale for both.
    case sharedWithInput
  }

  /// The weights quantized and their quantizers, in order.
  public let weights: [(name: String, quantizer: Quantizer)]
  /// What happens to the outputs.
  public let output: Output

  /// Creates a configuration; without `output`, outputs are quantized by a moving average of 8 bits.
  public init(
    weights: KeyValuePairs<String, Quantizer> = [:], output: Output = .quantized(MovingAverageQuantizer())
  ) {
    self.init(weights: weights.map { ($0.key, $0.value) }, output: output)
  }

  init(weights: [(name: String, quantizer: Quantizer)], output: Output) {
    (self.weights, self.output) = (weights, output)
  }

  /// The same with quantizers of its own.
  func copied() -> QuantizeConfig {
    var output = output
    if case .quantized(let quantizer) = output { output = .quantized(quantizer.copied()) }
    return QuantizeConfig(weights: weights.map { ($0.name, $0.quantizer.copied()) }, output: output)
  }

  /// Whether nothing at all is quantized.
  var isEmpty: Bool {
    if case .unchanged = output { return weights.isEmpty }
    return false
  }
}
