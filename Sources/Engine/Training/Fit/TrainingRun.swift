import Layers

/// One call of `fit`, as its callbacks see it.
public final class TrainingRun {
  /// The trainer, with its model and its optimizer.
  public let trainer: Trainer
  /// The number of epochs of the run.
  public let epochs: Int
  /// The number of steps per epoch.
  public let stepsPerEpoch: Int
  /// The number of examples per step; the last step of an epoch may have fewer.
  public let batchSize: Int
  /// The number of examples per epoch.
  public let exampleCount: Int
  /// The number of examples in each validation; nil without validation.
  public let validationExampleCount: Int?
  /// The scores of the finished epochs.
  public internal(set) var history = History()
  /// The steps taken in the current epoch; 0 between epochs.
  public internal(set) var step = 0
  /// Whether the training ends after the current step.
  public internal(set) var isStopping = false
  /// The weights of classes in the loss; none if classes weigh the same.
  let classWeights: [Int: Float]
  /// The sums over the current epoch.
  var running: RunningScores

  /// The callbacks, checkpoints last.
  let callbacks: [any Callback]

  init(
    _ trainer: Trainer, _ callbacks: [any Callback], epochs: Int, batchSize: Int, examples: Int,
    validationExamples: Int?, classWeights: [Int: Float]
  ) {
    (self.trainer, self.callbacks) = (trainer, callbacks)
    (self.epochs, self.batchSize) = (epochs, batchSize)
    (exampleCount, validationExampleCount) = (examples, validationExamples)
    stepsPerEpoch = examples.batches(of: batchSize)
    self.classWeights = classWeights
    running = RunningScores(names: trainer.heads.scoreNames)
  }

  /// The model in training.
  public var model: Model { trainer.model }

  /// The number of the current epoch or, between epochs, of the next one; counted from 1.
  public var epoch: Int { history.epochs.count + 1 }

  /// The steps taken since the run began.
  public var stepsTaken: Int { history.epochs.count * stepsPerEpoch + step }

  /// The means over the current epoch so far.
  public var scores: Scores { running.scores }

  /// Replaces the scores of the last finished epoch, in the order of their names: for tests of what shows them.
  package func replaceLastScores(training: [Double], validation: [Double]?) {
    guard let last = history.epochs.popLast() else { return }
    history.epochs.append(
      History.Epoch(
        number: last.number, training: Scores(names: last.training.names, values: training),
        validation: validation.map { Scores(names: last.training.names, values: $0) },
        learningRate: last.learningRate))
  }

  /// Ends the training after the current step or, if the epoch is over, after the epoch.
  public func stop() { isStopping = true }
}
