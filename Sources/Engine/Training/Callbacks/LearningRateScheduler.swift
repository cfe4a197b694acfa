/// Sets the learning rate before each epoch.
///
/// For a rate that changes from step to step, give the optimizer a ``LearningRate``.
public final class LearningRateScheduler: Callback {
  private let rate: (_ epoch: Int) -> Float

  /// Takes a function that gives the rate of an epoch, counted from 1.
  public init(_ rate: @escaping (_ epoch: Int) -> Float) { self.rate = rate }

  /// Sets the rate.
  public func epochBegins(_ run: TrainingRun) {
    run.trainer.optimizer.learningRate = .constant(rate(run.epoch))
  }
}
