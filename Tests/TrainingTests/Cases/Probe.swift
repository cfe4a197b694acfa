import Support
import Tensors
import Training

/// A callback whose functions are set by a test.
final class Probe: Callback {
  var onRunBegin: (TrainingRun) throws -> Void = { _ in }
  var onEpochBegin: (TrainingRun) throws -> Void = { _ in }
  var onStep: (TrainingRun) throws -> Void = { _ in }
  var onEpochEnd: (TrainingRun) throws -> Void = { _ in }
  var onRunEnd: (TrainingRun) throws -> Void = { _ in }
  var onFailure: (TrainingRun) -> Void = { _ in }

  init() {}

  /// Creates a callback with a function for each step.
  convenience init(_ onStep: @escaping (TrainingRun) throws -> Void) {
    self.init()
    self.onStep = onStep
  }

  /// A callback with a function for a single step of the run, counted from 1.
  static func atStep(_ step: Int, _ body: @escaping (TrainingRun) throws -> Void) -> Probe {
    Probe { run in if run.stepsTaken == step { try body(run) } }
  }

  func runBegins(_ run: TrainingRun) throws { try onRunBegin(run) }
  func epochBegins(_ run: TrainingRun) throws { try onEpochBegin(run) }
  func stepEnds(_ run: TrainingRun) throws { try onStep(run) }
  func epochEnds(_ run: TrainingRun) throws { try onEpochEnd(run) }
  func runEnds(_ run: TrainingRun) throws { try onRunEnd(run) }
  func runFails(_ run: TrainingRun) { onFailure(run) }
}

/// An error that tests throw to end a training from within.
struct CutOff: Error {}

/// Examples that record the requested batches; each input and target is the example's index.
final class SpyExamples: Examples {
  let count: Int
  /// The indices of each batch, in the order of the calls.
  private(set) var batches: [[Int]] = []

  private let onBatch: () -> Void

  init(count: Int, onBatch: @escaping () -> Void = {}) { (self.count, self.onBatch) = (count, onBatch) }

  func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    batches.append(indices)
    onBatch()
    let values = Tensor(indices.map { Float($0) }, shape: [indices.count, 1])
    return (values, .values(values))
  }
}
