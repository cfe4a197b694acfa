import Quantizers
import Support

/// What is quantized in a layer: weights by name, and the output.
///
///     let fourBits = QuantizeConfig(
///       weights: ["kernel": LastValueQuantizer(QuantizerFormat(bitWidth: 4, symmetric: true, narrowRange: true))])
///     let model = Sequential([quantizeAnnotate(Dense(units: 32), config: fourBits), …])
///
/// The quantizers of a configuration are templates: every layer gets copies of its own.
public struct QuantizeConfig {
  /// How a layer's output is quantized.
  public enum Output {
    /// The output is not quantized here; pass-through layers, such as max pooling, keep their input's grid.
    case unchanged
    /// The output has a quantizer of its own.
    case quantized(Quantizer)
    /// The output has the range of the layer's input, for runtimes that require one scale for both.
    case sharedWithInput
  }

  /// The quantized weights with their quantizers, in order.
  public let weights: [(name: String, quantizer: Quantizer)]
  /// How the output is quantized.
  public let output: Output

  /// Creates a configuration; by default the output is quantized to 8 bits, with a moving average as its range.
  public init(
    weights: KeyValuePairs<String, Quantizer> = [:], output: Output = .quantized(MovingAverageQuantizer())
  ) {
    self.init(weights: weights.map { ($0.key, $0.value) }, output: output)
  }

  init(weights: [(name: String, quantizer: Quantizer)], output: Output) {
    (self.weights, self.output) = (weights, output)
  }

  /// The same configuration with copies of the quantizers.
  func copied() -> QuantizeConfig {
    var output = output
    if case .quantized(let quantizer) = output { output = .quantized(quantizer.copied()) }
    return QuantizeConfig(weights: weights.map { ($0.name, $0.quantizer.copied()) }, output: output)
  }

  /// Whether the configuration quantizes nothing.
  var isEmpty: Bool {
    if case .unchanged = output { return weights.isEmpty }
    return false
  }
}

extension QuantizeConfig: CustomStringConvertible {
  /// What is quantized, and how, in one line: `kernel: last value, 4 bits, symmetric; output: unchanged`.
  public var description: String {
    let last =
      switch output {
      case .unchanged: "unchanged"
      case .quantized(let quantizer): quantizer.summary
      case .sharedWithInput: "at its input's scale"
      }
    return (weights.map { "\($0.name): \($0.quantizer.summary)" } + ["output: \(last)"]).joined(
      separator: "; ")
  }
}
