import Layers
import Safetensors
import Support
import Tensors

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension CheckpointFile {
  /// Puts a run where the checkpoint left it; without a file there, nothing happens.
  ///
  /// Everything is read and checked before anything is changed.
  ///
  /// - Throws: `SafetensorsError` if the file is damaged, `TrainingError` if it is another training's.
  static func resume(_ run: TrainingRun, from path: String) throws {
    guard access(path, F_OK) == 0 else { return }
    let file = try SafetensorsFile(contentsOf: path)
    try check(file, belongsTo: run, path)
    let trainer = run.trainer
    let weights = try file.weights(of: trainer.model, prefix: "model/")
    var memories: [(Variable, [Tensor])] = []
    for (path, variable) in trainer.model.namedWeights where variable.trainable {
      let slots = try trainer.optimizer.slots.map {
        try file.tensor("optimizer/\(path)/\($0)", shape: variable.shape)
      }
      memories.append((variable, slots))
    }
    let layers = randomLayers(of: trainer.model)
    let states = try layers.indices.map { try randomState($0, in: file, path) }
    let history = try history(in: file, run, path)
    let sums = try file.values("epoch/sums", as: Double.self, shape: [run.running.sums.count])
    let position = try position(in: file, run, path)

    for (variable, value) in weights { variable.value = value }
    for (variable, slots) in memories { trainer.optimizer.remember(slots, of: variable) }
    for (layer, state) in zip(layers, states) { layer.randomState = state }
    trainer.epochsTrained = position[0]
    trainer.optimizer.step = position[1]
    (run.step, run.running.examples, run.running.sums) = (position[2], position[3], sums)
    run.history = history
    for (number, callback) in run.callbacks.enumerated() {
      callback.restore(tensors(in: file, under: "callback/\(number)/"))
    }
  }

  private static func check(
    _ file: SafetensorsFile, belongsTo run: TrainingRun, _ path: String
  ) throws(TrainingError) {
    for (key, expected) in identity(of: run).sorted(by: { $0.key < $1.key }) {
      let found = file.metadata[key].map { SafetensorsError.quoted($0) } ?? "missing"
      guard file.metadata[key] == expected else {
        throw .checkpointDiffers(path: path, what: "its \(key) is", expected: "\"\(expected)\"", found: found)
      }
    }
    let known = Set(run.model.namedWeights.map { "model/" + $0.path })
    let unknown = file.tensors.map(\.name).first { $0.hasPrefix("model/") && !known.contains($0) }
    if let unknown {
      throw .checkpointDiffers(
        path: path, what: "it has the weight", expected: "without", found: SafetensorsError.quoted(unknown))
    }
  }

  /// Epochs trained, the optimizer's steps, steps in this epoch, examples in this epoch: none below 0, and
  /// the last two such as this run can reach.
  private static func position(
    in file: SafetensorsFile, _ run: TrainingRun, _ path: String
  ) throws -> [Int] {
    let position = try file.values("position", as: Int64.self, shape: [4]).map { Int($0) }
    let examples = min(
      position[2].multipliedReportingOverflow(by: run.batchSize).partialValue, run.exampleCount)
    guard
      position.allSatisfy({ $0 >= 0 }), position[2] < run.stepsPerEpoch, position[3] == examples
    else {
      throw TrainingError.checkpointDiffers(
        path: path, what: "its position is", expected: "within \(run.stepsPerEpoch) steps",
        found: "\(position)")
    }
    return position
  }

  private static func randomState(
    _ number: Int, in file: SafetensorsFile, _ path: String
  ) throws -> SeededGenerator {
    let state = try file.values("random/\(number)", as: UInt64.self, shape: [4])
    guard let generator = SeededGenerator(state: state) else {
      throw TrainingError.checkpointDiffers(
        path: path, what: "its random state \(number) is", expected: "not all 0", found: "\(state)")
    }
    return generator
  }

  private static func history(
    in file: SafetensorsFile, _ run: TrainingRun, _ path: String
  ) throws -> History {
    let rates = try file.floats("history/learning rate")
    let names = ["loss"] + run.trainer.metrics.map(\.name)
    guard !rates.isEmpty else { return History() }
    func columns(_ prefix: String) throws -> [[Double]] {
      try names.map { try file.values("history/" + prefix + $0, as: Double.self, shape: [rates.count]) }
    }
    let training = try columns("")
    let validation = file["history/val_loss"] == nil ? nil : try columns("val_")
    var history = History()
    history.epochs = rates.indices.map { epoch in
      History.Epoch(
        number: epoch + 1, training: Scores(names: names, values: training.map { $0[epoch] }),
        validation: validation.map { Scores(names: names, values: $0.map { $0[epoch] }) },
        learningRate: rates[epoch])
    }
    return history
  }

  private static func tensors(in file: SafetensorsFile, under prefix: String) -> [String: Tensor] {
    let found = file.tensors.filter { $0.name.hasPrefix(prefix) && !$0.shape.contains(0) }
    return Dictionary(
      uniqueKeysWithValues: found.compactMap { tensor in
        tensor.floats().map { (String(tensor.name.dropFirst(prefix.count)), Tensor($0, shape: tensor.shape)) }
      })
  }
}
