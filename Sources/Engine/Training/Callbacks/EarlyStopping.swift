import Support
import Tensors

/// Stops a training that no longer improves.
///
/// A larger value is better for names that end in `accuracy`, a smaller value for all others. With
/// `restoringBestWeights`, the model has the weights of its best epoch when the training is over.
public final class EarlyStopping: Callback {
  /// The name of the monitored value in ``History``, such as `val_loss`.
  public let monitor: String
  /// The number of successive epochs without improvement after which the training stops; 0 counts as 1, as in
  /// Keras.
  public let patience: Int
  /// The smallest change that counts as an improvement.
  public let minimumDelta: Double
  private let restoresBestWeights: Bool
  private var bestWeights: [String: Tensor] = [:]

  /// Creates the callback.
  ///
  /// - Parameters:
  ///   - monitor: The name of the monitored value in ``History``.
  ///   - patience: The number of successive epochs without improvement after which the training stops.
  ///   - minimumDelta: The smallest change that counts as an improvement, 0 or more.
  ///   - restoringBestWeights: Whether the model gets the weights of its best epoch at the end.
  public init(
    monitor: String = "val_loss", patience: Int = 0, minimumDelta: Double = 0,
    restoringBestWeights: Bool = false
  ) {
    require(patience >= 0, "EarlyStopping waits for 0 epochs or more; got patience \(patience)")
    require(minimumDelta >= 0, "EarlyStopping: the minimum delta is 0 or more; got \(minimumDelta)")
    (self.monitor, self.patience, self.minimumDelta) = (monitor, patience, minimumDelta)
    restoresBestWeights = restoringBestWeights
  }

  /// The index of the best epoch so far; nil before the first epoch has ended.
  public func bestEpoch(of history: History) -> Int? {
    let values = history[monitor]
    let sign: Double = monitor.hasSuffix("accuracy") ? -1 : 1
    return values.indices.reduce(nil) { best, epoch in
      guard let best, !values[best].isNaN else { return epoch }
      return sign * values[epoch] < sign * values[best] - minimumDelta ? epoch : best
    }
  }

  /// Discards the weights of an earlier training; stops a resumed training that had already stopped.
  public func runBegins(_ run: TrainingRun) {
    if run.history.epochs.isEmpty { bestWeights = [:] }
    stopIfStuck(run)
  }

  /// Keeps the weights of a best epoch, and stops the training if it no longer improves.
  public func epochEnds(_ run: TrainingRun) {
    require(
      run.history.names.contains(monitor),
      "EarlyStopping watches \"\(monitor)\", which is not measured; there are \(run.history.names): add the "
        + "metric, or validation examples")
    if restoresBestWeights, bestEpoch(of: run.history) == run.history.epochs.count - 1 {
      for (path, variable) in run.model.namedWeights { bestWeights[path] = variable.value.detached() }
    }
    stopIfStuck(run)
  }

  private func stopIfStuck(_ run: TrainingRun) {
    guard let best = bestEpoch(of: run.history) else { return }
    if run.history.epochs.count - 1 - best >= max(patience, 1) { run.stop() }
  }

  /// Restores the best weights, unless the training was interrupted.
  public func runEnds(_ run: TrainingRun) {
    guard !run.history.wasInterrupted else { return }
    for (path, variable) in run.model.namedWeights {
      if let best = bestWeights[path] { variable.value = best }
    }
  }

  /// The best weights, under their paths.
  public var state: [(name: String, tensor: Tensor)] {
    bestWeights.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Accepts either values for all weights of the model, or an empty state.
  public func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool {
    let weights = state.isEmpty ? [] : run.model.namedWeights
    return state.count == weights.count
      && weights.allSatisfy { state[$0.path]?.shape == $0.variable.shape }
  }

  /// Restores the best weights so far.
  public func restore(_ state: [String: Tensor]) { bestWeights = state }
}
