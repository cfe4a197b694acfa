import Layers
import Safetensors
import Support
import Tensors
import TestSupport
import Testing
import Training

/// A training that was cut off and resumed ends like an uninterrupted training, bit for bit.
@Suite struct ResumeTests {
  private static let steps = 16

  @Test(arguments: TinyTraining.Kind.allCases)
  func `a training that is cut off at any step and resumed ends the same`(_ kind: TinyTraining.Kind)
    throws
  {
    let whole = try TinyRun(kind).fit()
    #expect(whole.steps == Self.steps && whole.records.count == Self.steps + 1)
    for step in 1...Self.steps {
      for everySteps in [1, 3] {
        let folder = try TemporaryFolder()
        let path = folder.path + "/run.safetensors"
        #expect(throws: CutOff.self) {
          try TinyRun(kind).fit(
            path, everySteps: everySteps, callbacks: [Probe.atStep(step) { _ in throw CutOff() }])
        }
        #expect(try TinyRun(kind).fit(path, everySteps: everySteps) == whole, "cut off at step \(step)")
      }
    }
  }

  /// The validation, which may take long, lies between the last step of an epoch and its end.
  @Test(arguments: TinyTraining.Kind.allCases)
  func `a training cut off between an epoch and its validation ends the same`(_ kind: TinyTraining.Kind)
    throws
  {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    let probe = Probe()
    probe.onEpochEnd = { run in if run.history.epochs.count == 2 { throw CutOff() } }
    #expect(throws: CutOff.self) { try TinyRun(kind).fit(path, callbacks: [probe]) }
    let file = try SafetensorsFile(contentsOf: path)
    #expect(try file.values("position", as: Int64.self) == [1, 8, 4])
    #expect(try TinyRun(kind).fit(path) == TinyRun(kind).fit())
  }

  @Test func `a training that is stopped again and again ends the same`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    for step in [1, 2, 5, 8, 9, 15] {
      let run = TinyRun(.adam)
      try run.fit(path, everySteps: 1000, callbacks: [Probe.atStep(step) { $0.stop() }])
      #expect(run.trainer.optimizer.step == step)
    }
    #expect(try TinyRun(.adam).fit(path) == TinyRun(.adam).fit())
  }

  @Test func `a finished training is restored without taking a step`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    let whole = try TinyRun(.adam).fit(path)
    let again = Probe { _ in Issue.record("a step was taken") }
    #expect(try TinyRun(.adam).fit(path, callbacks: [again]) == whole)
  }

  @Test func `a finished training can be resumed for more epochs`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    func fit(_ epochs: Int, path: String?) throws -> [[Float]] {
      let trainer = TinyTraining.trainer(.adam)
      try trainer.fit(
        TinyTraining.examples, epochs: epochs, batchSize: 12, validation: TinyTraining.validation,
        callbacks: [EarlyStopping(patience: 10, restoringBestWeights: true)]
          + (path.map { [Checkpoint($0)] } ?? []),
        resumingFrom: path)
      return trainer.model.weights.map(\.value.values)
    }
    _ = try fit(2, path: path)
    #expect(try fit(6, path: path) == fit(6, path: nil))
  }

  @Test func `a second fit is resumed with its own orders of examples`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    func weights(_ trainer: Trainer) -> [[Float]] { trainer.model.weights.map(\.value.values) }
    let whole = TinyTraining.trainer(.adam)
    for _ in 0..<2 { try whole.fit(TinyTraining.examples, epochs: 2, batchSize: 12) }

    let cut = TinyTraining.trainer(.adam)
    try cut.fit(TinyTraining.examples, epochs: 2, batchSize: 12)
    #expect(throws: CutOff.self) {
      try cut.fit(
        TinyTraining.examples, epochs: 2, batchSize: 12,
        callbacks: [Probe.atStep(6) { _ in throw CutOff() }, Checkpoint(path, everySteps: 1)])
    }
    let resumed = TinyTraining.trainer(.adam)
    try resumed.fit(TinyTraining.examples, epochs: 2, batchSize: 12, resumingFrom: path)
    #expect(weights(resumed) == weights(whole))
    #expect(resumed.epochsTrained == 4)
  }

  @Test func `a training of a model made without an input shape is resumed`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    func weights(_ callbacks: [any Callback], from path: String? = nil) throws -> [[Float]] {
      let trainer = TinyTraining.trainer(
        .adam, model: Sequential([Dense(units: 5), ReLU(), Dense(units: 3)]))
      try trainer.fit(
        TinyTraining.examples, epochs: 2, batchSize: 12, callbacks: callbacks, resumingFrom: path)
      return trainer.model.weights.map(\.value.values)
    }
    let cut: [any Callback] = [Probe.atStep(3) { _ in throw CutOff() }, Checkpoint(path, everySteps: 1)]
    #expect(throws: CutOff.self) { try weights(cut) }
    #expect(try weights([], from: path) == weights([]))
  }

  @Test func `callbacks without a state may be added to a resumed training`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    #expect(throws: CutOff.self) {
      try TinyRun(.adam).fit(path, callbacks: [Probe.atStep(9) { _ in throw CutOff() }])
    }
    #expect(try TinyRun(.adam).fit(path, callbacks: [Probe(), Probe()]) == TinyRun(.adam).fit())
  }
}
