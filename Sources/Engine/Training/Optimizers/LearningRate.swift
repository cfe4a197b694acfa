import Support

/// A learning rate schedule: the rate of each step.
///
/// A literal is a constant rate: `Adam(learningRate: 0.001)`.
public indirect enum LearningRate:
  Hashable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, CustomStringConvertible
{
  /// The same rate at every step.
  case constant(Float)
  /// A decay from `initial` to `final` along half a cosine over `steps` steps; `final` from then on.
  ///
  /// Source: Loshchilov and Hutter, 2017, eq. 5, without restarts (arXiv:1608.03983).
  case cosine(initial: Float, steps: Int, final: Float = 0)
  /// A decay from `initial` by a `factor` after every `every` steps.
  case stepwise(initial: Float, every: Int, factor: Float)
  /// A linear rise over `steps` steps to the first rate of a schedule, followed by the schedule.
  ///
  /// Step i, counted from 0, has (i + 1) / `steps` of the schedule's first rate.
  ///
  /// Source: Goyal et al., 2017, section 2.2 (arXiv:1706.02677).
  case warmUp(steps: Int, then: LearningRate)

  /// Creates a constant rate.
  public init(floatLiteral value: Float) { self = .constant(value) }

  /// Creates a constant rate.
  public init(integerLiteral value: Int) { self = .constant(Float(value)) }

  /// The rate at a step, counted from 0.
  public func callAsFunction(at step: Int) -> Float {
    check()
    require(step >= 0, "steps are counted from 0; a learning rate was asked for at step \(step)")
    switch self {
    case .constant(let rate): return rate
    case .cosine(let initial, let steps, let final):
      let share = Double(min(step, steps)) / Double(steps)
      let weight = Float(0.5 * (1 + cosineOf(.pi * share)))
      return final + (initial - final) * weight
    case .stepwise(let initial, let every, let factor):
      return initial * Float(power(Double(factor), step / every))
    case .warmUp(let steps, let schedule):
      guard step < steps else { return schedule(at: step - steps) }
      return schedule(at: 0) * Float(step + 1) / Float(steps)
    }
  }

  /// The schedule in words: `0.001`, or `cosine from 0.1 to 0 over 500 steps`.
  public var description: String {
    func text(_ value: Float) -> String { NumberFormat.significant(4).string(Double(value)) }
    func text(_ count: Int) -> String {
      NumberFormat.grouped.string(Double(count)) + (count == 1 ? " step" : " steps")
    }
    return switch self {
    case .constant(let rate): text(rate)
    case .cosine(let initial, let steps, let final):
      "cosine from \(text(initial)) to \(text(final)) over \(text(steps))"
    case .stepwise(let initial, let every, let factor):
      "\(text(initial)), times \(text(factor)) every \(text(every))"
    case .warmUp(let steps, let schedule): "warm-up over \(text(steps)), then \(schedule)"
    }
  }

  /// Stops the program unless every rate of the schedule is a finite number of 0 or more.
  func check() {
    switch self {
    case .constant(let rate): Self.check(rate)
    case .cosine(let initial, let steps, let final):
      Self.check(initial)
      Self.check(final)
      require(steps > 0, "a cosine schedule takes at least one step; got \(steps)")
    case .stepwise(let initial, let every, let factor):
      Self.check(initial)
      Self.check(factor)
      require(every > 0, "a stepwise schedule changes after one step at least; got every \(every)")
    case .warmUp(let steps, let schedule):
      require(steps > 0, "a warm-up takes at least one step; got \(steps)")
      schedule.check()
    }
  }

  private static func check(_ rate: Float) {
    require(rate.isFinite && rate >= 0, "a learning rate is a number of 0 or more; got \(rate)")
  }
}

/// A callback that sets the learning rate before each epoch.
///
/// For a rate that changes from step to step, give the optimizer a ``LearningRate``.
public final class LearningRateScheduler: Callback {
  private let rate: (_ epoch: Int) -> Float

  /// Creates the callback from a function that returns the rate of an epoch, counted from 1.
  public init(_ rate: @escaping (_ epoch: Int) -> Float) { self.rate = rate }

  /// Sets the rate of the epoch.
  public func epochBegins(_ run: TrainingRun) {
    run.trainer.optimizer.learningRate = .constant(rate(run.epoch))
  }
}
