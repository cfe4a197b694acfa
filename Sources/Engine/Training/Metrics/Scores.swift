import Support

/// The loss and the metrics of a model over some examples, in the order in which they were asked for.
public struct Scores: Hashable, Sendable, CustomStringConvertible {
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

  /// The values with their names, as Keras writes them: `loss 0.0512  accuracy 0.9840`.
  public var description: String { items(prefix: "").joined(separator: "  ") }

  /// Each value behind its name and what stands before it; all of the same length but for very small ones.
  func items(prefix: String) -> [String] {
    zip(names, values).map { name, value in
      let format = value == 0 || value.magnitude >= 0.001 ? NumberFormat.fixed(4) : .significant(4)
      return "\(prefix)\(name) \(format.string(value))"
    }
  }
}
