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
  /// Whether what a checkpoint kept can be this callback's state: a file may be damaged. Changes nothing.
  func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool
  /// Puts back what a checkpoint kept and the callback accepts; called before `runBegins`.
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
  /// Nothing.
  public var state: [(name: String, tensor: Tensor)] { [] }
  /// Accepts no state but an empty one.
  public func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool { state.isEmpty }
  /// Does nothing.
  public func restore(_ state: [String: Tensor]) {}
}
