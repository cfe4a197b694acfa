import FixedPoint
import Quantizers
import Support
import Tensors
import Testing

/// Values and gradients against PyTorch's learnable fake-quant; see `Fixtures/make_range_fixtures.py`.
@Suite struct LearnedStepOracleTests {
  struct Case {
    let format: QuantizerFormat
    let shape: [Int]
    let step: [Float]
    let offset: [Float]?
    let (x, upstream, y, dx): ([Float], [Float], [Float], [Float])
    let (dstep, doffset): ([Float], [Float])

    init(_ fields: [Substring]) throws {
      let numbers = fields[0...4].compactMap { Int($0) }
      let (channels, inner) = (numbers[3], numbers[4])
      format = QuantizerFormat(
        bitWidth: numbers[0], symmetric: numbers[1] == 1, narrowRange: numbers[2] == 1,
        axis: channels == 0 ? nil : 1)
      step = OracleCases.floats(fields[5])
      offset = fields[6] == "-" ? nil : OracleCases.floats(fields[6])
      (x, upstream, y) = (
        OracleCases.floats(fields[7]), OracleCases.floats(fields[8]), OracleCases.floats(fields[9])
      )
      dx = zip(fields[10].utf8, upstream).map { $0 == 49 ? $1 : 0 }
      (dstep, doffset) = (OracleCases.floats(fields[11]), OracleCases.floats(fields[12]))
      shape = channels == 0 ? [x.count, 1, 1] : [x.count / channels / inner, channels, inner]
    }

    func quantizer() -> LearnedStepQuantizer {
      let quantizer = LearnedStepQuantizer(format, learnsOffset: offset != nil)
      quantizer.build(shape: shape, name: "case")
      let variable = quantizer.variable("step")
      variable.value = Tensor(step, shape: variable.shape)
      if let offset { quantizer.variable("offset").value = Tensor(offset, shape: variable.shape) }
      quantizer.observedCount = 1
      return quantizer
    }
  }

  @Test func `values and gradients of learned step sizes equal PyTorch's`() throws {
    let cases = try OracleCases.lines(of: "learned").map(Case.init)
    #expect(cases.count == 240)
    for each in cases {
      let quantizer = each.quantizer()
      let x = Variable("x", Tensor(each.x, shape: each.shape))
      let y = quantizer(x.value, training: true)
      #expect(OracleCases.firstDifference(y.values, each.y) == nil, "\(each)")
      let parameters = quantizer.variables.map(\.variable).filter(\.trainable)
      let gradients = (y * Tensor(each.upstream, shape: each.shape)).sum().gradients(of: [x] + parameters)
      #expect(gradients[0].values == each.dx, "\(each.format) \(each.shape)")
      // PyTorch sums up to some hundred terms in Float, of as many steps as there are codes: a few ulps of the
      // largest of them.
      let largest = Float(1 << each.format.bitWidth)
      let expected = [each.dstep] + (each.offset == nil ? [] : [each.doffset])
      for (ours, theirs) in zip(gradients.dropFirst(), expected) {
        for (a, b) in zip(ours.values, theirs) {
          #expect(
            abs(a - b) <= 1e-5 * abs(b) + 1e-6 * largest / Float(each.x.count),
            "\(a) \(b) \(each.format) \(each.shape)")
        }
      }
    }
  }

  /// The inner layer of the network will be run by the integers that these say.
  @Test func `the integer quantizers of a learned step size give the same numbers`() throws {
    for each in try OracleCases.lines(of: "learned").map(Case.init) {
      let quantizer = each.quantizer()
      for signed in [false, true] {
        let grids = try quantizer.affineQuantizers(signed: signed)
        #expect(grids.map(\.scale) == each.step)
        let axis = each.format.isPerChannel ? [1] : []
        let x = Tensor(each.x, shape: each.shape)
        // No x is near a tie, so x / scale and x × (1 / scale) round alike.
        #expect(OracleCases.firstDifference(x.fakeQuantized(by: grids, axes: axis).values, each.y) == nil)
        #expect(grids.allSatisfy { signed == ($0.quantizedRange.lowerBound < 0) })
      }
    }
  }

  /// Steps that are powers of two, x in eighths of a step and upstreams in eighths: every sum is exact, so its
  /// order does not matter, and each way through the kernels gives the sum of the definition to the bit.
  @Test(arguments: KernelTests.layouts.indices)
  func `the gradient of a step size is the sum of its definition bit for bit`(_ index: Int) {
    let (shape, axis) = KernelTests.layouts[index]
    var generator = SeededGenerator(seed: UInt64(700 + index))
    let format = QuantizerFormat(bitWidth: 4, symmetric: true, axis: axis)
    let quantizer = LearnedStepQuantizer(format)
    quantizer.build(shape: shape, name: "case")
    let step = quantizer.variable("step")
    let steps = (0..<step.value.count).map { _ in
      Float(sign: .plus, exponent: generator.below(7) - 3, significand: 1)
    }
    step.value = Tensor(steps, shape: step.shape)
    quantizer.observedCount = 1
    let count = shape.reduce(1, *)
    let eighths = (0..<count).map { _ in generator.below(200) - 100 }
    let upstream = (0..<count).map { _ in Float(generator.below(17) - 8) / 8 }
    var sums = [Double](repeating: 0, count: steps.count)
    let x = eighths.indices.map { element in
      let channel = KernelTests.channel(element, shape, axis)
      let exact = Double(eighths[element]) / 8
      let rounded = exact.rounded(.toNearestOrEven)
      let slope = rounded < -8 ? -8 : rounded > 7 ? 7 : rounded - exact
      sums[channel] += Double(upstream[element]) * slope
      return Float(exact) * steps[channel]
    }
    let y = quantizer(Tensor(x, shape: shape), training: true)
    let gradient = (y * Tensor(upstream, shape: shape)).sum().gradients(of: [step])[0].values
    let scale = 1 / (Double(count / steps.count) * 7).squareRoot()
    #expect(OracleCases.firstDifference(gradient, sums.map { Float($0 * scale) }) == nil)
  }
}
