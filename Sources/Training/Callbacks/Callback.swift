import Tensors

/// Looks at a training while it runs, and may change it: the learning rate, say, or its end.
///
/// Every function does nothing by default. Those that write files may throw, which ends the training.
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

  /// What a checkpoint has to keep for this callback, under names of its own.
  var state: [(name: String, tensor: Tensor)] { get }
  /// Puts back what a checkpoint kept; called before `runBegins`.
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
  /// Nothing.
  public var state: [(name: String, tensor: Tensor)] { [] }
  /// Does nothing.
  public func restore(_ state: [String: Tensor]) {}
}
