import FixedPoint
import Quantizers
import Support
import Tensors
import Testing

/// Values that an operation has just pooled are quantized where they lie.
@Suite struct InPlaceTests {
  @Test(arguments: 1...16) func `in-place quantization equals the scalar round trip and its gradient mask`(
    _ bits: Int
  ) throws {
    var generator = SeededGenerator(seed: UInt64(bits))
    for ends: (Float, Float) in [(0, 1), (-0.4, 2), (0, 0), (-1, 0), (0, 0x1p-120), (-3e38, 3e38)] {
      let range = NudgedRange(low: ends.0, high: ends.1, bitWidth: bits)
      expectTwin(FakeQuantizer(range), "\(ends)", &generator)
    }
    let codes = Int32(0)...(1 << Int32(bits)) - 1
    for (scale, zero) in [(0.01, 0), (3, 1), (0x1p-40, codes.upperBound)] as [(Float, Int32)] {
      let quantizer = try AffineQuantizer(scale: scale, zeroPoint: zero, quantizedRange: codes)
      expectTwin(FakeQuantizer(pyTorch: quantizer), "\(scale), \(zero)", &generator)
    }
  }

  /// In place, and from one place to another.
  private func expectTwin(_ grid: FakeQuantizer, _ name: String, _ generator: inout SeededGenerator) {
    let x = KernelTests.values(1003, &generator).map(abs)
    for inPlace in [true, false] {
      var (values, choices) = (x, [UInt8](repeating: 3, count: x.count))
      var elsewhere = [Float](repeating: 7, count: x.count)
      values.withUnsafeMutableBufferPointer { values in
        elsewhere.withUnsafeMutableBufferPointer { elsewhere in
          choices.withUnsafeMutableBufferPointer { choices in
            let target = inPlace ? values.baseAddress : elsewhere.baseAddress
            guard let values = values.baseAddress, let target, let choices = choices.baseAddress else {
              return
            }
            grid.round(values, into: target, choices: choices, count: x.count)
          }
        }
      }
      let result = inPlace ? values : elsewhere
      #expect(OracleCases.firstDifference(result, x.map(grid.roundTrip)) == nil, "\(name)")
      #expect(choices == x.map { grid.passesGradient(at: $0) ? 3 : 255 }, "\(name)")
    }
  }

  /// What each value becomes is the same as in a call with all of them, and what is learned too.
  @Test(arguments: Quantizer.Phase.allCases, [true, false])
  func `observing the range of a batch is the same as observing the batch`(
    _ phase: Quantizer.Phase, _ training: Bool
  ) {
    var generator = SeededGenerator(seed: 4)
    // Rectified, whose least value may be given as 0, and of both signs.
    let batches = [0, 0, -2, 0, -1].map { Tensor.uniform($0, 3, shape: [60, 2], using: &generator) }
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
        let grid = single.fakeQuantizer(
          observing: x.values.reduce(0, min), x.values.reduce(0, max), training: training)
        #expect(x.values.map { grid?.roundTrip($0) ?? $0 } == expected, "\(Zoo.name(whole))")
      }
      let states = [whole, single].map { $0.variables.map { Zoo.bits($0.variable.value) } }
      #expect(states[0] == states[1], "\(Zoo.name(whole))")
    }
  }
}
