import Tensors

/// Looks at a training while it runs, and may change it: the learning rate, say, or its end.
///
/// Every function does nothing by default. What one throws ends the training, and `fit` throws it on.
/// Callbacks are called in the order given, checkpoints after the others; at the run's end, in reverse.
public protocol Callback: AnyObject {
  /// Before the first step; also when a training is resumed.
  func runBegins(_ run: TrainingRun) throws
  /// Before an epoch's first step; also when a training is resumed within the epoch.
  func epochBegins(_ run: TrainingRun) throws
  /// After each step.
  func stepEnds(_ run: TrainingRun) throws
  /// After each epoch and its validation, when ``TrainingRun/history`` has the epoch.
  func epochEnds(_ run: TrainingRun) throws
  /// After the last step, also of a training that was stopped or interrupted.
  func runEnds(_ run: TrainingRun) throws
  /// Where the training ends with an error, be it one of another callback's `runEnds`.
  func runFails(_ run: TrainingRun)

  /// What a checkpoint has to keep for this callback, under names of its own.
  ///
  /// A learning rate that the callback has set is not kept: it belongs here, or is set again when the run begins.
  var state: [(name: String, tensor: Tensor)] { get }
  /// Puts back what a checkpoint kept; called before `runBegins`.
  ///
  /// Returns false, having changed nothing, if this cannot be its state: a file may be damaged.
  func restore(_ state: [String: Tensor], of run: TrainingRun) -> Bool
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
  /// Nothing.
  public var state: [(name: String, tensor: Tensor)] { [] }
  /// Takes no state but an empty one.
  public func restore(_ state: [String: Tensor], of run: TrainingRun) -> Bool { state.isEmpty }
}
