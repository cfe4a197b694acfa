import Layers
import Safetensors
import Support
import Tensors

/// A training's state as a safetensors file holds it.
///
/// - `model/…`: all weights by their paths; `optimizer/…/slot`: what the optimizer remembers of each.
/// - `random/n`: the state of the n-th layer that draws random numbers, four integers.
/// - `history/…`, `learning rates`: what finished epochs measured; `epoch/sums`: the sums over the epoch under way.
/// - `position`: epochs trained by the trainer, steps taken by the optimizer, steps taken in this epoch.
/// - `callback/Type/n/…`: what the n-th callback of a type wants kept.
/// - Metadata: who trains, and with what; see `identity`. And what quantizers the weights' ranges belong to.
enum CheckpointFile {
  static let format = "swift-qat checkpoint 1"

  static func save(_ run: TrainingRun, to path: String) throws(FileError) {
    var file = contents(of: run)
    for (prefix, callback) in callbacks(of: run) {
      for (name, tensor) in callback.state { file.add(SafetensorsTensor(prefix + name, tensor)) }
    }
    try file.write(to: path)
  }

  /// Everything but what the callbacks want kept.
  static func contents(of run: TrainingRun) -> SafetensorsFile {
    let identity = identity(of: run).map { ($0.key, $0.value) }
    var file = SafetensorsFile(metadata: Dictionary(uniqueKeysWithValues: identity))
    let trainer = run.trainer
    for (name, value) in trainer.model.allWeightSettings { file.metadata[name] = value }
    for (path, variable) in trainer.model.namedWeights {
      file.add(SafetensorsTensor("model/" + path, variable.value))
      guard variable.trainable else { continue }
      for (slot, value) in zip(trainer.optimizer.slots, trainer.optimizer.values(of: variable)) {
        file.add(SafetensorsTensor("optimizer/\(path)/\(slot)", value))
      }
    }
    for (number, layer) in randomLayers(of: trainer.model).enumerated() {
      file.add(SafetensorsTensor("random/\(number)", shape: [4], values: layer.randomState.state))
    }
    add(run.history, to: &file)
    file.add(SafetensorsTensor("epoch/sums", shape: [run.running.sums.count], values: run.running.sums))
    let position = [trainer.epochsTrained, trainer.optimizer.step, run.step]
    file.add(SafetensorsTensor("position", shape: [3], values: position.map(Int64.init)))
    return file
  }

  private static func add(_ history: History, to file: inout SafetensorsFile) {
    for name in history.names {
      file.add(SafetensorsTensor("history/" + name, shape: [history.epochs.count], values: history[name]))
    }
    let rates = history.epochs.map(\.learningRate)
    file.add(SafetensorsTensor("learning rates", shape: [rates.count], values: rates))
  }

  /// What a training must have in common with the one that is resumed, in the order in which it is asked.
  static func identity(of run: TrainingRun) -> [(key: String, value: String)] {
    let trainer = run.trainer
    return [
      ("format", format),
      ("optimizer", "\(type(of: trainer.optimizer))"),
      ("loss", trainer.loss.name),
      ("metrics", trainer.metrics.map(\.name).joined(separator: ", ")),
      ("seed", "\(trainer.seed)"),
      ("batch size", "\(run.batchSize)"),
      ("examples", "\(run.exampleCount)"),
      ("validation examples", run.validationExampleCount.map { "\($0)" } ?? "none"),
    ]
  }

  static func randomLayers(of model: Model) -> [any RandomLayer] {
    model.allLayers.compactMap { $0 as? any RandomLayer }
  }

  /// The callbacks, each with what stands before the names of its tensors; others beside it do not change it.
  static func callbacks(of run: TrainingRun) -> [(prefix: String, callback: any Callback)] {
    var counts: [String: Int] = [:]
    return run.callbacks.map { callback in
      let type = "\(type(of: callback))"
      let number = counts[type, default: 0]
      counts[type] = number + 1
      return ("callback/\(type)/\(number)/", callback)
    }
  }
}
