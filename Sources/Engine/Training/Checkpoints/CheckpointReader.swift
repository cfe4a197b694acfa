import Layers
import Platform
import Safetensors
import Support
import Tensors

/// Restores a run from a checkpoint.
///
/// The whole file is read and checked before anything is changed.
struct CheckpointReader {
  private let run: TrainingRun
  private let path: String
  private let file: SafetensorsFile

  /// A limit on steps and epochs that no training reaches; beyond it, further counting would overflow.
  private static let mostSteps = 1 << 40

  /// Reads a checkpoint of this run; nil if the file does not exist.
  ///
  /// - Throws: `SafetensorsError` if the file is damaged, ``TrainingError`` if it belongs to another
  ///   training.
  init?(_ run: TrainingRun, path: String) throws {
    guard access(path, F_OK) == 0 || errno != ENOENT else { return nil }
    (self.run, self.path, file) = (run, path, try SafetensorsFile(contentsOf: path))
    try checkIdentity()
    try checkNames()
  }

  /// Restores the run.
  ///
  /// - Throws: `SafetensorsError` or ``TrainingError`` if the file is damaged; the run is then unchanged.
  func restore() throws {
    let trainer = run.trainer
    let weights = try file.weights(of: trainer.model, prefix: "model/")
    let memories = try weights.compactMap { (path, variable, _) -> (Variable, [Tensor])? in
      guard variable.trainable else { return nil }
      let slots = try trainer.optimizer.slots.map {
        try file.tensor("optimizer/\(path)/\($0)", shape: variable.shape)
      }
      return (variable, slots)
    }
    let layers = CheckpointFile.randomLayers(of: trainer.model)
    let states = try layers.indices.map(randomState)
    let history = try history()
    let position = try position(after: history)
    var running = RunningScores(names: trainer.heads.scoreNames)
    running.sums = try file.values("epoch/sums", shape: [running.sums.count])
    running.examples = min(position.step * run.batchSize, run.exampleCount)
    guard running.sums[0].isFinite else { throw damaged("its sum of losses is \(running.sums[0])") }
    let callbacks = try callbackStates()

    for (_, variable, value) in weights { variable.value = value }
    for (variable, slots) in memories { trainer.optimizer.remember(slots, of: variable) }
    for (layer, state) in zip(layers, states) { layer.randomState = state }
    for (callback, state) in callbacks { callback.restore(state) }
    (trainer.epochsTrained, trainer.optimizer.step) = (position.epochsTrained, position.optimizerStep)
    (run.step, run.running, run.history) = (position.step, running, history)
  }

  private func damaged(_ what: String) -> TrainingError { .checkpointDamaged(path: path, what: what) }

  private func checkIdentity() throws(TrainingError) {
    for (key, expected) in CheckpointFile.identity(of: run) {
      let earlier = key == CheckpointFile.algorithmKey ? ConvolutionAlgorithm.direct.rawValue : nil
      let found = file.metadata[key] ?? earlier
      guard found == expected else {
        throw .checkpointDiffers(
          path: path, what: "its \(key) \(key.hasSuffix("weights") ? "are" : "is")",
          expected: expected.map { "\"\($0)\"" } ?? "none",
          found: found.map(UntrustedText.quoted) ?? "missing")
      }
    }
    // Checkpoints from before the settings were saved do not contain them.
    for (name, value) in run.trainer.model.allWeightSettings {
      guard let found = file.metadata[name], found != value else { continue }
      throw .checkpointDiffers(
        path: path, what: "its \(name) is", expected: UntrustedText.quoted(value),
        found: UntrustedText.quoted(found))
    }
  }

  /// Rejects tensors that this run would never save; missing tensors are found when they are read.
  private func checkNames() throws(TrainingError) {
    let known = Set(CheckpointFile.contents(of: run).tensors.map(\.name))
    let prefixes = CheckpointFile.callbacks(of: run).map(\.prefix) + ["history/"]
    for name in file.tensors.map(\.name) where !known.contains(name) {
      guard prefixes.contains(where: name.hasPrefix) else {
        throw .checkpointDiffers(
          path: path, what: "it has the tensor", expected: "without it", found: UntrustedText.quoted(name))
      }
    }
  }

  private func randomState(_ index: Int) throws -> SeededGenerator {
    let state = try file.values("random/\(index)", as: UInt64.self, shape: [4])
    guard let generator = SeededGenerator(state: state) else {
      throw damaged("its random state \(index) is \(state), which gives no random numbers")
    }
    return generator
  }

  /// The finished epochs.
  ///
  /// A training ends at a loss that is not finite, but metrics and validation may have any value.
  private func history() throws -> History {
    let rates = try file.floats("learning rates")
    guard rates.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw damaged("its learning rates are \(rates)")
    }
    let names = run.running.names
    func scores(_ prefix: String) throws -> [Scores] {
      let columns: [[Double]] = try names.map {
        rates.isEmpty ? [] : try file.values("history/" + prefix + $0, shape: [rates.count])
      }
      return rates.indices.map { epoch in Scores(names: names, values: columns.map { $0[epoch] }) }
    }
    let training = try scores("")
    guard training.allSatisfy(\.loss.isFinite) else {
      throw damaged("its history has the losses \(training.map(\.loss))")
    }
    let validation = run.validationExampleCount == nil ? nil : try scores("val_")
    var history = History()
    history.epochs = rates.indices.map { epoch in
      History.Epoch(
        number: epoch + 1, training: training[epoch], validation: validation?[epoch],
        learningRate: rates[epoch])
    }
    return history
  }

  private func position(
    after history: History
  ) throws -> (epochsTrained: Int, optimizerStep: Int, step: Int) {
    let values = try file.values("position", as: Int64.self, shape: [3]).map { Int($0) }
    guard
      values.allSatisfy({ (0...Self.mostSteps).contains($0) }), values[0] >= history.epochs.count,
      values[2] <= run.stepsPerEpoch
    else {
      throw damaged(
        "its position is \(values), after \(history.epochs.count) epochs of \(run.stepsPerEpoch) steps")
    }
    return (values[0], values[1], values[2])
  }

  /// The states of the callbacks, each accepted by its callback.
  private func callbackStates() throws -> [(callback: any Callback, state: [String: Tensor])] {
    try CheckpointFile.callbacks(of: run).map { (prefix, callback) in
      var state: [String: Tensor] = [:]
      for tensor in file.tensors where tensor.name.hasPrefix(prefix) {
        guard let values = tensor.floats(), !values.isEmpty else {
          throw damaged("\(UntrustedText.quoted(tensor.name)) holds no floats")
        }
        state[String(tensor.name.dropFirst(prefix.count))] = Tensor(values, shape: tensor.shape)
      }
      guard callback.accepts(state, of: run) else {
        throw damaged("what it keeps under \(UntrustedText.quoted(prefix)) does not fit that callback")
      }
      return (callback, state)
    }
  }
}
