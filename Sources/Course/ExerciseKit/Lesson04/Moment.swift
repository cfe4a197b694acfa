/// What happens when a layer is called with a batch.
public enum Moment: String, Hashable, CaseIterable, Sendable {
  /// The layer creates its weights for the batch's examples, then computes.
  case buildAndCall = "build and call"
  /// The layer is built already, and computes.
  case call
  /// The layer was built for other examples, and stops.
  case refuse
}
