import Support
import Tensors
import Training

/// A callback that does at each of its moments what a test wants.
final class Probe: Callback {
  var onRunBegin: (TrainingRun) throws -> Void = { _ in }
  var onEpochBegin: (TrainingRun) throws -> Void = { _ in }
  var onStep: (TrainingRun) throws -> Void = { _ in }
  var onEpochEnd: (TrainingRun) throws -> Void = { _ in }
  var onRunEnd: (TrainingRun) throws -> Void = { _ in }
  var onFailure: (TrainingRun) -> Void = { _ in }

  init() {}

  /// Does something after each step.
  convenience init(_ onStep: @escaping (TrainingRun) throws -> Void) {
    self.init()
    self.onStep = onStep
  }

  /// Does something after the run's n-th step.
  static func atStep(_ number: Int, _ body: @escaping (TrainingRun) throws -> Void) -> Probe {
    Probe { run in if run.stepsTaken == number { try body(run) } }
  }

  func runBegins(_ run: TrainingRun) throws { try onRunBegin(run) }
  func epochBegins(_ run: TrainingRun) throws { try onEpochBegin(run) }
  func stepEnds(_ run: TrainingRun) throws { try onStep(run) }
  func epochEnds(_ run: TrainingRun) throws { try onEpochEnd(run) }
  func runEnds(_ run: TrainingRun) throws { try onRunEnd(run) }
  func runFails(_ run: TrainingRun) { onFailure(run) }
}

/// What a test throws to end a training from within.
struct CutOff: Error {}

/// Examples that note what is asked of them: numbered inputs, whose targets are the same numbers.
final class SpyExamples: Examples {
  let count: Int
  /// The places of each batch, in the order in which they were taken.
  private(set) var batches: [[Int]] = []

  private let onBatch: () -> Void

  init(count: Int, onBatch: @escaping () -> Void = {}) { (self.count, self.onBatch) = (count, onBatch) }

  func batch(
    of places: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    batches.append(places)
    onBatch()
    let numbers = Tensor(places.map { Float($0) }, shape: [places.count, 1])
    return (numbers, .values(numbers))
  }
}
