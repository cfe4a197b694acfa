import Quantizers

/// Why a quantizer is where it is, or is not: what a rule or a transform did to one tensor of a layer.
public struct Decision: Hashable, Sendable {
  /// What was done.
  public enum Action: String, Hashable, Sendable {
    /// A quantizer was put here.
    case placed
    /// A quantizer that was here went elsewhere.
    case moved
    /// A quantizer that was here is not needed.
    case removed
    /// Another quantizer was put in place of the one that was here.
    case replaced
    /// The quantizer is another tensor's.
    case shared
    /// The layer was rewritten.
    case rewritten
    /// Nothing is quantized here.
    case left
  }

  /// What was done.
  public let action: Action
  /// To what: `kernel`, `output`, `input`, or `layer`.
  public let tensor: String
  /// Which rule or transform did it.
  public let rule: String
  /// Why.
  public let reason: String
}

extension Decision {
  /// What a configuration puts on a layer's weights and at its output.
  static func placements(of config: QuantizeConfig, rule: String) -> [Decision] {
    config.weights.map { name, quantizer in
      Decision(action: .placed, tensor: name, rule: rule, reason: quantizer.summary)
    } + [placed(config, rule: rule)]
  }

  /// What a configuration puts at the output.
  static func placed(_ config: QuantizeConfig, rule: String) -> Decision {
    switch config.output {
    case .quantized(let quantizer):
      Decision(action: .placed, tensor: "output", rule: rule, reason: quantizer.summary)
    case .sharedWithInput:
      Decision(
        action: .shared, tensor: "output", rule: rule,
        reason: "the runtime wants one scale for input and output")
    case .unchanged:
      Decision(
        action: .left, tensor: "output", rule: rule,
        reason: "the layer's output needs no quantizer of its own here")
    }
  }
}
