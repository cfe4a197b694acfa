import Platform
import Support
import Tensors
import Testing

@Suite struct MapTests {
  @Test(arguments: [[], [1], [37], [3, 1, 5]])
  func `functions of each element match their definition`(_ shape: [Int]) {
    let x = [awkward(shape, 1, low: -7, high: 7)]
    let positive = [awkward(shape, 2, low: 0.1, high: 5)]
    check("exp", x, { $0[0].exp() }, { $0[0].map { exp($0) } })
    check("log", positive, { $0[0].log() }, { $0[0].map { log($0) } })
    check("sqrt", positive, { $0[0].sqrt() }, { $0[0].map { $0.squareRoot() } })
    check("squared", x, { $0[0].squared() }, { $0[0].map { $0 * $0 } })
    check("abs", x, { $0[0].abs() }, { $0[0].map { abs($0) } })
    check("relu", x, { $0[0].relu() }, { $0[0].map { max($0, 0) } })
    check("relu6", x, { $0[0].relu6() }, { $0[0].map { min(max($0, 0), 6) } })
    check("leakyReLU", x, { $0[0].leakyReLU(slope: 0.3) }, { $0[0].map { $0 > 0 ? $0 : 0.3 * $0 } })
    check("sigmoid", x, { $0[0].sigmoid() }, { $0[0].map { 1 / (1 + exp(-$0)) } })
    // The gradient 1 − tanh² cancels where tanh nears ±1, so x stays near 0 here.
    check("tanh", [awkward(shape, 3, low: -1.5, high: 1.5)], { $0[0].tanh() }, { $0[0].map { tanh($0) } })
    check("clipped", x, { $0[0].clipped(min: -3, max: 2) }, { $0[0].map { min(max($0, -3), 2) } })
  }

  @Test(arguments: [nil, 6 as Float], [7, 100_003])
  func `a sum and its ReLU in one pass are the sum and its ReLU`(_ ceiling: Float?, _ count: Int) {
    var generator = SeededGenerator(seed: 8)
    let given = (0..<2).map { _ in Tensor.normal(standardDeviation: 5, shape: [count], using: &generator) }
    let weights = Tensor.uniform(-1, 1, shape: [count], using: &generator)
    let found = [true, false].map { isFused -> [[UInt32]] in
      let (x, y) = (given[0].tracked(), given[1].tracked())
      let sum = x + y
      let result = isFused ? x.addReLU(y, maxValue: ceiling) : ceiling == nil ? sum.relu() : sum.relu6()
      let gradients = (result * weights).sum().gradients(of: [x, y])
      return ([result] + gradients).map { $0.values.map(\.bitPattern) }
    }
    #expect(found[0] == found[1])
    let ends = Tensor([.nan, .infinity, -.infinity, 1], shape: [4])
    let clamped = ends.addReLU(Tensor([1, 1, 1, -1], shape: [4]), maxValue: ceiling).values
    #expect(clamped[0].isNaN && clamped[1...] == [ceiling ?? .infinity, 0, 0])
  }

  @Test func `the bounds of clipping receive the gradients of clipped elements`() {
    let x = awkward([40], 3, low: -7, high: 7)
    check("clip", [x, Tensor([-3], shape: [1]), Tensor(2)], { $0[0].clipped(min: $0[1], max: $0[2]) }) {
      inputs in
      inputs[0].map { min(max($0, inputs[1].values[0]), inputs[2].values[0]) }
    }
  }

  @Test func `exponentials are within one ulp from underflow to overflow`() {
    // -110 ... 95 covers zero, subnormals, every normal and infinity.
    let points = (0...20_500).map { -110 + Float($0) * 0.01 }
    let x = Tensor(points, shape: [points.count])
    expectWithinOneUlp(x.exp(), points) { exp($0) }
    expectWithinOneUlp(x.sigmoid(), points) { 1 / (1 + exp(-$0)) }
  }

  @Test func `the hyperbolic tangent is within one ulp, near zero too`() {
    let points = (0...2000).flatMap { step -> [Float] in
      let x = Float(exp2(Double(step) * 0.02 - 36))  // 2^-36 ... 2^4
      return [x, -x]
    }
    expectWithinOneUlp(Tensor(points, shape: [points.count]).tanh(), points) { tanh($0) }
    #expect(Tensor([0, -0.0], shape: [2]).tanh().values.map(\.bitPattern) == [0, 0x8000_0000])
  }

  @Test func `the logarithm is within one ulp`() {
    let points = (1...3000).map { Float(exp2(Double($0) * 0.09 - 140)) }
    expectWithinOneUlp(Tensor(points, shape: [points.count]).log(), points) { log($0) }
  }

  @Test func `NaN stays NaN in every function and reduction`() {
    let x = Tensor([.nan, 1], shape: [2])
    for result in [
      x.exp(), x.log(), x.sqrt(), x.squared(), x.abs(), x.relu(), x.relu6(), x.leakyReLU(slope: 0.3),
      x.sigmoid(), x.tanh(), -x,
      x.clipped(min: -1, max: 1), x.softmax(), x.max(), x.min(), x.sum(), x.mean(),
    ] { #expect(result.values[0].isNaN) }
  }

  /// A sum of two products would be an ulp off, overflow where the slope is above 1, and be NaN at infinity.
  @Test(arguments: [0, 0.01, 0.3, 1, 2] as [Float])
  func `a leaky ReLU gives a number above 0 as it is`(_ slope: Float) {
    let points = (0..<2008).map { Float(exp2(Double($0) * 0.12 - 126)) } + [3e38, .infinity]
    let x = Tensor(points + points.map { -$0 }, shape: [2 * points.count]).tracked()
    let result = x.leakyReLU(slope: slope)
    #expect(Array(result.values[..<points.count]) == points)
    let below = points.map { slope == 0 ? 0 : -slope * $0 }
    #expect(Array(result.values[points.count...]) == below)
    let gradients = result.sum().gradients(of: [x])[0].values
    #expect(gradients == points.map { _ in 1 } + points.map { _ in slope })
  }

  @Test func `functions with corners have the documented gradient there`() {
    let x = Tensor([0, 6, -3, 2], shape: [4]).tracked()
    #expect(x.relu().sum().gradients(of: [x])[0].values == [0, 1, 0, 1])
    #expect(x.relu6().sum().gradients(of: [x])[0].values == [0, 0, 0, 1])
    #expect(x.leakyReLU(slope: 0.3).sum().gradients(of: [x])[0].values == [0.3, 1, 0.3, 1])
    #expect(x.leakyReLU(slope: 0).sum().gradients(of: [x])[0].values == [0, 1, 0, 1])
    #expect(x.abs().sum().gradients(of: [x])[0].values == [0, 1, -1, 1])
    #expect(x.clipped(min: -3, max: 2).sum().gradients(of: [x])[0].values == [1, 0, 1, 1])
  }

  private func expectWithinOneUlp(_ result: Tensor, _ points: [Float], _ exact: (Double) -> Double) {
    let far = zip(points, result.values).filter { point, value in
      let expected = Float(exact(Double(point)))
      guard expected.isFinite, value.isFinite else { return expected != value }
      return abs(value - expected) > expected.ulp
    }
    #expect(far.isEmpty, "\(far.prefix(3))")
  }
}
