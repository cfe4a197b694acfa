import CProcess
import Layers
import Support
import Tensors

extension Trainer {
  /// Trains for some epochs, each of which takes every example once, in an order of its own.
  ///
  /// After each epoch the `validation` examples are scored. Ctrl-C ends the training after the step under
  /// way, or the batch of a validation: weights and history stay, and ``History/wasInterrupted`` says so; an
  /// epoch whose validation was cut off is not in the history. A second Ctrl-C ends the program. A program
  /// that handles SIGINT itself, or ignores it, goes on doing so, and nothing is interrupted.
  ///
  /// With `resumingFrom`, the path of a checkpoint, the training saved there goes on where it was, up to
  /// `epochs` in all, to the same weights as if it had never been cut off; if there is no such file yet,
  /// a new one begins.
  ///
  /// - Throws: `TrainingError` if the loss is not finite or the checkpoint is another training's,
  ///   `SafetensorsError` if it is damaged, and what a callback throws.
  @discardableResult
  public func fit(
    _ examples: some Examples, epochs: Int = 1, batchSize: Int = 32, validation: (any Examples)? = nil,
    callbacks: [any Callback] = [], resumingFrom checkpoint: String? = nil
  ) throws -> History {
    require(examples.count > 0, "fit needs examples to train with; got none")
    require(batchSize > 0, "a batch needs at least one example; got a batch size of \(batchSize)")
    require(epochs >= 0, "fit trains for 0 epochs or more; got \(epochs)")
    build(for: examples)
    // Checkpoints come last: what they save includes what the others have just done.
    let callbacks = callbacks.filter { !($0 is Checkpoint) } + callbacks.filter { $0 is Checkpoint }
    let run = TrainingRun(
      self, callbacks, epochs: epochs, batchSize: batchSize, examples: examples.count,
      validationExamples: validation?.count)
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

  /// Builds a model that was made without an input's shape: a checkpoint needs its weights before the first step.
  private func build(for examples: some Examples) {
    guard !model.isBuilt else { return }
    var generator = SeededGenerator(seed: seed)
    let (inputs, _) = examples.batch(of: [0], using: &generator)
    model.buildOnce(inputShape: Array(inputs.shape.dropFirst()))
  }

  /// Trains to the end of the epoch under way, or until the run is to stop.
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
      let places = Array(order[first..<min(first + run.batchSize, order.count)])
      var generator = epoch.derived("step \(run.step)")
      let (inputs, targets) = examples.batch(of: places, using: &generator)
      let (loss, outputs) = step(inputs: inputs, targets: targets)
      guard loss.isFinite else {
        throw TrainingError.lossNotFinite(loss: loss, epoch: run.epoch, step: run.step + 1)
      }
      run.running.add(
        loss: loss, metrics: metrics.map { $0(outputs, targets) }, examples: targets.count)
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
      // The run stays at the epoch's last step, from which a checkpoint resumes with the validation.
      guard isWhole else { return run.stop() }
      validationScores = scores
    }
    run.history.epochs.append(
      History.Epoch(
        number: run.epoch, training: run.scores, validation: validationScores,
        learningRate: optimizer.learningRate(at: optimizer.step - 1)))
    epochsTrained += 1
    run.step = 0
    run.running = RunningScores(metrics: metrics)
    for callback in callbacks { try callback.epochEnds(run) }
  }
}
