import Support
import Tensors
import Testing

/// The operations whose shapes have the most ways to go wrong, on shapes drawn at random.
@Suite struct RandomShapeTests {
  @Test(arguments: UInt64(1)...16)
  func `convolutions and pooling of random shapes match their definition`(_ seed: UInt64) {
    var g = SeededGenerator(seed: seed)
    let (height, width, channels) = (1 + g.below(8), 1 + g.below(8), 1 + g.below(4))
    let batch = 1 + g.below(10)
    let padding: Padding = g.below(2) == 0 ? .same : .valid
    func extent(_ limit: Int) -> Int { 1 + g.below(padding == .valid ? min(limit, 4) : 4) }
    let size = Size2D(extent(height), extent(width))
    let strides = Size2D(1 + g.below(4), 1 + g.below(4))
    let (filters, multiplier) = (1 + g.below(5), 1 + g.below(3))
    let image = distinct([batch, height, width, channels], seed)
    let kernel = awkward([size.height, size.width, channels, filters], seed + 100)
    let depthwise = awkward([size.height, size.width, channels, multiplier], seed + 200)
    let label = "seed \(seed), windows \(size), strides \(strides), \(padding)"
    check(
      "conv2D \(label)", [image, kernel], ulps: 32,
      { $0[0].conv2D($0[1], strides: strides, padding: padding) }
    ) {
      $0[0].convolved($0[1], nil, strides, padding, depthwise: false)
    }
    check(
      "depthwiseConv2D \(label)", [image, depthwise], ulps: 32,
      { $0[0].depthwiseConv2D($0[1], strides: strides, padding: padding) }
    ) { $0[0].convolved($0[1], nil, strides, padding, depthwise: true) }
    check("maxPool2D \(label)", [image], { $0[0].maxPool2D(size: size, strides: strides, padding: padding) })
    {
      $0[0].pooled(size, strides, padding) { $0.reduce(-.infinity, max) }
    }
    check(
      "averagePool2D \(label)", [image],
      { $0[0].averagePool2D(size: size, strides: strides, padding: padding) }
    ) {
      $0[0].pooled(size, strides, padding) { $0.reduce(0, +) / Double($0.count) }
    }
  }

  @Test(arguments: UInt64(1)...16)
  func `broadcasting, reductions and products of random shapes match their definition`(_ seed: UInt64) {
    var g = SeededGenerator(seed: seed)
    let shape = (0..<g.below(5)).map { _ in 1 + g.below(4) }
    let other = shape.dropFirst(g.below(shape.count + 1)).map { g.below(3) == 0 ? 1 : $0 }
    let axes = shape.indices.filter { _ in g.below(2) == 0 }
    let (x, y) = (distinct(shape, seed), awkward(other, seed + 100))
    check("\(seed): *", [x, y], { $0[0] * $0[1] }, { $0[0].combined($0[1], *) })
    check("\(seed): swapped -", [y, x], { $0[0] - $0[1] }, { $0[0].combined($0[1], -) })
    check("\(seed): /", [x, y], ulps: 64, { $0[0] / $0[1] }, { $0[0].combined($0[1], /) })
    check("\(seed): mean over \(axes)", [x], { $0[0].mean(axes: axes) }) {
      $0[0].reduced(axes, keeping: false) { $0.reduce(0, +) / Double($0.count) }
    }
    check("\(seed): max over \(axes)", [x], { $0[0].max(axes: axes, keepingDimensions: true) }) {
      $0[0].reduced(axes, keeping: true) { $0.reduce(-.infinity, max) }
    }
    let (rows, depth, columns) = (1 + g.below(9), 1 + g.below(20), 1 + g.below(36))
    check(
      "\(seed): matmul", [awkward([rows, depth], seed), awkward([depth, columns], seed + 1)], ulps: 32,
      { $0[0].matmul($0[1]) }, { $0[0].matmul($0[1]) })
  }
}
