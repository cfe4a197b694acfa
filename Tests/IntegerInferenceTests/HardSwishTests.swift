import FixedPoint
import IntegerInference
import Testing

/// Hard swish between grids at the limits of its multipliers of 15 bits.
@Suite struct HardSwishTests {
  /// A mantissa just below 1 rounds to 2¹⁵, which a multiplier of 15 bits cannot hold; it saturates, as LiteRT's does.
  @Test(arguments: [
    (Float(1) / 64, (Float(1) / 64).nextUp), ((Float(3) / 128).nextDown, Float(1) / 16),
  ]) func `a multiplier that rounds up to a power of two does not turn signs`(_ scales: (Float, Float)) throws
  {
    let input = try Models.grid(scales.0, 0)
    let output = try Models.grid(scales.1, 0)
    let model = try Models.single(.hardSwish, from: [(shape: [256], grid: input)], shape: [256], grid: output)
    let codes = (-128...127).map { Int8($0) }
    let result = IntegerSession(model).codes(codes, examples: 1)
    for (code, found) in zip(codes, result) {
      let x = Double(code) * Double(input.scale)
      let exact = x * min(max(x + 3, 0), 6) / 6 / Double(output.scale)
      #expect(abs(Double(found) - exact) < 1.5, "\(code): \(found), exactly \(exact)")
    }
  }
}
