import Tensors

/// Sums of loss and metrics over the batches seen so far, in double precision.
struct RunningScores: Equatable {
  let names: [String]
  var sums: [Double]
  var examples = 0

  init(metrics: [Metric]) {
    names = ["loss"] + metrics.map(\.name)
    sums = Array(repeating: 0, count: names.count)
  }

  /// Takes in the means over a batch.
  mutating func add(loss: Float, metrics: [Float], examples count: Int) {
    for (place, mean) in ([loss] + metrics).enumerated() { sums[place] += Double(mean) * Double(count) }
    examples += count
  }

  /// The means over all examples so far.
  var scores: Scores {
    Scores(names: names, values: sums.map { examples == 0 ? .nan : $0 / Double(examples) })
  }
}
