import Tensors

/// An observer of a training run, which may also change it: its learning rate, say, or its end.
///
/// Every function does nothing by default. An error that a function throws ends the training, and
/// ``Trainer/fit(_:epochs:batchSize:validation:classWeights:callbacks:resumingFrom:)`` rethrows it. Callbacks are
/// called in the order given, checkpoints after the others; at the end of the run, in reverse order.
public protocol Callback: AnyObject {
  /// Called before the first step, also when a training is resumed.
  func runBegins(_ run: TrainingRun) throws
  /// Called before the first step of an epoch, also when a training is resumed within the epoch.
  func epochBegins(_ run: TrainingRun) throws
  /// Called after each step.
  func stepEnds(_ run: TrainingRun) throws
  /// Called after each epoch and its validation; ``TrainingRun/history`` contains the epoch by then.
  func epochEnds(_ run: TrainingRun) throws
  /// Called after the last step, also if the training was stopped or interrupted.
  func runEnds(_ run: TrainingRun) throws
  /// Called when the training ends with an error, including an error of another callback's `runEnds`.
  func runFails(_ run: TrainingRun)

  /// The callback's state to be saved in checkpoints: tensors under names that the callback chooses.
  ///
  /// Checkpoints do not save a learning rate that a callback has set: the callback saves it here, or sets it
  /// again when the run begins.
  var state: [(name: String, tensor: Tensor)] { get }
  /// Whether a state read from a checkpoint, which may be damaged, is valid for this callback; changes
  /// nothing.
  func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool
  /// Restores a state that the callback accepted; called before `runBegins`.
  func restore(_ state: [String: Tensor])
}

extension Callback {
  /// Does nothing.
  public func runBegins(_ run: TrainingRun) throws {}
  /// Does nothing.
  public func epochBegins(_ run: TrainingRun) throws {}
  /// Does nothing.
  public func stepEnds(_ run: TrainingRun) throws {}
  /// Does nothing.
  public func epochEnds(_ run: TrainingRun) throws {}
  /// Does nothing.
  public func runEnds(_ run: TrainingRun) throws {}
  /// Does nothing.
  public func runFails(_ run: TrainingRun) {}
  /// An empty state.
  public var state: [(name: String, tensor: Tensor)] { [] }
  /// Accepts only an empty state.
  public func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool { state.isEmpty }
  /// Does nothing.
  public func restore(_ state: [String: Tensor]) {}
}
