/// The loss and the metrics of a model over some examples, in the order in which they were asked for.
public struct Scores: Hashable, Sendable {
  /// The names, `loss` first.
  public let names: [String]
  /// The value of each, a mean over the examples.
  public let values: [Double]

  /// Creates scores; there is one value for each name.
  package init(names: [String], values: [Double]) {
    (self.names, self.values) = (names, values)
  }

  /// The mean loss.
  public var loss: Double { values.first ?? .nan }

  /// The share of examples classified right, if accuracy was asked for.
  public var accuracy: Double? { self["accuracy"] }

  /// The value of this name; nil if it was not asked for.
  public subscript(name: String) -> Double? {
    names.firstIndex(of: name).map { values[$0] }
  }
}
