import Layers

/// One call of `fit`, as its callbacks see it.
public final class TrainingRun {
  /// The trainer, with its model and its optimizer.
  public let trainer: Trainer
  /// How many epochs the run is to have.
  public let epochs: Int
  /// How many steps an epoch has.
  public let stepsPerEpoch: Int
  /// How many examples a step has; the last of an epoch may have fewer.
  public let batchSize: Int
  /// How many examples an epoch has.
  public let exampleCount: Int
  /// How many examples each epoch is scored on; nil without validation.
  public let validationExampleCount: Int?
  /// The finished epochs and what they measured.
  public internal(set) var history = History()
  /// The steps taken in the epoch that is under way; 0 between epochs.
  public internal(set) var step = 0
  /// Whether the training is to end after this step.
  public internal(set) var isStopping = false
  /// The sums over the epoch that is under way.
  var running: RunningScores

  /// Those who look on, checkpoints last.
  let callbacks: [any Callback]

  init(
    _ trainer: Trainer, _ callbacks: [any Callback], epochs: Int, batchSize: Int, examples: Int,
    validationExamples: Int?
  ) {
    (self.trainer, self.callbacks) = (trainer, callbacks)
    (self.epochs, self.batchSize) = (epochs, batchSize)
    (exampleCount, validationExampleCount) = (examples, validationExamples)
    stepsPerEpoch = (examples + batchSize - 1) / batchSize
    running = RunningScores(metrics: trainer.metrics)
  }

  /// The model in training.
  public var model: Model { trainer.model }

  /// The number of the epoch that is under way or, between epochs, of the next one; from 1.
  public var epoch: Int { history.epochs.count + 1 }

  /// The steps taken since the run began.
  public var stepsTaken: Int { history.epochs.count * stepsPerEpoch + step }

  /// The means over the epoch that is under way.
  public var scores: Scores { running.scores }

  /// Ends the training after this step, or after this epoch if it is over.
  public func stop() { isStopping = true }
}
