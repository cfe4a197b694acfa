import Support

/// The learning rate, step by step.
///
/// A plain number is a rate that stays: `Adam(learningRate: 0.001)`.
public indirect enum LearningRate:
  Hashable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral
{
  /// The same at every step.
  case constant(Float)
  /// From `initial` to `final` along half a cosine over `steps` steps; `final` from then on.
  ///
  /// Source: Loshchilov and Hutter, 2017, eq. 5, without restarts (arXiv:1608.03983).
  case cosine(initial: Float, steps: Int, final: Float = 0)
  /// `initial`, multiplied by `factor` after every `every` steps.
  case stepwise(initial: Float, every: Int, factor: Float)
  /// From one `steps`-th of the schedule's first rate evenly up to it, then the schedule from its beginning.
  ///
  /// Source: Goyal et al., 2017, section 2.2 (arXiv:1706.02677).
  case warmUp(steps: Int, then: LearningRate)

  /// A rate that stays.
  public init(floatLiteral value: Float) { self = .constant(value) }

  /// A rate that stays.
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

  /// Stops unless every rate it can give is a number of 0 or more.
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
