import Support
import Tensors

/// The loss and the metrics of a model over a set of examples, in the order of the trainer's metrics.
///
/// With several heads the names are those of Keras: `loss` is the weighted sum of the heads' losses, `HEAD_loss` the
/// loss of one head without its weight, `HEAD_accuracy` a metric of one head.
public struct Scores: Hashable, Sendable, CustomStringConvertible {
  /// The names, `loss` first.
  public let names: [String]
  /// The value of each name, a mean over the examples.
  public let values: [Double]

  /// Creates scores, with one value per name.
  package init(names: [String], values: [Double]) {
    (self.names, self.values) = (names, values)
  }

  /// The mean loss.
  public var loss: Double { values.first ?? .nan }

  /// The share of correctly classified examples, if ``Metric/accuracy`` is among the metrics.
  public var accuracy: Double? { self["accuracy"] }

  /// The value of this name; nil if it was not measured.
  public subscript(name: String) -> Double? {
    names.firstIndex(of: name).map { values[$0] }
  }

  /// The values with their names, as Keras writes them: `loss 0.0512  accuracy 0.9840`.
  public var description: String { items(prefix: "").joined(separator: "  ") }

  /// Each name, with a prefix, and its value; values have the same length, except very small ones.
  func items(prefix: String) -> [String] {
    zip(names, values).map { name, value in
      let format = value == 0 || value.magnitude >= 0.001 ? NumberFormat.fixed(4) : .significant(4)
      return "\(prefix)\(name) \(format.string(value))"
    }
  }
}

/// Sums of loss and metrics over the batches seen so far, in double precision.
struct RunningScores: Equatable {
  let names: [String]
  var sums: [Double]
  var examples = 0

  init(names: [String]) {
    self.names = names
    sums = Array(repeating: 0, count: names.count)
  }

  /// Adds the means over a batch, in the order of the names.
  mutating func add(_ means: [Float], examples count: Int) {
    for (index, mean) in means.enumerated() { sums[index] += Double(mean) * Double(count) }
    examples += count
  }

  /// The means over all examples so far.
  var scores: Scores {
    Scores(names: names, values: sums.map { examples == 0 ? .nan : $0 / Double(examples) })
  }
}
