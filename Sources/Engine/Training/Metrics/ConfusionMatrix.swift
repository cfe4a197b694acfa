import Support
import Tensors

/// How often examples of each class were taken for each class.
public struct ConfusionMatrix: Hashable, Sendable {
  /// `counts[true class][predicted class]`.
  public let counts: [[Int]]

  /// Counts predictions against the true labels; both lie in `0 ..< classes`.
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

  /// Counts the largest of each row of outputs, `[batch, classes]`, against the true labels.
  public init(labels: [Int], outputs: Tensor) {
    require(
      outputs.rank == 2, "a confusion matrix needs outputs of shape [batch, classes]; got \(outputs.shape)")
    self.init(labels: labels, predictions: outputs.argmax(axis: -1), classes: outputs.shape[1])
  }

  /// How many classes there are.
  public var classes: Int { counts.count }

  /// The share of all examples that lie on the diagonal; not a number if there are no examples.
  public var accuracy: Double {
    let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    return Double(right) / Double(counts.joined().reduce(0, +))
  }

  /// Of the examples of each class, the share found; not a number for a class without examples.
  public var recall: [Double] {
    counts.indices.map { Double(counts[$0][$0]) / Double(counts[$0].reduce(0, +)) }
  }

  /// Of the examples taken for each class, the share that belong to it; not a number if none were.
  public var precision: [Double] {
    counts.indices.map { column in
      Double(counts[column][column]) / Double(counts.reduce(0) { $0 + $1[column] })
    }
  }

  /// The counts as a table: a row for each true class, a column for each prediction.
  public var table: TextTable {
    TextTable(
      columns: ["true \\ predicted"] + counts.indices.map(String.init),
      rows: counts.enumerated().map { label, row in ["\(label)"] + row.map(String.init) })
  }
}
