import Layers
import Support
import Tensors
import Testing

@Suite struct InitializerTests {
  /// Mean and variance of the values, and the largest magnitude.
  private func moments(_ initializer: Initializer, _ shape: [Int]) -> (
    mean: Float, variance: Float, most: Float
  ) {
    var generator = SeededGenerator(seed: 11)
    let values = initializer.tensor(shape, using: &generator).values.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (Float(mean), Float(variance), Float(values.map(abs).max() ?? 0))
  }

  // A kernel [3, 3, 50, 60] has fan in 450 and fan out 540. 27,000 draws give a variance within 3 % or so.
  private static let expected: [(Initializer, variance: Float, most: Float)] = [
    (.glorotUniform, 2 / 990, (6 / 990 as Float).squareRoot()),
    (.heUniform, 2 / 450, (6 / 450 as Float).squareRoot()),
    // A truncated normal reaches two standard deviations before its correction by 0.8796.
    (.glorotNormal, 2 / 990, 2 / 0.8796 * (2 / 990 as Float).squareRoot()),
    (.heNormal, 2 / 450, 2 / 0.8796 * (2 / 450 as Float).squareRoot()),
    (.randomUniform(), 0.1 * 0.1 / 12, 0.05),
  ]

  @Test(arguments: expected.indices) func `fans set the variance of initial values`(_ index: Int) {
    let (initializer, variance, most) = Self.expected[index]
    let found = moments(initializer, [3, 3, 50, 60])
    #expect(abs(found.mean) < 0.02 * most)
    #expect(abs(found.variance / variance - 1) < 0.03, "\(initializer): \(found.variance), not \(variance)")
    #expect(found.most <= most && found.most > 0.99 * most)
  }

  @Test func `constant initializers draw no random numbers`() {
    var generator = SeededGenerator(seed: 1)
    let before = generator
    #expect(Initializer.zeros.tensor([2], using: &generator).values == [0, 0])
    #expect(Initializer.ones.tensor([2], using: &generator).values == [1, 1])
    #expect(Initializer.constant(-6).tensor([], using: &generator).scalar == -6)
    #expect(generator == before)
  }

  @Test func `the normal initializer is not truncated`() {
    let found = moments(.randomNormal(mean: 1, standardDeviation: 0.5), [30000])
    #expect(abs(found.mean - 1) < 0.01 && abs(found.variance - 0.25) < 0.01 && found.most > 2.5)
  }
}
