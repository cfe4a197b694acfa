import Tensors
import TestSupport
import Testing
import Training

/// The rates that schedules give, step by step.
@Suite struct LearningRateTests {
  @Test(arguments: [
    ("cosine", LearningRate.cosine(initial: 0.1, steps: 20)),
    ("cosine-to-0.01", .cosine(initial: 0.1, steps: 7, final: 0.01)),
    ("stepwise", .stepwise(initial: 0.1, every: 5, factor: 0.7)),
  ]) func `the rates of schedules equal those of Keras`(_ name: String, _ rate: LearningRate) throws {
    let theirs = try KerasFixture(name, in: .module).one("rates")
    let ours = Tensor((0..<theirs.count).map { rate(at: $0) }, shape: theirs.shape)
    // 0.5 (1 + cos) is rounded to a float before it is multiplied: within 2⁻²⁴ of 0.1, and 2 ulps.
    expectNear(ours, theirs, tolerance: 3e-7, absolute: 1e-8, name)
  }

  @Test func `a warm-up rises evenly, then its schedule begins`() {
    let rate = LearningRate.warmUp(steps: 4, then: .stepwise(initial: 0.8, every: 2, factor: 0.5))
    #expect((0..<8).map { rate(at: $0) } == [0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.4, 0.4].map { Float($0) })
  }

  @Test func `a literal is a constant learning rate`() {
    #expect(0.25 == LearningRate.constant(0.25))
    #expect(1 == LearningRate.constant(1))
    #expect(LearningRate.constant(0.25)(at: 1_000_000) == 0.25)
  }

  @Test func `a learning rate prints its schedule`() {
    #expect("\(LearningRate.constant(0.001))" == "0.001")
    #expect("\(LearningRate.cosine(initial: 0.1, steps: 2000))" == "cosine from 0.1 to 0 over 2,000 steps")
    let schedule = LearningRate.warmUp(steps: 1, then: .stepwise(initial: 0.1, every: 500, factor: 0.5))
    #expect("\(schedule)" == "warm-up over 1 step, then 0.1, times 0.5 every 500 steps")
  }

  @Test func `the rate of a step far away is computed at once`() {
    #expect(LearningRate.stepwise(initial: 1, every: 1, factor: 0.5)(at: 1 << 40) == 0)
    #expect(LearningRate.stepwise(initial: 1, every: 1, factor: 1)(at: 1 << 40) == 1)
  }
}
