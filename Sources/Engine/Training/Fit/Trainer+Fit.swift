import CProcess
import Layers
import Support
import Tensors

extension Trainer {
  /// Trains for a number of epochs, each of which takes every example once, in a new order.
  ///
  /// Ctrl-C ends the training after the current step, or after the current batch of a validation: weights and
  /// history are kept, and ``History/wasInterrupted`` is set; an epoch whose validation was cut off is not in
  /// the history. A second Ctrl-C ends the program. If the program handles or ignores SIGINT itself, it
  /// continues to do so, and nothing is interrupted.
  ///
  /// A training that is resumed from a checkpoint ends with the same weights as one that was never
  /// interrupted.
  ///
  /// - Parameters:
  ///   - examples: The examples to train with.
  ///   - epochs: The number of epochs, including those of a checkpoint.
  ///   - batchSize: The number of examples per step; the last batch of an epoch may be smaller.
  ///   - validation: Examples that are scored after each epoch.
  ///   - classWeights: The weight of each class in the loss of training, as `weighted(byClass:)` gives it; a class that
  ///     is not listed has the weight 1. The scores of the validation are without it, as in Keras.
  ///   - callbacks: Callbacks in the order of their calls; checkpoints come last in any case.
  ///   - checkpoint: The path of a checkpoint to continue from; if the file does not exist, a new training
  ///     begins.
  /// - Returns: The scores of the finished epochs.
  /// - Throws: ``TrainingError`` if the loss is not finite or the checkpoint belongs to another training,
  ///   `SafetensorsError` if the checkpoint is damaged, and any error of a callback.
  @discardableResult
  public func fit(
    _ examples: some Examples, epochs: Int = 1, batchSize: Int = 32, validation: (any Examples)? = nil,
    classWeights: [Int: Float] = [:], callbacks: [any Callback] = [],
    resumingFrom checkpoint: String? = nil
  ) throws -> History {
    if !classWeights.isEmpty {
      return try fit(
        examples.weighted(byClass: classWeights), epochs, batchSize, validation, classWeights, callbacks,
        checkpoint)
    }
    return try fit(examples, epochs, batchSize, validation, [:], callbacks, checkpoint)
  }

  private func fit(
    _ examples: some Examples, _ epochs: Int, _ batchSize: Int, _ validation: (any Examples)?,
    _ classWeights: [Int: Float], _ callbacks: [any Callback], _ checkpoint: String?
  ) throws -> History {
    require(examples.count > 0, "fit needs examples to train with; got none")
    require(batchSize > 0, "a batch needs at least one example; got a batch size of \(batchSize)")
    require(epochs >= 0, "fit trains for 0 epochs or more; got \(epochs)")
    build(for: examples)
    // Checkpoints come last, so that they include what the other callbacks have just changed.
    let callbacks = callbacks.filter { !($0 is Checkpoint) } + callbacks.filter { $0 is Checkpoint }
    let run = TrainingRun(
      self, callbacks, epochs: epochs, batchSize: batchSize, examples: examples.count,
      validationExamples: validation?.count, classWeights: classWeights)
    if let checkpoint { try CheckpointReader(run, path: checkpoint)?.restore() }
    qat_interrupts_watch()
    defer { qat_interrupts_unwatch() }
    do {
      for callback in callbacks { try callback.runBegins(run) }
      while run.epoch <= epochs, !run.isStopping {
        try trainEpoch(run, examples, validation, callbacks)
      }
      for callback in callbacks.reversed() { try callback.runEnds(run) }
    } catch {
      for callback in callbacks.reversed() { callback.runFails(run) }
      throw error
    }
    return run.history
  }

  /// Builds a model that was created without an input shape: a checkpoint needs the weights before the first
  /// step.
  private func build(for examples: some Examples) {
    guard !model.isBuilt else { return }
    var generator = SeededGenerator(seed: seed)
    let inputs = examples.exampleBatch(of: [0], using: &generator).inputs(for: model)
    model.buildOnce(inputShapes: inputs.map { Array($0.shape.dropFirst()) })
  }

  /// Trains to the end of the current epoch, or until the run stops.
  private func trainEpoch(
    _ run: TrainingRun, _ examples: some Examples, _ validation: (any Examples)?,
    _ callbacks: [any Callback]
  ) throws {
    for callback in callbacks { try callback.epochBegins(run) }
    let epoch = SeededGenerator(seed: seed).derived("epoch \(epochsTrained)")
    var shuffler = epoch
    let order = shuffler.permutation(examples.count)
    while run.step < run.stepsPerEpoch, !run.isStopping {
      let first = run.step * run.batchSize
      let indices = Array(order[first..<min(first + run.batchSize, order.count)])
      var generator = epoch.derived("step \(run.step)")
      let batch = examples.exampleBatch(of: indices, using: &generator)
      let result = step(batch)
      guard result.loss.isFinite else { throw notFinite(result, run) }
      run.running.add(
        means(result.loss, result.headLosses, result.outputs, batch.targets(for: heads, of: model)),
        examples: batch.count)
      run.step += 1
      for callback in callbacks { try callback.stepEnds(run) }
      if qat_interrupted() != 0 { run.stop() }
    }
    if run.step == run.stepsPerEpoch { try finishEpoch(run, validation, callbacks) }
    if qat_interrupted() != 0, run.epoch <= run.epochs {
      run.history.wasInterrupted = true
      run.stop()
    }
  }

  private func finishEpoch(
    _ run: TrainingRun, _ validation: (any Examples)?, _ callbacks: [any Callback]
  ) throws {
    var validationScores: Scores?
    if let validation {
      let (scores, isWhole) = score(validation) { qat_interrupted() == 0 }
      // The run stays at the last step of the epoch, so that a resumed training repeats the validation.
      guard isWhole else { return run.stop() }
      validationScores = scores
    }
    run.history.epochs.append(
      History.Epoch(
        number: run.epoch, training: run.scores, validation: validationScores,
        learningRate: optimizer.learningRate(at: optimizer.step - 1)))
    epochsTrained += 1
    run.step = 0
    run.running = RunningScores(names: heads.scoreNames)
    for callback in callbacks { try callback.epochEnds(run) }
  }

  /// The error of a loss that is not finite, with the name of the first head that is to blame.
  private func notFinite(_ result: StepResult, _ run: TrainingRun) -> TrainingError {
    let index = result.headLosses.firstIndex { !$0.isFinite }
    return .lossNotFinite(
      loss: index.map { result.headLosses[$0] } ?? result.loss, epoch: run.epoch, step: run.step + 1,
      head: index.flatMap { heads[$0].name })
  }
}

/// The reason why a training cannot continue or cannot be resumed.
public enum TrainingError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The loss of a step is infinite or NaN, that of a head if the model has several; the weights are those before the
  /// step.
  case lossNotFinite(loss: Float, epoch: Int, step: Int, head: String? = nil)
  /// A checkpoint belongs to another training; `expected` describes this training.
  case checkpointDiffers(path: String, what: String, expected: String, found: String)
  /// A file of scores, to which rows are to be added, has other columns.
  case logDiffers(path: String, expected: String, found: String)
  /// A checkpoint contains values that no training can have.
  case checkpointDamaged(path: String, what: String)

  /// The problem, its cause and its remedy.
  public var description: String {
    switch self {
    case .lossNotFinite(let loss, let epoch, let step, let head):
      "the loss \(head.map { "of the head \"\($0)\" " } ?? "")is \(loss.isNaN ? "NaN" : "\(loss)") in epoch \(epoch), step \(step), so the training stops; the weights are those "
        + "before this step: lower the learning rate, or look for inputs that are not numbers"
    case .checkpointDiffers(let path, let what, let expected, let found):
      "\(path) holds another training: \(what) \(found), and here it is \(expected): take the same model, "
        + "optimizer, callbacks and data as before, or begin anew with another file"
    case .logDiffers(let path, let expected, let found):
      "\(path) has the columns \(found.debugDescription), and this training writes \(expected.debugDescription): "
        + "measure the same, name another file, or replace the file with append: false"
    case .checkpointDamaged(let path, let what):
      "\(path) is damaged: \(what): take an earlier copy, or begin anew with another file"
    }
  }
}
