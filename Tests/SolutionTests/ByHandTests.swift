import ExerciseChecks
import ExerciseKit
import FixedPoint
import Layers
import Quantization
import Quantizers
import Solutions
import Support
import Tensors
import Testing

// The examples that the contracts ask a student to work out by hand, worked out by hand.

@Suite struct ByHandTests {
  @Test func `the solutions of lesson 1 give the results worked out by hand`() throws {
    // Four levels, three gaps: 2 / 3.
    #expect(try Solution0101.scale(low: -1, high: 1, bits: 2) == 2 / 3)
    // Four steps of 0.25 up from −128.
    #expect(try Solution0102.zeroPoint(low: -1, scale: 0.25) == -124)
    // 3.2 steps above 10; 1000 steps above 10 is beyond 127.
    #expect(try Solution0103.quantize(0.32, scale: 0.1, zeroPoint: 10) == 13)
    #expect(try Solution0103.quantize(100, scale: 0.1, zeroPoint: 10) == 127)
  }

  @Test func `the solutions of lesson 2 give the results worked out by hand`() throws {
    // (9 + 16) / 0.25 = 100 = 10².
    #expect(try Solution0201.sqnr(signal: [3, 4], roundTrip: [3, 3.5]) == 20)
    // Channel 0 is 1, 2, −4 and channel 1 is −10, 5, 0.5.
    let scales = try Solution0202.scales(kernel: [1, -10, 2, 5, -4, 0.5], channels: 2)
    let (four, ten): (Float, Float) = (4 / 127, 10 / 127)
    #expect(scales == [four, ten])
    #expect(try Solution0202.scales(kernel: [0, 2, 0, -1], channels: 2)[0] == 1)
    // 1.5 lies between 1 and 2, −2.5 between −3 and −2. Int.max is 2⁶³ − 1, its half 2⁶² − ½.
    #expect(try [3, -5].map(Solution0203.halved) == [2, -2])
    let most = 1 << 62
    #expect(try [Int.max, .min].map(Solution0203.halved) == [most, -most])
  }

  @Test func `the best threshold is the one found by hand and with the toolkit`() throws {
    // At 1: errors 0.2, −0.1, 0.1 and −0.5, whose squares add up to 0.31. At 1.5: 0.7, −0.6, 0.6 and 0, to 1.21.
    #expect(
      try Solution0204.bestThreshold(for: [0.8, -0.9, 0.9, 1.5], bits: 2, candidates: [1, 1.5]) == 1)
    // The sum as the toolkit's quantizer has it.
    let values = (0..<200).map { index -> Float in
      let x = Float(index * 37 % 101 - 50) / 50
      return x * Float(index % 7)
    }
    let candidates = (1...30).map { Float($0) / 5 }
    let losses = try candidates.map { threshold in
      let quantizer = try AffineQuantizer(
        covering: (-threshold, threshold), bitWidth: 4, symmetric: true, narrowRange: true)
      return values.reduce(Float(0)) { sum, value in
        let error = value - quantizer.roundTrip(value)
        return sum + error * error
      }
    }
    let least = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    #expect(
      try Solution0204.bestThreshold(for: values, bits: 4, candidates: candidates) == candidates[least])
  }

  @Test func `half of an odd number is its even neighbour`() throws {
    // Of the two neighbours of half an odd number, the even one is a multiple of 2 at a distance of ½.
    for sum in -10_000...10_000 {
      let half = try Solution0203.halved(sum)
      #expect(sum % 2 == 0 ? 2 * half == sum : half % 2 == 0 && abs(2 * half - sum) == 1)
    }
  }

  @Test func `the solutions of lesson 3 give the results worked out by hand`() throws {
    // Code 1 stands for 0; 0.3 is 0.6 steps, so code 2; 5 takes the last code, 3.
    #expect(try Solution0301.fakeQuantize(0.3, low: -0.5, high: 1, bits: 2) == 0.5)
    #expect(try Solution0301.fakeQuantize(5, low: -0.5, high: 1, bits: 2) == 1)
    // −2 was clipped to min and 3 to max.
    let gradients = try Solution0302.gradients(
      of: [-2, -1, 0.5, 1, 3], upstream: [1, 2, 3, 4, 5], low: -1, high: 1)
    #expect(gradients.x == [0, 2, 3, 4, 0] && gradients.low == 1 && gradients.high == 5)
    // 0.25 · 4 = 1, of which a quarter is real: 1 / 0.25.
    #expect(try Solution0303.average([4], decay: 0.75) == 4)
  }

  @Test func `one training step gives the weights worked out by hand`() throws {
    // 0.75 rounds to 1 at scale 1, so the output is 1 − 1 = 0 and the error −1. The gradient is −2 for both.
    let once = try Solution0304.trained(
      weights: [0.75, -1], inputs: [[1, 1]], targets: [1], bits: 2, rate: 0.125, steps: 1)
    #expect(once == [1, -0.75])
  }

  @Test func `twenty training steps give the toolkit's weights`() throws {
    let kernel = Variable("kernel", Tensor([0.3, 0.8], shape: [2, 1]))
    let (rows, targets): ([[Float]], [Float]) = (
      [[1, 0.5], [-0.5, 1], [0.25, -1], [1, 1]], [0.7, 0.1, -0.2, 0.9]
    )
    let inputs = Tensor(rows.flatMap { $0 }, shape: [4, 2])
    for _ in 0..<20 {
      let largest = kernel.value.values.map(\.magnitude).max() ?? 1
      let quantizer = try AffineQuantizer(
        covering: (-largest, largest), bitWidth: 4, symmetric: true, narrowRange: true)
      // What rounding adds is a number without a history, so the gradient goes straight through.
      let added = kernel.value.values.map { quantizer.roundTrip($0) - $0 }
      let seen = kernel.value + Tensor(added, shape: kernel.shape)
      let loss = (inputs.matmul(seen) - Tensor(targets, shape: [4, 1])).squared().mean()
      let gradient = loss.gradients(of: [kernel])[0]
      kernel.value = Tensor(
        zip(kernel.value.values, gradient.values).map { $0 - 0.1 * $1 }, shape: kernel.shape)
    }
    let weights = try Solution0304.trained(
      weights: [0.3, 0.8], inputs: rows, targets: targets, bits: 4, rate: 0.1, steps: 20)
    for (given, theirs) in zip(weights, kernel.value.values) { #expect(abs(given - theirs) < 1e-5) }
  }

  @Test func `the solutions of lesson 4 give the results worked out by hand`() throws {
    // Built for examples of 5, whatever the batch; those of 7 are refused, and 5 fits again.
    let batches = [[1, 5], [32, 5], [2, 7], [3, 7], [4, 5]]
    #expect(
      try Solution0401.moments(of: batches) == [.buildAndCall, .call, .refuse, .refuse, .call])
    // [5, 8] and [8]; [8, 1] and [1].
    #expect(try Solution0402.parameters(features: 5, units: [8, 1]) == [48, 9])
    let layer = try Solution0403.makeLayer()
    let examples = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    _ = layer(examples)
    layer.weight("gain").value = Tensor([2, 10, -1], shape: [3])
    #expect(layer(examples).values == [2, 20, -3, 8, 50, -6])
  }

  @Test func `a layer of the toolkit keeps the shape of its first examples`() throws {
    let layer = try Solution0403.makeLayer()
    for batch in [[1, 5], [32, 5], [4, 5]] { _ = layer(Tensor.zeros(batch)) }
    #expect(layer.inputShapes == [[5]])
  }

  @Test func `the parameters of a stack are the ones that the toolkit counts`() throws {
    let units = [3, 2, 6]
    let stack = Sequential(units.map { Dense(units: $0) }, inputShape: [4])
    let counted = stack.layers.map { $0.weights.reduce(0) { $0 + $1.value.count } }
    #expect(try Solution0402.parameters(features: 4, units: units) == counted)
  }

  @Test func `the solutions of lesson 5 give the results worked out by hand`() throws {
    // −100 leaves the outer clip as −6 and the inner as −1; 100 as 6, twice.
    #expect(try Solution0501.composed(outer: (-6, 6), inner: (-1, 8)) == (-1, 6))
    // All that leaves 2…6 lies above −1…1.
    #expect(try Solution0501.composed(outer: (2, 6), inner: (-1, 1)) == (1, 1))
    // 3 and 5 were clipped: −1 − 3 = −4. The penalty's slope is 2 · 0.25 · 2 = 1. 2 − 0.1 · (−4 + 1).
    let stepped = try Solution0502.stepped(
      high: 2, activations: [1, 3, 5], upstream: [10, -1, -3], penalty: 0.25, rate: 0.1)
    #expect(abs(stepped - 2.3) < 1e-6)
    // [1, 9] times 3; 1 + 9.
    let wrapper = try Solution0503.wrapped(Square())
    let numbers = Tensor([1, 3], shape: [2, 1])
    wrapper.buildOnce(inputShape: [1])
    wrapper.weight("scale").value = Tensor(3)
    #expect(wrapper(numbers).values == [3, 27])
    #expect(wrapper(numbers).sum().gradients(of: [wrapper.weight("scale")])[0].values == [10])
  }

  @Test func `a clip made of two ReLUs has the toolkit's values and gradients`() throws {
    let numbers = Tensor([-8, -2, 3, 9], shape: [4, 1])
    let (low, high) = (Variable("min", Tensor(-6)), Variable("max", Tensor(6)))
    // [−6, −2, 3, 6], squared.
    let outputs = try Solution0504.call(numbers, low: low, high: high, layer: Square(), training: false)
    #expect(outputs.values == [36, 4, 9, 36])
    let theirs = numbers.clipped(min: low.value, max: high.value).squared().sum().gradients(of: [low, high])
    #expect(outputs.sum().gradients(of: [low, high]).map(\.values) == theirs.map(\.values))
  }

  @Test func `one composed clip does what two clips do`() throws {
    // All 21² pairs of ranges with ends in −3…2, and all numbers that can tell them apart.
    let ends = (-3...2).flatMap { low in (low...2).map { (low: Float(low), high: Float($0)) } }
    func clip(_ x: Float, _ range: (low: Float, high: Float)) -> Float { min(max(x, range.low), range.high) }
    for outer in ends {
      for inner in ends {
        let one = try Solution0501.composed(outer: outer, inner: inner)
        for x in stride(from: Float(-4), through: 4, by: 0.5) {
          #expect(clip(x, one) == clip(clip(x, outer), inner))
        }
      }
    }
  }

  @Test func `the solutions of lesson 6 give the results worked out by hand`() throws {
    // σ is 2, the factor 1.5; 5 + (1 − 2) · 1.5.
    let folded = try Solution0601.folded(
      kernel: [2, -1], bias: 1, gamma: 3, beta: 5, mean: 2, variance: 3.75, epsilon: 0.25)
    #expect(folded.kernel == [3, -1.5] && folded.bias == 3.5)
    // Two operations: conv to relu, and dense.
    let fakeQuants = try Solution0602.fakeQuants(in: [.conv, .batchNorm, .relu, .maxPool, .flatten, .dense])
    #expect(
      fakeQuants.map(\.description) == ["kernel", "–", "output", "–", "–", "kernel + output"])
    // A step is 4/7, so 0 lies 1.75 steps up, at code 2; 2 to 7 are left.
    #expect(try Solution0603.codesLeft(low: -1, high: 3, bits: 3) == 6)
  }

  @Test func `the solutions of lesson 7 give the results worked out by hand`() throws {
    // 0.75 · 2^31, and 0.1 = 0.8 · 2^−3: 0.8 · 2^31 is 1717986918.4.
    #expect(try Solution0701.multiplier(for: 0.75) == (1_610_612_736, 0))
    #expect(try Solution0701.multiplier(for: 0.1) == (1_717_986_918, -3))
    // A half, two bits to the right: an eighth. 12.625 becomes 13, and −12.625 becomes −13; the zero point is −40.
    func eighth(of accumulator: Int32) throws -> Int32 {
      try Solution0702.requantized(
        accumulator, mantissa: 1 << 30, shift: -2, zeroPoint: -40, within: -128...127)
    }
    #expect(try [101, -101, 100, -100].map(eighth) == [-27, -53, -27, -52])
    // The losses rise by 0.02, 0.25 and −0.02; only the second is above 0.05.
    let layers = [("conv", 1.02), ("hidden", 1.25), ("scores", 0.98)].map {
      LayerCost(name: $0, lossAlone: $1, sqnr: 20)
    }
    #expect(try Solution0703.hurting(layers, floatLoss: 1, tolerance: 0.05) == ["hidden"])
  }

  @Test func `the solutions of lesson 10 give the results worked out by hand`() throws {
    // e1 has the halves 1 and 14, which is −2; 05 has 5, and a half that is nothing.
    #expect(try Solution1001.unpacked([0xE1, 0x05], count: 3) == [1, -2, 5])
    // The vtable is 8 before the table, at 0. Field 0 is 4 into the table, at 12, and the list 4 ahead of it, at 16.
    let bytes: [UInt8] = [6, 0, 8, 0, 4, 0, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0xCD, 0xCC, 0xCC, 0x3D]
    #expect(try Solution1002.scales(in: bytes, table: 8, field: 0) == [0.1])
    // Only the dense layer has too many scales.
    let layers = [FileLayer.Kind.convolution, .dense].map {
      FileLayer(name: $0.rawValue, kind: $0, weightBits: 4, scaleCount: 16)
    }
    #expect(try Solution1003.refused(layers) == ["dense"])
  }

  @Test func `multipliers and requantized codes are the toolkit's`() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let real =
        Double(generator.uniform(0.5, 1))
        * Double(sign: .plus, exponent: generator.below(40) - 29, significand: 1)
      let ours = try Solution0701.multiplier(for: real)
      let toolkits = try FixedPointMultiplier(real)
      #expect(ours == (toolkits.mantissa, toolkits.shift))
      let accumulator = Int32(truncatingIfNeeded: generator.next()) >> 8
      guard (-20...5).contains(ours.shift) else { continue }
      let code = try Solution0702.requantized(
        accumulator, mantissa: ours.mantissa, shift: ours.shift, zeroPoint: 3, within: -128...127)
      let scaled = Int64(toolkits.apply(to: accumulator, roundings: .single)) + 3
      #expect(Int64(code) == min(max(scaled, -128), 127))
    }
  }

  @Test func `a folded layer has the toolkit's kernel and bias`() throws {
    let dense = Dense(units: 1)
    let layer = FoldedBatchNorm(dense, BatchNormalization(epsilon: 0.25), quantizer: nil)
    _ = layer(Tensor.zeros([1, 2]))
    let norm = layer.normalization
    dense.kernel.value = Tensor([2, -1], shape: [2, 1])
    for (weight, value) in [
      (dense.bias, 1), (norm.gamma, 3), (norm.beta, 5),
      (norm.movingMean, 2), (norm.movingVariance, 3.75),
    ] as [(Variable, Float)] {
      weight.value = Tensor([value], shape: [1])
    }
    let folded = try Solution0601.folded(
      kernel: [2, -1], bias: 1, gamma: 3, beta: 5, mean: 2, variance: 3.75, epsilon: 0.25)
    #expect(layer.foldedKernel.values == folded.kernel && layer.foldedBias.values == [folded.bias])
  }

  @Test func `fake-quants are placed where the toolkit places them`() throws {
    let layers: [GraphLayer] = [.conv, .batchNorm, .relu, .maxPool, .conv, .relu, .flatten, .dense]
    let model = Sequential(
      layers.map { layer -> Layer in
        switch layer {
        case .conv: Conv2D(filters: 2, kernelSize: 1)
        case .dense: Dense(units: 2)
        case .batchNorm: BatchNormalization()
        case .relu: ReLU()
        case .maxPool: MaxPooling2D()
        case .flatten: Flatten()
        }
      }, inputShape: [4, 4, 1])
    let paths = try quantizeModel(model).quantizers.map(\.path).dropFirst()
    let fakeQuants = try Solution0602.fakeQuants(in: layers)
    #expect(paths.count { $0.hasSuffix("/kernel") } == fakeQuants.count { $0.kernel })
    #expect(
      paths.filter { $0.hasSuffix("/output") } == [
        "quant_re_lu/output", "quant_re_lu_1/output", "quant_dense/output",
      ])
    #expect(layers.indices.filter { fakeQuants[$0].output } == [2, 5, 7])
  }

  @Test func `the number of codes left is the number counted`() throws {
    for (min, max) in [(-1, 3), (-6, 2), (-4.8, 4), (-1, 0.9), (0, 6)] as [(Float, Float)] {
      let input = Tensor((0...20_000).map { min + (max - min) * Float($0) / 20_000 }, shape: [20_001])
      let seen = input.fakeQuantized(min: Tensor(min), max: Tensor(max), bitWidth: 8).relu()
      #expect(try Set(seen.values).count == Solution0603.codesLeft(low: min, high: max, bits: 8))
    }
  }

  private final class Square: Layer {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.squared() }
  }
}
