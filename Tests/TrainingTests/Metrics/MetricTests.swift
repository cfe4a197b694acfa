import Tensors
import TestSupport
import Testing
import Training

/// Metrics against tf_keras, ties included.
@Suite struct MetricTests {
  @Test func `accuracies equal those of Keras, also where outputs are equal`() throws {
    let fixture = try KerasFixture("metrics", in: .module)
    let outputs = try fixture.one("output")
    let classes = try fixture.one("target").values.map { Int($0) }
    for metric in [.accuracy] + (1...4).map(Metric.topK) {
      expectNear(Tensor(metric(outputs, .classes(classes))), try fixture.one(metric.name), metric.name)
    }
  }

  @Test func `metrics take probabilities for their most likely class`() {
    let outputs = Tensor([0.1, 0.7, 0.2, 0.5, 0.3, 0.2], shape: [2, 3])
    let targets = Targets.values(Tensor([0.2, 0.6, 0.2, 0, 0, 1], shape: [2, 3]))
    #expect(Metric.accuracy(outputs, targets) == 0.5)
    #expect(Metric.topK(2)(outputs, targets) == 0.5)
    #expect(Metric.topK(3)(outputs, targets) == 1)
  }

  @Test func `the mean absolute error is the mean over all elements`() throws {
    let fixture = try KerasFixture("metrics", in: .module)
    let outputs = try fixture.one("output")
    let rows = stride(from: 0, to: outputs.count, by: 4).map { outputs.values[$0..<$0 + 4] }
    let reversed = Tensor(rows.reversed().flatMap { $0 }, shape: outputs.shape)
    let metric = Metric.meanAbsoluteError
    expectNear(Tensor(metric(outputs, .values(reversed))), try fixture.one(metric.name), metric.name)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `an example whose outputs are not finite counts as wrong`(_ value: Float) {
    let outputs = Tensor([value, 0, 1, 3, 2, 1], shape: [2, 3])
    // The first row is wrong whatever its class; in the second, class 0 is the largest.
    for label in 0..<3 { #expect(Metric.topK(3)(outputs, .classes([label, 0])) == 0.5) }
  }
}

/// Counts of true and predicted classes.
@Suite struct ConfusionMatrixTests {
  private let matrix = ConfusionMatrix(
    labels: [0, 0, 0, 1, 2, 2], predictions: [0, 0, 1, 1, 0, 2], classes: 4)

  @Test func `a confusion matrix has a row for each true class`() {
    #expect(matrix.counts == [[2, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]])
    #expect(matrix.classes == 4)
    #expect(matrix.table.columns == ["true \\ predicted", "0", "1", "2", "3"])
    #expect(matrix.table.rows[2] == ["2", "1", "0", "1", "0"])
  }

  @Test func `accuracy, recall and precision are shares of diagonal, row and column`() {
    #expect(matrix.accuracy == 4.0 / 6.0)
    let twoThirds = 2.0 / 3.0
    #expect(matrix.recall.prefix(3) == [twoThirds, 1, 0.5])
    #expect(matrix.precision.prefix(3) == [twoThirds, 0.5, 1])
    #expect(matrix.recall[3].isNaN && matrix.precision[3].isNaN)
  }

  @Test func `a confusion matrix prints its counts and its accuracy`() {
    let matrix = ConfusionMatrix(labels: [0, 0, 1], predictions: [0, 1, 1], classes: 2)
    #expect(
      "\(matrix)" == """
        true \\ predicted  0  1
        ────────────────  ─  ─
                       0  1  1
                       1  0  1
        accuracy 0.6667
        """)
  }

  @Test func `a confusion matrix counts the largest output of each example`() {
    let outputs = Tensor([0, 2, 1, 5, 5, 0], shape: [2, 3])
    #expect(
      ConfusionMatrix(labels: [1, 1], outputs: outputs).counts == [[0, 0, 0], [1, 1, 0], [0, 0, 0]])
  }
}
