import Support
import Tensors

/// Ends a training that no longer gets better.
///
/// Better is larger for names that end in `accuracy`, and smaller for all others. With
/// `restoringBestWeights`, a training that is over ends with the weights of its best epoch.
public final class EarlyStopping: Callback {
  /// The name looked at, as ``History`` names it: `val_loss`, say.
  public let monitor: String
  /// After how many epochs in a row that are no better the training ends; 0 counts as 1, as in Keras.
  public let patience: Int
  /// By how much an epoch must be better to count.
  public let minimumDelta: Double
  private let restoresBestWeights: Bool
  private var bestWeights: [String: Tensor] = [:]

  /// Creates the callback.
  public init(
    monitor: String = "val_loss", patience: Int = 0, minimumDelta: Double = 0,
    restoringBestWeights: Bool = false
  ) {
    require(patience >= 0, "EarlyStopping waits for 0 epochs or more; got patience \(patience)")
    require(minimumDelta >= 0, "EarlyStopping: the minimum delta is 0 or more; got \(minimumDelta)")
    (self.monitor, self.patience, self.minimumDelta) = (monitor, patience, minimumDelta)
    restoresBestWeights = restoringBestWeights
  }

  /// The best epoch so far, counted from 0; nil before the first.
  public func bestEpoch(of history: History) -> Int? {
    let values = history[monitor]
    let sign: Double = monitor.hasSuffix("accuracy") ? -1 : 1
    return values.indices.reduce(nil) { best, epoch in
      guard let best, !values[best].isNaN else { return epoch }
      return sign * values[epoch] < sign * values[best] - minimumDelta ? epoch : best
    }
  }

  /// Forgets an earlier training, or stops again a resumed one that had stopped.
  public func runBegins(_ run: TrainingRun) {
    if run.history.epochs.isEmpty { bestWeights = [:] }
    stopIfStuck(run)
  }

  /// Looks at the epoch.
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

  /// Puts the best weights back, unless the training was interrupted.
  public func runEnds(_ run: TrainingRun) {
    guard !run.history.wasInterrupted else { return }
    for (path, variable) in run.model.namedWeights {
      if let best = bestWeights[path] { variable.value = best }
    }
  }

  /// The best weights.
  public var state: [(name: String, tensor: Tensor)] {
    bestWeights.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Accepts all weights of this model, or none.
  public func accepts(_ state: [String: Tensor], of run: TrainingRun) -> Bool {
    let weights = state.isEmpty ? [] : run.model.namedWeights
    return state.count == weights.count
      && weights.allSatisfy { state[$0.path]?.shape == $0.variable.shape }
  }

  /// Takes the best weights back.
  public func restore(_ state: [String: Tensor]) { bestWeights = state }
}
