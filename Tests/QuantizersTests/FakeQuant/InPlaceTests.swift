import FixedPoint
import Quantizers
import Support
import Tensors
import Testing

/// Values that an operation has just pooled are quantized where they lie.
@Suite struct InPlaceTests {
  @Test(arguments: 1...16) func `in-place quantization equals the scalar round trip and its gradient mask`(
    _ bits: Int
  ) {
    var generator = SeededGenerator(seed: UInt64(bits))
    for ends: (Float, Float) in [(0, 1), (-0.4, 2), (0, 0), (-1, 0), (0, 0x1p-120), (-3e38, 3e38)] {
      let grid = FakeQuantizer(NudgedRange(low: ends.0, high: ends.1, bitWidth: bits))
      let x = KernelTests.values(1003, &generator).map(abs)
      var (values, choices) = (x, [UInt8](repeating: 3, count: x.count))
      values.withUnsafeMutableBufferPointer { values in
        choices.withUnsafeMutableBufferPointer { choices in
          guard let values = values.baseAddress, let choices = choices.baseAddress else { return }
          grid.round(values, choices: choices, count: x.count)
        }
      }
      #expect(OracleCases.firstDifference(values, x.map(grid.roundTrip)) == nil, "\(ends)")
      #expect(choices == x.map { grid.passesGradient(at: $0) ? 3 : 255 }, "\(ends)")
    }
  }

  /// What each value becomes is the same as in a call with all of them, and what is learned too.
  @Test(arguments: Quantizer.Phase.allCases, [true, false])
  func `observing the maximum of a batch is the same as observing the batch`(
    _ phase: Quantizer.Phase, _ training: Bool
  ) {
    var generator = SeededGenerator(seed: 4)
    let batches = (0..<5).map { _ in Tensor.uniform(0, 3, shape: [60, 2], using: &generator) }
    let pairs = zip(Zoo.fresh(), Zoo.fresh()).filter { quantizer, _ in
      quantizer.needsOnlyRange && !quantizer.format.isPerChannel
    }
    // Six of each of the three formats in the zoo that have one range.
    #expect(pairs.count == 18)
    for (whole, single) in pairs {
      for quantizer in [whole, single] {
        quantizer.observe(Tensor([-0.5, 1.5], shape: [2]))
        quantizer.phase = phase
      }
      for x in batches {
        let expected = whole(x, training: training).values
        let grid = single.fakeQuantizer(observingMaximum: x.values.reduce(0, max), training: training)
        #expect(x.values.map { grid?.roundTrip($0) ?? $0 } == expected, "\(Zoo.name(whole))")
      }
      let states = [whole, single].map { $0.variables.map { Zoo.bits($0.variable.value) } }
      #expect(states[0] == states[1], "\(Zoo.name(whole))")
    }
  }
}
