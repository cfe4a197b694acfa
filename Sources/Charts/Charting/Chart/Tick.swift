/// A place on an axis and what is written there.
public struct Tick: Hashable, Codable, Sendable {
  /// The number at the tick.
  public var position: Double
  /// What is written; may be empty.
  public var label: String

  /// Creates a tick.
  public init(at position: some Plottable, _ label: String) {
    (self.position, self.label) = (position.plotted, label)
  }
}
