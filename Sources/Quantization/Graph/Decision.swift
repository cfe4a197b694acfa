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
