import FixedPoint
import Quantizers
import Support
import Tensors
import Testing

/// The kernels in C against their twin in Swift, over every layout of channels.
@Suite struct KernelTests {
  /// Shapes and axes that take each way through the kernels: one range, channels that alternate, channels
  /// in short runs and in long ones, fewer elements than a vector, and enough of them for several threads.
  static let layouts: [(shape: [Int], axis: Int?)] = [
    ([1], nil), ([19], nil), ([70_001], nil), ([3, 5], 1), ([17, 257], 1), ([40_000, 3], -1), ([9, 5000], 1),
    ([5, 3, 7], 1), ([2, 3, 4], 0), ([3, 4, 5000], 1), ([6, 4099], 0), ([64, 33, 65], 1), ([4, 1], 1),
    ([20, 2, 2100], 1),
  ]

  /// Floats of every size, on ties, at the ends, subnormal, and none at all.
  static func values(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
    let special: [Float] = [0, -0.0, .infinity, -.infinity, .nan, 0x1p-140, -0x1p-140, 3e38, -3e38]
    return (0..<count).map { _ in
      switch generator.below(10) {
      case 0: special[generator.below(special.count)]
      case 1: Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      case 2, 3: (generator.uniform(-20, 20).rounded() + 0.5) / 8
      default: generator.uniform(-3, 3)
      }
    }
  }

  /// Ends of ranges: mostly around 0, some empty, tiny, reversed or too wide.
  static func ends(_ count: Int, _ generator: inout SeededGenerator) -> (low: [Float], high: [Float]) {
    var (low, high): ([Float], [Float]) = ([], [])
    for _ in 0..<count {
      let ends: (Float, Float) =
        switch generator.below(12) {
        case 0: (0, 0)
        case 1: (-3e38, 3e38)
        case 2: (1, -1)
        case 3: (0, 0x1p-120)
        default: (generator.uniform(-2, 0), generator.uniform(0, 2))
        }
      low.append(ends.0)
      high.append(ends.1)
    }
    return (low, high)
  }

  static func channel(_ element: Int, _ shape: [Int], _ axis: Int?) -> Int {
    guard let axis else { return 0 }
    let position = axis < 0 ? axis + shape.count : axis
    return element / shape[(position + 1)...].reduce(1, *) % shape[position]
  }

  /// The numbers of one layout, and what an operation on them is compared with.
  private struct Sample {
    let shape: [Int]
    let axis: Int?
    let x: [Float]
    let upstream: [Float]
    var channels: Int { axis.map { shape[$0 < 0 ? $0 + shape.count : $0] } ?? 1 }

    init(_ index: Int, _ generator: inout SeededGenerator) {
      (shape, axis) = KernelTests.layouts[index]
      let count = shape.reduce(1, *)
      x = KernelTests.values(count, &generator)
      upstream = KernelTests.values(count, &generator)
    }

    /// An operation gives the bits of its scalar twin, and its gradient those of the twin's.
    func expect(
      _ operation: (Tensor) -> Tensor, equals twin: (_ x: Float, _ channel: Int) -> Float,
      gradient: (_ x: Float, _ upstream: Float, _ channel: Int) -> Float
    ) {
      let input = Tensor(x, shape: shape).tracked()
      let y = operation(input)
      let dx = (y * Tensor(upstream, shape: shape)).sum().gradients(of: [input])[0].values
      let channel = { KernelTests.channel($0, shape, axis) }
      let values = x.indices.map { twin(x[$0], channel($0)) }
      let gradients = x.indices.map { gradient(x[$0], upstream[$0], channel($0)) }
      #expect(OracleCases.firstDifference(y.values, values) == nil)
      #expect(OracleCases.firstDifference(dx, gradients) == nil)
    }
  }

  @Test(arguments: layouts.indices)
  func `TensorFlow's arithmetic in C equals its twin in Swift bit for bit`(_ index: Int) {
    var generator = SeededGenerator(seed: UInt64(index))
    let sample = Sample(index, &generator)
    let (low, high) = Self.ends(sample.channels, &generator)
    let bits = 2 + index
    let grids = zip(low, high).map {
      FakeQuantizer(NudgedRange(low: $0, high: $1, bitWidth: bits), perChannel: sample.axis != nil)
    }
    let ends = sample.axis == nil ? [] : [sample.channels]
    sample.expect(
      {
        $0.fakeQuantized(
          min: Tensor(low, shape: ends), max: Tensor(high, shape: ends), bitWidth: bits,
          axis: sample.axis ?? -1)
      },
      equals: { grids[$1].roundTrip($0) }, gradient: { grids[$2].gradient(at: $0, upstream: $1) })
  }

  @Test(arguments: layouts.indices)
  func `PyTorch's arithmetic in C equals its twin in Swift bit for bit`(_ index: Int) throws {
    var generator = SeededGenerator(seed: UInt64(100 + index))
    let sample = Sample(index, &generator)
    let quantizers = try (0..<sample.channels).map { _ in
      try AffineQuantizer(
        covering: (generator.uniform(-2, 0), generator.uniform(0, 2)), bitWidth: 2 + index)
    }
    let grids = quantizers.map { FakeQuantizer(pyTorch: $0) }
    sample.expect(
      { x in
        sample.axis.map { x.fakeQuantizedAsPyTorch(by: quantizers, axis: $0) }
          ?? x.fakeQuantizedAsPyTorch(by: quantizers[0])
      },
      equals: { grids[$1].roundTrip($0) }, gradient: { grids[$2].gradient(at: $0, upstream: $1) })
  }

  @Test(arguments: layouts.indices)
  func `affine fake quantization of a tensor equals that of its elements bit for bit`(_ index: Int) throws {
    var generator = SeededGenerator(seed: UInt64(500 + index))
    let sample = Sample(index, &generator)
    let quantizers = try (0..<sample.channels).map { _ in
      try AffineQuantizer(
        covering: (generator.uniform(-2, 0), generator.uniform(0, 2)), bitWidth: 1 + index,
        rounding: RoundingRule.allCases[index % 4])
    }
    sample.expect(
      { x in
        sample.axis.map { x.fakeQuantized(by: quantizers, axis: $0) } ?? x.fakeQuantized(by: quantizers[0])
      },
      equals: { quantizers[$1].roundTrip($0) },
      gradient: { $1 * (quantizers[$2].saturates($0) ? 0 : 1) })
  }

  /// The sums for min and max: exact where upstream is a small multiple of 1/8, whatever the order.
  @Test(arguments: layouts.indices)
  func `the gradients of a range's ends are the sums over the elements beyond them`(_ index: Int) {
    let (shape, axis) = Self.layouts[index]
    var generator = SeededGenerator(seed: UInt64(200 + index))
    let count = shape.reduce(1, *)
    let channels = axis.map { shape[$0 < 0 ? $0 + shape.count : $0] } ?? 1
    let x = Self.values(count, &generator)
    let upstream = (0..<count).map { _ in Float(generator.below(33) - 16) / 8 }
    let (low, high) = Self.ends(channels, &generator)
    let ends = axis == nil ? [] : [channels]
    let (min, max) = (Tensor(low, shape: ends).tracked(), Tensor(high, shape: ends).tracked())
    let y = Tensor(x, shape: shape).fakeQuantized(min: min, max: max, axis: axis ?? -1)
    let gradients = (y * Tensor(upstream, shape: shape)).sum().gradients(of: [min, max])
    var (below, above) = ([Float](repeating: 0, count: channels), [Float](repeating: 0, count: channels))
    let ranges = zip(low, high).map { NudgedRange(low: $0, high: $1) }
    for element in x.indices {
      let channel = Self.channel(element, shape, axis)
      if low[channel] == 0, high[channel] == 0 { continue }
      let value = x[element].isSubnormal ? 0 : x[element]
      if value < ranges[channel].lowest { below[channel] += upstream[element] }
      if value > ranges[channel].highest { above[channel] += upstream[element] }
    }
    #expect(OracleCases.firstDifference(gradients[0].values, below) == nil)
    #expect(OracleCases.firstDifference(gradients[1].values, above) == nil)
  }

  @Test(arguments: layouts.indices)
  func `observed ranges are the extremes of each channel`(_ index: Int) {
    let (shape, axis) = Self.layouts[index]
    var generator = SeededGenerator(seed: UInt64(400 + index))
    // One NaN among many numbers, so that some channels have one and others none.
    var x = Self.values(shape.reduce(1, *), &generator).map { $0.isNaN ? 7 : $0 }
    x[x.count / 2] = .nan
    let channels = axis.map { shape[$0 < 0 ? $0 + shape.count : $0] } ?? 1
    var low = [Float](repeating: 0, count: channels)
    var high = low
    for (element, value) in x.enumerated() {
      let channel = Self.channel(element, shape, axis)
      low[channel] = value.isNaN || low[channel].isNaN ? .nan : min(low[channel], value)
      high[channel] = value.isNaN || high[channel].isNaN ? .nan : max(high[channel], value)
    }
    let range = QuantizerFormat(axis: axis).range(of: Tensor(x, shape: shape))
    // As numbers: which zero is found, where both are, is nobody's concern.
    #expect(zip(range.low, low).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    #expect(zip(range.high, high).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    #expect(range.low.count == channels && range.high.count == channels)
  }

  @Test func `the number of threads changes no bit of fake quantization`() {
    var generator = SeededGenerator(seed: 300)
    let values = Tensor.normal(shape: [1_000, 331], using: &generator)
    let upstream = Tensor.normal(shape: [1_000, 331], using: &generator)
    func run(_ workers: Int, channels: Int) -> [[UInt32]] {
      let shape = channels == 1 ? [] : [channels]
      let x = values.on(Backend(kernels: .portable, workers: workers)).tracked()
      let min = Tensor([Float](repeating: -1, count: channels), shape: shape).tracked()
      let max = Tensor([Float](repeating: 0.9, count: channels), shape: shape).tracked()
      let y = x.fakeQuantized(min: min, max: max)
      let gradients = (y * upstream).sum().gradients(of: [x, min, max])
      return ([y] + gradients).map { $0.values.map(\.bitPattern) }
    }
    for channels in [1, 331] {
      let alone = run(1, channels: channels)
      for workers in [2, 3, 8] {
        let isSame = run(workers, channels: channels) == alone
        #expect(isSame, "\(workers) workers, \(channels) channels")
      }
    }
  }

  /// Numbers of very different sizes that cancel: what is left is rounding, and shows any change of order.
  @Test(arguments: [1, 7]) func `the order of sums for range gradients does not depend on the threads`(
    _ channels: Int
  ) {
    var generator = SeededGenerator(seed: 301)
    let half = (0..<channels * 30_000).map { _ in
      Float(sign: .plus, exponent: generator.below(60), significand: generator.uniform(1, 2))
    }
    let upstream = Tensor(half + half.reversed().map { -$0 }, shape: [60_000, channels])
    let ends = channels == 1 ? [] : [channels]
    func run(_ workers: Int) -> [UInt32] {
      let x = Tensor.filled(-5, shape: [60_000, channels])
        .on(Backend(kernels: .portable, workers: workers))
      let min = Tensor([Float](repeating: -1, count: channels), shape: ends).tracked()
      let max = Tensor([Float](repeating: 1, count: channels), shape: ends)
      let y = x.fakeQuantized(min: min, max: max) * upstream
      return y.sum().gradients(of: [min])[0].values.map(\.bitPattern)
    }
    let alone = run(1)
    #expect(alone.contains { $0 != 0 })
    for workers in [2, 2, 2, 8] { #expect(run(workers) == alone) }
  }
}
