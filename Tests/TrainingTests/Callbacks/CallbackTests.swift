import Layers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// When callbacks are called, and what they can do to a run.
@Suite struct CallbackTests {
  /// A callback that passes a note of each call to `note`.
  private static func recorder(_ name: String, _ note: @escaping (String) -> Void) -> Probe {
    let probe = Probe()
    probe.onRunBegin = { _ in note("\(name) run begins") }
    probe.onEpochBegin = { note("\(name) epoch \($0.epoch) begins") }
    probe.onStep = { note("\(name) step \($0.step) of \($0.stepsPerEpoch), \($0.stepsTaken) in all") }
    probe.onEpochEnd = { note("\(name) epoch \($0.history.epochs.count) ends") }
    probe.onRunEnd = { _ in note("\(name) run ends") }
    return probe
  }

  @Test func `callbacks are called in order, and in reverse order at the end`() throws {
    var calls: [String] = []
    let callbacks = ["a", "b"].map { name in Self.recorder(name) { calls.append($0) } }
    try TinyTraining.trainer(.adam).fit(
      TensorExamples.random(count: 5, seed: 1), epochs: 2, batchSize: 3, callbacks: callbacks)
    let moments = [
      "run begins", "epoch 1 begins", "step 1 of 2, 1 in all", "step 2 of 2, 2 in all", "epoch 1 ends",
      "epoch 2 begins", "step 1 of 2, 3 in all", "step 2 of 2, 4 in all", "epoch 2 ends",
    ]
    var expected: [String] = []
    for moment in moments { expected += ["a \(moment)", "b \(moment)"] }
    #expect(calls == expected + ["b run ends", "a run ends"])
  }

  @Test func `checkpoints are saved after the other callbacks were called`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/made/for/it.safetensors"
    let probe = Probe.atStep(1) { _ in #expect(throws: FileError.self) { try AtomicFile.read(path) } }
    probe.onEpochEnd = { _ in #expect(throws: Never.self) { try AtomicFile.read(path) } }
    try TinyTraining.trainer(.adam).fit(
      TinyTraining.examples, batchSize: 12, callbacks: [Checkpoint(path, everySteps: 1), probe])
  }

  @Test func `a run that is told to stop ends after the step or the epoch`() throws {
    let trainer = TinyTraining.trainer(.adam)
    let inside = try trainer.fit(
      TinyTraining.examples, epochs: 3, batchSize: 12, callbacks: [Probe.atStep(6) { $0.stop() }])
    #expect(trainer.optimizer.step == 6)
    #expect(inside.epochs.count == 1 && !inside.wasInterrupted)

    let probe = Probe()
    probe.onEpochEnd = { $0.stop() }
    let atItsEnd = try trainer.fit(TinyTraining.examples, epochs: 3, batchSize: 12, callbacks: [probe])
    #expect(trainer.optimizer.step == 10)
    #expect(atItsEnd.epochs.count == 1)
  }

  @Test func `an error of a callback ends the training`() throws {
    let trainer = TinyTraining.trainer(.adam)
    var calls: [String] = []
    let first = Self.recorder("first") { calls.append($0) }
    first.onFailure = { calls.append("first fails after \($0.stepsTaken)") }
    let second = Probe.atStep(2) { _ in throw CutOff() }
    second.onFailure = { _ in calls.append("second fails") }
    #expect(throws: CutOff.self) {
      try trainer.fit(TinyTraining.examples, batchSize: 12, callbacks: [first, second])
    }
    #expect(trainer.optimizer.step == 2)
    #expect(calls.suffix(2) == ["second fails", "first fails after 2"])
    #expect(!calls.contains("first run ends"))
  }

  @Test func `a scheduler sets the learning rate of each epoch`() throws {
    let trainer = TinyTraining.trainer(.momentum)
    let history = try trainer.fit(
      TinyTraining.examples, epochs: 3, batchSize: 12,
      callbacks: [LearningRateScheduler { 1 / Float(1 << $0) }])
    #expect(history.epochs.map(\.learningRate) == [0.5, 0.25, 0.125])
  }

  @Test func `the history keeps the learning rate of the last step of an epoch`() throws {
    let trainer = Trainer(
      TinyTraining.model(), optimizer: SGD(learningRate: .stepwise(initial: 1, every: 4, factor: 0.5)),
      loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    let history = try trainer.fit(TinyTraining.examples, epochs: 2, batchSize: 12)
    // Four steps an epoch: steps 0 … 3 have rate 1, steps 4 … 7 half of it.
    #expect(history.epochs.map(\.learningRate) == [1, 0.5])
  }

  @Test func `a recorder keeps the statistics of the start and of every third step`() throws {
    var step: Float = 0
    let recorder = StatisticsRecorder(every: 3) { _ in
      defer { step += 1 }
      return Tensor([step, step + 2, step + 4], shape: [3])
    }
    try TinyTraining.trainer(.adam).fit(
      TinyTraining.examples, epochs: 2, batchSize: 12, callbacks: [recorder])
    #expect(recorder.records.map(\.step) == [0, 3, 6])
    #expect(recorder.records.map(\.minimum) == [0, 1, 2])
    #expect(recorder.records.map(\.maximum) == [4, 5, 6])
    #expect(recorder.records.map(\.mean) == [2, 3, 4])
    // The variance of 0, 2, 4 about 2 is 8/3.
    for record in recorder.records { #expect(abs(record.standardDeviation - 1.632_993) < 1e-6) }
  }

  @Test func `a recorder discards the records of an earlier training`() throws {
    let recorder = StatisticsRecorder(every: 4) { $0.model.weights[0].value }
    for _ in 0..<2 {
      try TinyTraining.trainer(.adam).fit(TinyTraining.examples, batchSize: 12, callbacks: [recorder])
      #expect(recorder.records.map(\.step) == [0, 4])
    }
  }
}
