import Layers
import Safetensors
import Support
import Tensors

/// Saves the whole state of a training in a file, from which `fit(…, resumingFrom:)` continues.
///
/// The file is saved after every epoch, when a training stops within an epoch, and optionally after every so
/// many steps. It is replaced as a whole or not at all: a program that dies while writing leaves the previous
/// checkpoint.
///
/// The file contains the state of the training, not its result: weights that another callback sets when the
/// run ends, such as those of the best epoch, are not in the file; a resumed run sets them again.
public final class Checkpoint: Callback {
  /// The path of the file.
  public let path: String
  private let everySteps: Int?

  /// Creates a callback that saves to `path` after every epoch and after every `everySteps` steps.
  public init(_ path: String, everySteps: Int? = nil) {
    require(
      everySteps ?? 1 > 0, "a Checkpoint is saved every 1 step or more; got every \(everySteps ?? 0)")
    (self.path, self.everySteps) = (path, everySteps)
  }

  /// Creates the file's folder if it is missing, and removes temporary files that killed writers left beside
  /// the file.
  ///
  /// A folder that cannot be created is thus reported before the first epoch.
  ///
  /// - Throws: `FileError` if the folder cannot be created.
  public func runBegins(_ run: TrainingRun) throws {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    if !folder.isEmpty { try AtomicFile.createFolder(folder.joined(separator: "/") + "/") }
    AtomicFile.removeAbandoned(of: path)
  }

  /// Saves after every `everySteps` steps.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  public func stepEnds(_ run: TrainingRun) throws {
    guard let everySteps, run.stepsTaken.isMultiple(of: everySteps) else { return }
    try CheckpointFile.save(run, to: path)
  }

  /// Saves after the epoch.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  public func epochEnds(_ run: TrainingRun) throws { try CheckpointFile.save(run, to: path) }

  /// Saves, unless no step was taken since the last epoch.
  ///
  /// - Throws: `FileError` if the file cannot be written.
  public func runEnds(_ run: TrainingRun) throws {
    if run.step > 0 { try CheckpointFile.save(run, to: path) }
  }
}

/// The state of a training as the content of a safetensors file.
///
/// - `model/…`: all weights by their paths; `optimizer/…/slot`: the optimizer's slots of each trainable
///   weight.
/// - `random/n`: the state of the n-th layer that draws random numbers, four integers.
/// - `history/…`, `learning rates`: the finished epochs; `epoch/sums`: the sums over the current epoch.
/// - `position`: epochs trained by the trainer, steps taken by the optimizer, steps taken in the current
///   epoch.
/// - `callback/Type/n/…`: the state of the n-th callback of a type.
/// - Metadata: the training's `identity`, and the quantizers to which the weights' ranges belong.
enum CheckpointFile {
  static let format = "swift-qat checkpoint 1"

  static func save(_ run: TrainingRun, to path: String) throws(FileError) {
    var file = contents(of: run)
    for (prefix, callback) in callbacks(of: run) {
      for (name, tensor) in callback.state { file.add(SafetensorsTensor(prefix + name, tensor)) }
    }
    try file.write(to: path)
  }

  /// Everything but the states of the callbacks.
  static func contents(of run: TrainingRun) -> SafetensorsFile {
    let identity = identity(of: run).compactMap { key, value in value.map { (key, $0) } }
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
    for (index, layer) in randomLayers(of: trainer.model).enumerated() {
      file.add(SafetensorsTensor("random/\(index)", shape: [4], values: layer.randomState.state))
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

  /// The key of how convolutions are computed; checkpoints from before there was a choice do not contain it.
  static let algorithmKey = "convolution algorithm"

  /// The properties in which a training must agree with the training it resumes, in the order of the checks; a file has
  /// no entry for nil.
  static func identity(of run: TrainingRun) -> [(key: String, value: String?)] {
    let trainer = run.trainer
    let classWeights = run.classWeights.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return [
      ("format", format),
      ("optimizer", "\(type(of: trainer.optimizer))"),
      ("loss", trainer.heads.map(described).joined(separator: ", ")),
      ("metrics", metricNames(of: trainer.heads).joined(separator: ", ")),
      ("class weights", classWeights.isEmpty ? nil : classWeights.joined(separator: ", ")),
      ("seed", "\(trainer.seed)"),
      (algorithmKey, trainer.convolutions.rawValue),
      ("batch size", "\(run.batchSize)"),
      ("examples", "\(run.exampleCount)"),
      ("validation examples", run.validationExampleCount.map { "\($0)" } ?? "none"),
    ]
  }

  /// The loss of a head: that of a trainer of one loss is its name alone.
  private static func described(_ head: Head) -> String {
    (head.name.map { "\($0): " } ?? "") + (head.weight == 1 ? "" : "\(head.weight) × ") + head.loss.name
  }

  private static func metricNames(of heads: [Head]) -> [String] {
    heads.flatMap { head in head.metrics.map { metric in (head.name.map { "\($0): " } ?? "") + metric.name } }
  }

  static func randomLayers(of model: Model) -> [any RandomLayer] {
    model.allLayers.compactMap { $0 as? any RandomLayer }
  }

  /// The callbacks, each with the prefix of its tensors' names, which does not depend on callbacks of other
  /// types.
  static func callbacks(of run: TrainingRun) -> [(prefix: String, callback: any Callback)] {
    var counts: [String: Int] = [:]
    return run.callbacks.map { callback in
      let type = "\(type(of: callback))"
      let index = counts[type, default: 0]
      counts[type] = index + 1
      return ("callback/\(type)/\(index)/", callback)
    }
  }
}
