import Support
import Tensors
import Testing

@Suite struct BatchNormTests {
  private static func normalized(_ inputs: [Reference], epsilon: Double) -> Reference {
    let x = inputs[0]
    let axes = Array(0..<x.shape.count - 1)
    let mean = x.reduced(axes, keeping: false) { $0.reduce(0, +) / Double($0.count) }
    let centered = x.combined(mean, -)
    let variance = centered.reduced(axes, keeping: false) { $0.reduce(0) { $0 + $1 * $1 } / Double($0.count) }
    let normal = centered.combined(variance) { $0 / ($1 + epsilon).squareRoot() }
    return normal.combined(inputs[1], *).combined(inputs[2], +)
  }

  @Test(arguments: [[2, 1], [5, 3], [2, 3, 2, 4], [1, 2, 2, 1], [3, 1, 1, 2]])
  func `batch normalization in training uses the statistics of the batch`(_ shape: [Int]) {
    let channels = shape[shape.count - 1]
    let inputs = [awkward(shape, 1), awkward([channels], 2), awkward([channels], 3)]
    let epsilon: Float = 0.0625
    check(
      "batchNormalized", inputs, ulps: 32,
      { $0[0].batchNormalized(gamma: $0[1], beta: $0[2], epsilon: epsilon).result },
      { Self.normalized($0, epsilon: Double(epsilon)) })
  }

  @Test(arguments: [[2, 1], [2, 3, 1, 4]])
  func `batch normalization in inference uses the given statistics`(_ shape: [Int]) {
    let channels = shape[shape.count - 1]
    let variance = awkward([channels], 4, low: 0.1, high: 3)
    let inputs = [
      awkward(shape, 1), awkward([channels], 5), variance, awkward([channels], 2), awkward([channels], 3),
    ]
    check(
      "batchNormalized", inputs, ulps: 32,
      { $0[0].batchNormalized(mean: $0[1], variance: $0[2], gamma: $0[3], beta: $0[4], epsilon: 0.125) }
    ) { inputs in
      let normal = inputs[0].combined(inputs[1], -).combined(inputs[2]) { $0 / ($1 + 0.125).squareRoot() }
      return normal.combined(inputs[3], *).combined(inputs[4], +)
    }
  }

  @Test func `the statistics of batch normalization are constants`() {
    // Channel 0 holds 1, 3: mean 2, biased variance 1; channel 1 holds 2, 10: mean 6, variance 16.
    let x = Tensor([1, 2, 3, 10], shape: [2, 2]).tracked()
    let one = Tensor.filled(1, shape: [2])
    let (result, mean, variance) = x.batchNormalized(gamma: one, beta: .zeros([2]), epsilon: 0)
    #expect(mean.values == [2, 6] && variance.values == [1, 16])
    #expect(result.values == [-1, -1, 1, 1])
    #expect(result.isTracked && !mean.isTracked && !variance.isTracked)
  }

  @Test func `the variance is accurate even if the mean is large`() {
    // Values 1000 ± 1: mean 1000, deviation 1. A variance computed as E[x²] − mean² would be lost in float.
    let values = (0..<4096).map { Float($0 % 2 == 0 ? 999 : 1001) }
    let x = Tensor(values, shape: [4096, 1])
    let one = Tensor([1], shape: [1])
    let (result, mean, variance) = x.batchNormalized(gamma: one, beta: .zeros([1]), epsilon: 0)
    #expect(mean.values == [1000] && variance.values == [1])
    #expect(result.values.allSatisfy { abs($0) == 1 })
  }
}
