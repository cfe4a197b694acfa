import FixedPoint
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

@Suite struct QuantizerTests {
  /// After two tensors: a third is quantized as by the one whose variables were copied, and so is a fourth after
  /// both have learned from the third.
  @Test func `a quantizer with copied variables continues as the original`() {
    for original in Zoo.fresh() {
      var generator = SeededGenerator(seed: 11)
      func next() -> Tensor { Tensor.normal(mean: 0.3, shape: [6, 5, 4], using: &generator) }
      for _ in 0..<2 { _ = original(next(), training: true) }
      let copy = original.copied()
      copy.build(shape: [6, 5, 4], name: "copy")
      #expect(copy.variables.map(\.name) == original.variables.map(\.name))
      for (own, given) in zip(copy.variables, original.variables) {
        own.variable.value = given.variable.value
      }
      #expect(
        copy.range == original.range && copy.observedCount == original.observedCount, "\(Zoo.name(original))")
      for _ in 0..<2 {
        let x = next()
        let results = [original, copy].map { Zoo.bits($0(x, training: true)) }
        #expect(results[0] == results[1], "\(Zoo.name(original))")
      }
      for (own, given) in zip(copy.variables, original.variables) {
        #expect(
          Zoo.bits(own.variable.value) == Zoo.bits(given.variable.value), "\(Zoo.name(original)) \(own.name)")
      }
      #expect(copy.summary == original.summary)
    }
  }

  @Test func `a copy of a quantizer has seen nothing`() {
    let x = Tensor([-1, 2, 0.5, 3], shape: [2, 2, 1])
    for original in Zoo.fresh() {
      original.observe(x)
      let copy = original.copied()
      #expect(copy.variables.isEmpty && copy.observedCount == 0 && copy.delay == original.delay)
      #expect(copy.range == original.initialRange && copy.format == original.format)
    }
  }

  /// Codes × channels at most, and the numbers of the integer quantizers: bit for bit those they dequantize to,
  /// but for observed ranges, whose scale TensorFlow rounds at another step.
  @Test func `every quantized value is a number of the integer grid`() throws {
    var generator = SeededGenerator(seed: 12)
    let x = Tensor.normal(mean: 0.2, shape: [7, 3, 4], using: &generator)
    for quantizer in Zoo.fresh() {
      quantizer.observe(x)
      let y = quantizer(x, training: false)
      let grids = try quantizer.affineQuantizers()
      let range = try #require(quantizer.range)
      #expect(grids.count == range.low.count && range.high.count == range.low.count)
      let isInner = quantizer.format.axes == [-1]
      for (index, value) in y.values.enumerated() {
        let grid = grids[grids.count == 1 ? 0 : isInner ? index % 4 : index / 4]
        let steps = value / grid.scale
        let code = Int32(steps.rounded()) + grid.zeroPoint
        #expect(
          abs(steps - steps.rounded()) < 1e-2 && grid.quantizedRange.contains(code), "\(Zoo.name(quantizer))")
      }
      #expect(!quantizer.format.symmetric || grids.allSatisfy { $0.zeroPoint == 0 }, "\(Zoo.name(quantizer))")
    }
  }

  @Test func `a quantizer's variables are named after the tensor that it is built for`() {
    let average = MovingAverageQuantizer(QuantizerFormat(axis: -1), delay: 3)
    #expect(average.variables.isEmpty)
    average.build(shape: [8, 3], name: "conv2d/output")
    average.build(shape: [8, 7], name: "again")
    #expect(average.variables.map(\.name) == ["min", "max", "observed", "delayed"])
    #expect(
      average.variables.map(\.variable.name)
        == ["conv2d/output_min", "conv2d/output_max", "conv2d/output_observed", "conv2d/output_delayed"])
    #expect(average.variables.map(\.variable.shape) == [[3], [3], [], []])
    #expect(average.variables.allSatisfy { !$0.variable.trainable })
    let learned = LearnedStepQuantizer(.activations)
    learned.observe(Tensor([1, 2], shape: [2]))
    #expect(learned.variables.map(\.name) == ["step", "offset", "observed"])
    #expect(learned.variables.map(\.variable.name)[0] == "quantizer_step")
    #expect(learned.variables.map(\.variable.trainable) == [true, true, false])
  }

  @Test func `a quantizer observes during its delay and then begins to quantize`() {
    let x = Tensor([-1, 0.3, 1], shape: [3])
    for delay in 0...3 {
      let quantizer = LastValueQuantizer(QuantizerFormat(bitWidth: 2), delay: delay)
      var passed = 0
      for call in 1...5 {
        let y = quantizer(x, training: true)
        #expect(quantizer.observedCount == call)
        if y.values == x.values { passed += 1 } else { #expect(call > delay) }
      }
      #expect(passed == delay)
    }
    // In inference there is nothing to wait for.
    let waiting = LastValueQuantizer(QuantizerFormat(bitWidth: 2), delay: 9)
    #expect(waiting(x, training: true).values == x.values)
    #expect(waiting(x, training: false).values != x.values)
    waiting.phase = .frozen
    #expect(waiting(x, training: true).values != x.values)
  }

  @Test func `the phase of a quantizer says what a call does`() {
    let (small, large) = (Tensor([-1, 0.3, 1], shape: [3]), Tensor([-4, 0.3, 4], shape: [3]))
    let quantizer = AllValuesQuantizer(QuantizerFormat(bitWidth: 2))
    quantizer.phase = .calibrating
    #expect(quantizer(small, training: false).values == small.values && quantizer.observedCount == 1)
    #expect(quantizer(small, training: true).values == small.values && quantizer.observedCount == 2)
    quantizer.phase = .learning
    #expect(quantizer(large, training: false).values.allSatisfy { abs($0) < 2 })
    #expect(quantizer.range == ValueRange(-1, 1) && quantizer.observedCount == 2)
    quantizer.phase = .frozen
    #expect(quantizer(large, training: true).values.allSatisfy { abs($0) < 2 })
    #expect(quantizer.range == ValueRange(-1, 1) && quantizer.observedCount == 2)
    quantizer.phase = .learning
    _ = quantizer(large, training: true)
    #expect(quantizer.range == ValueRange(-4, 4) && quantizer.observedCount == 3)
  }

  @Test func `a range can be assigned to a quantizer`() {
    let early = LastValueQuantizer(QuantizerFormat(axis: -1))
    early.range = ValueRange(-1, 2)  // before it is known how many channels there are
    #expect(early.range == ValueRange(-1, 2) && early.observedCount == 0)
    _ = early(Tensor([1, 2, 3, 4], shape: [2, 2]), training: false)
    #expect(early.range == ValueRange(low: [-1, -1], high: [2, 2]) && early.observedCount == 1)
    early.range = ValueRange(low: [1, -3], high: [2, -2])
    #expect(early.range == ValueRange(low: [0, -3], high: [2, 0]), "a range holds 0")
    // What learns by gradients does not mix the first tensor into it.
    let learned = LearnedStepQuantizer(QuantizerFormat(bitWidth: 4, symmetric: true, narrowRange: true))
    learned.range = ValueRange(-7, 7)
    _ = learned(Tensor([1, 2], shape: [2]), training: true)
    #expect(learned.range == ValueRange(-7, 7))
    early.range = nil
    #expect(early.range == nil && early.observedCount == 0)
    let symmetric = LastValueQuantizer(.weights)
    symmetric.range = ValueRange(-1, 3)
    #expect(symmetric.range == ValueRange(-3, 3))
    let average = MovingAverageQuantizer(decay: 0.5, start: .tfmot)
    average.observe(Tensor([1], shape: [1]))
    average.range = nil
    #expect(average.range == ValueRange(-6, 6))
  }

  /// What one quantizer found is taken over by another of the same format, to the bit.
  @Test func `a range read from one quantizer can be assigned to another`() {
    var generator = SeededGenerator(seed: 13)
    // A learned step is rounded on its way to a range; a start of −6…6 may not fit the format, and is then fitted.
    for quantizer in Zoo.fresh() where !(quantizer is LearnedStepQuantizer) && quantizer.initialRange == nil {
      quantizer.observe(Tensor.normal(shape: [9, 2, 4], using: &generator))
      let other = LastValueQuantizer(quantizer.format)
      other.range = quantizer.range
      #expect(other.range == quantizer.range, "\(Zoo.name(quantizer))")
    }
  }

  @Test func `mistakes with quantizers are refused with a message`() async {
    let reversed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      LastValueQuantizer().range = ValueRange(2, 1)
    }
    #expect(standardError(of: reversed).contains("the low one first; got 2.0 to 1.0"))
    let endless = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      LastValueQuantizer().range = ValueRange(0, Float("inf") ?? 0)
    }
    #expect(standardError(of: endless).contains("got 0.0 to inf: take it from finite values"))
    let channels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let quantizer = LastValueQuantizer(.weightsPerChannel)
      quantizer.build(shape: [2, 3], name: "kernel")
      quantizer.range = ValueRange(low: [0, 0], high: [1, 1])
    }
    #expect(standardError(of: channels).contains("expected 3, got 2 and 2"))
    let delay = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LastValueQuantizer(delay: -1)
    }
    #expect(standardError(of: delay).contains("a delay is a number of calls, 0 or more; got -1"))
    let variable = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LastValueQuantizer().variable("scale")
    }
    #expect(standardError(of: variable).contains("got none before it is built"))
    let abstract = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Quantizer(.weights).copied()
    }
    #expect(standardError(of: abstract).contains("Quantizer does not say how it is copied"))
  }

  /// As one assigned: a start that is lopsided or has no 0 would give a grid that the format forbids.
  @Test func `an initial range is fitted to the format`() {
    #expect(LastValueQuantizer(startingAt: ValueRange(-1, 2)).range == ValueRange(-2, 2))
    #expect(AllValuesQuantizer(startingAt: ValueRange(1, 2)).range == ValueRange(0, 2))
    #expect(MovingAverageQuantizer(start: .tfmot).range == ValueRange(-6, 6))
  }

  @Test(arguments: ["nan", "inf", "-inf"]) func `an initial range must be finite`(_ bad: String) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [bad = bad as String] in
      _ = LastValueQuantizer(startingAt: ValueRange(0, Float(bad) ?? 0))
    }
    #expect(standardError(of: result).contains("a range has finite ends, the low one first; got 0.0 to"))
  }

  @Test(arguments: ["nan", "inf", "-inf"])
  func `no quantizer observes a tensor that is not finite`(_ bad: String) async {
    for kind: Int in [0, 2, 4, 5, 6, 8, 72, 78] {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        [kind = kind as Int, bad = bad as String] in
        Zoo.fresh()[kind].observe(Tensor([0.5, Float(bad) ?? 0, 1, 2], shape: [1, 2, 2]))
      }
      #expect(standardError(of: result).contains("look for what made NaN or infinity"))
    }
  }
}
