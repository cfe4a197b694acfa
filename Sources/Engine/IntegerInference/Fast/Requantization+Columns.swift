import CKernels
import FixedPoint

extension qat_requantization {
  /// Writes a requantizer's multipliers into two columns of memory, 0 where there are no filters.
  init(
    _ requantizer: Requantizer, padded: Int, at first: UnsafeMutableRawPointer,
    _ second: UnsafeMutableRawPointer
  ) {
    self.init()
    zero_point = requantizer.zeroPoint
    (lowest, highest) = (requantizer.limits.lowerBound, requantizer.limits.upperBound)
    switch requantizer.multipliers {
    case .fixedPoint(let values, _):
      mantissas = Self.column(values.map(\.mantissa), padded, at: first)
      shifts = Self.column(values.map { Int32($0.shift) }, padded, at: second)
    case .significand(let values): precise = Self.column(values.map(\.realValue), padded, at: first)
    case .float(let values): multipliers = Self.column(values.map(\.value), padded, at: first)
    }
  }

  private static func column<Number: Numeric>(
    _ values: [Number], _ padded: Int, at memory: UnsafeMutableRawPointer
  ) -> UnsafePointer<Number> {
    let column = memory.bindMemory(to: Number.self, capacity: padded)
    column.initialize(repeating: 0, count: padded)
    column.update(from: values, count: values.count)
    return UnsafePointer(column)
  }
}

extension SignificandMultiplier {
  /// The multiplier as a double, exactly.
  fileprivate var realValue: Double {
    Double(sign: .plus, exponent: exponent, significand: Double(significand))
  }
}
