import Quantizers

/// What a rule or transform did to one tensor of a layer, and why: a quantizer is there, or is not.
public struct Decision: Hashable, Sendable {
  /// What was done.
  public enum Action: String, Hashable, Sendable {
    /// A quantizer was placed here.
    case placed
    /// The quantizer that was here moved to another tensor.
    case moved
    /// The quantizer that was here is not needed.
    case removed
    /// Another quantizer replaced the one that was here.
    case replaced
    /// The quantizer is another tensor's.
    case shared
    /// The layer was rewritten.
    case rewritten
    /// The tensor is not quantized here.
    case notQuantized = "not quantized"
  }

  /// What was done.
  public let action: Action
  /// The tensor: `kernel`, `output`, `input`, or `layer` for the whole layer.
  public let tensor: String
  /// The name of the rule or transform.
  public let rule: String
  /// The reason.
  public let reason: String
}

extension Decision: CustomStringConvertible {
  /// The tensor, the action, the rule and the reason, in one line.
  public var description: String { "\(tensor): \(action.rawValue) by \(rule): \(reason)" }
}

extension Decision {
  /// The decisions of a configuration on a layer's weights and output.
  static func placements(of config: QuantizeConfig, rule: String) -> [Decision] {
    config.weights.map { name, quantizer in
      Decision(action: .placed, tensor: name, rule: rule, reason: quantizer.summary)
    } + [output(of: config, rule: rule)]
  }

  /// The decision of a configuration on a layer's output.
  static func output(of config: QuantizeConfig, rule: String) -> Decision {
    switch config.output {
    case .quantized(let quantizer):
      Decision(action: .placed, tensor: "output", rule: rule, reason: quantizer.summary)
    case .sharedWithInput:
      Decision(
        action: .shared, tensor: "output", rule: rule,
        reason: "the runtime wants one scale for input and output")
    case .unchanged:
      Decision(
        action: .notQuantized, tensor: "output", rule: rule,
        reason: "the layer's output needs no quantizer of its own here")
    }
  }
}

/// The decisions on one layer of a quantized model, in the order in which they were made.
public struct Explanation: Hashable, Sendable {
  /// The layer's name in the quantized model.
  public let name: String
  /// The types of the layers in it, which say what it computes.
  public let layer: String
  /// The decisions of the rules and transforms; empty if the layer is not annotated.
  public let decisions: [Decision]

  /// The layer, and a line for each decision.
  public var text: String {
    let lines = decisions.map { "  \($0)" }
    let inFloat = "  layer: left in float: it is not annotated"
    return (["\(name) (\(layer))"] + (lines.isEmpty ? [inFloat] : lines)).joined(separator: "\n")
  }
}

extension Explanation: CustomStringConvertible {
  /// The ``text``.
  public var description: String { text }
}
