import Support
import Tensors

/// The number of examples of each class that were predicted as each class.
public struct ConfusionMatrix: Hashable, Sendable, CustomStringConvertible {
  /// `counts[true class][predicted class]`.
  public let counts: [[Int]]

  /// Counts predictions by their true labels; both lie in `0 ..< classes`.
  public init(labels: [Int], predictions: [Int], classes: Int) {
    require(
      labels.count == predictions.count,
      "a confusion matrix needs one prediction for each label; got \(labels.count) labels and "
        + "\(predictions.count) predictions")
    var counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    for (label, prediction) in zip(labels, predictions) {
      require(
        (0..<classes).contains(label) && (0..<classes).contains(prediction),
        "a confusion matrix of \(classes) classes counts 0..<\(classes); got label \(label), prediction "
          + "\(prediction)")
      counts[label][prediction] += 1
    }
    self.counts = counts
  }

  /// Counts the largest output of each row of `[batch, classes]` by its true label.
  public init(labels: [Int], outputs: Tensor) {
    require(
      outputs.rank == 2, "a confusion matrix needs outputs of shape [batch, classes]; got \(outputs.shape)")
    self.init(labels: labels, predictions: outputs.argmax(axis: -1), classes: outputs.shape[1])
  }

  /// The number of classes.
  public var classes: Int { counts.count }

  /// The share of all examples that lie on the diagonal; NaN if there are no examples.
  public var accuracy: Double {
    let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    return Double(right) / Double(counts.joined().reduce(0, +))
  }

  /// The share of each class's examples that were predicted as that class; NaN for a class without examples.
  public var recall: [Double] {
    counts.indices.map { Double(counts[$0][$0]) / Double(counts[$0].reduce(0, +)) }
  }

  /// The share of each class's predictions that are correct; NaN for a class that was never predicted.
  public var precision: [Double] {
    counts.indices.map { column in
      Double(counts[column][column]) / Double(counts.reduce(0) { $0 + $1[column] })
    }
  }

  /// The counts as a table: a row per true class, a column per predicted class.
  public var table: TextTable {
    TextTable(
      columns: ["true \\ predicted"] + counts.indices.map(String.init),
      rows: counts.enumerated().map { label, row in ["\(label)"] + row.map(String.init) })
  }

  /// The table of the counts, and the accuracy below it.
  public var description: String {
    (table.terminalLines() + ["accuracy \(NumberFormat.fixed(4).string(accuracy))"])
      .joined(separator: "\n")
  }
}
