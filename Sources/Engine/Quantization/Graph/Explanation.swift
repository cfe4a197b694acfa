/// What was decided for one layer of a quantized model, in order.
public struct Explanation: Hashable, Sendable {
  /// The layer's name in the quantized model.
  public let name: String
  /// What it computes: the types of the layers in it.
  public let layer: String
  /// What the rules and transforms did.
  public let decisions: [Decision]

  /// The layer, and a line for each decision.
  public var text: String {
    let lines = decisions.map { "  \($0.tensor): \($0.action.rawValue) by \($0.rule): \($0.reason)" }
    let left = "  layer: left in float: it is not annotated"
    return (["\(name) (\(layer))"] + (lines.isEmpty ? [left] : lines)).joined(separator: "\n")
  }
}
