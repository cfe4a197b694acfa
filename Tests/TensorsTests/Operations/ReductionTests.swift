import Tensors
import Testing

@Suite struct ReductionTests {
  static let cases: [([Int], [Int])] = [
    ([], []), ([1], [0]), ([7], [0]), ([2, 3], [0]), ([2, 3], [1]), ([2, 3], [0, 1]), ([2, 3, 4], [1]),
    ([2, 3, 4], [0, 2]), ([2, 1, 3, 2], [0, 1, 2]), ([2, 3, 1, 5], [1, 2]), ([3, 2, 2, 2], [0, 3]),
    ([2, 3], []), ([1, 1, 1], [0, 2]),
  ]

  @Test(arguments: cases, [false, true])
  func `reductions match their definition`(_ shapeAndAxes: ([Int], [Int]), _ keeping: Bool) {
    let (shape, axes) = shapeAndAxes
    let x = [distinct(shape, 1)]
    check("sum", x, { $0[0].sum(axes: axes, keepingDimensions: keeping) }) {
      $0[0].reduced(axes, keeping: keeping) { $0.reduce(0, +) }
    }
    check("mean", x, { $0[0].mean(axes: axes, keepingDimensions: keeping) }) {
      $0[0].reduced(axes, keeping: keeping) { $0.reduce(0, +) / Double($0.count) }
    }
    check("max", x, { $0[0].max(axes: axes, keepingDimensions: keeping) }) {
      $0[0].reduced(axes, keeping: keeping) { $0.reduce(-.infinity, max) }
    }
    check("min", x, { $0[0].min(axes: axes, keepingDimensions: keeping) }) {
      $0[0].reduced(axes, keeping: keeping) { $0.reduce(.infinity, min) }
    }
  }

  @Test func `a reduction without axes reduces all dimensions`() {
    let x = Tensor([1, 2, 3, 4, 5, 9], shape: [2, 3])
    #expect(x.sum().shape == [] && x.sum().scalar == 24)
    #expect(x.mean().scalar == 4 && x.max().scalar == 9 && x.min().scalar == 1)
    #expect(x.sum(axes: [-1]).values == [6, 18])
  }

  @Test func `sums of a million floats are exact to the last bit`() {
    // 0.1 as a float is 13421773 · 2⁻²⁷; a million of them sum to 13421773e6 · 2⁻²⁷, and a double holds every
    // partial sum. A float sum would be off by thousands of ulps.
    let million = Tensor.filled(0.1, shape: [1_000_000])
    #expect(million.sum().scalar == Float(13_421_773e6 / 134_217_728))
    #expect(million.mean().scalar == 0.1)
    #expect(Tensor.filled(0.1, shape: [500_000, 2]).mean(axes: [0]).values == [0.1, 0.1])
  }

  @Test(arguments: [15, 16, 17, 100, 70_001])
  func `the maximum and the minimum are found at every position`(_ count: Int) {
    var values = (0..<count).map { Float($0 % 7) }
    for index in [0, 1, count / 2, count - 2, count - 1] {
      values[index] += 100
      #expect(Tensor(values, shape: [count]).max().scalar == values[index])
      values[index] -= 200
      #expect(Tensor(values, shape: [count]).min().scalar == values[index])
      #expect(Tensor(values, shape: [count, 1]).min(axes: [0]).scalar == values[index])
      // As two columns the values interleave; a zero fills up an odd count.
      let pairs = Tensor(values + (count % 2 == 0 ? [] : [0]), shape: [(count + 1) / 2, 2])
      #expect(pairs.min(axes: [0]).values[index % 2] == values[index])
      values[index] += 100
    }
    values[count / 2] = .nan
    #expect(
      Tensor(values, shape: [count]).max().scalar.isNaN && Tensor(values, shape: [count]).min().scalar.isNaN)
  }

  @Test func `equal extremes share the gradient`() {
    let x = Tensor([3, 1, 3, 3, 0, 0], shape: [2, 3]).tracked()
    #expect(x.max(axes: [1]).sum().gradients(of: [x])[0].values == [0.5, 0, 0.5, 1, 0, 0])
    #expect(x.min(axes: [1]).sum().gradients(of: [x])[0].values == [0, 1, 0, 0, 0.5, 0.5])
  }

  @Test func `argmax is the index of the first of the largest elements`() {
    let x = Tensor([0, 5, 5, 7, 1, 7], shape: [2, 3])
    #expect(x.argmax() == [1, 0])
    #expect(x.argmax(axis: 0) == [1, 0, 1])
    #expect(Tensor([0, 1, 2, 3, 9, 8, 7, 6], shape: [2, 2, 2]).argmax(axis: 1) == [1, 1, 0, 0])
  }
}
