import Support

/// Ticks at round numbers: 1, 2 or 5 times a power of ten apart, or powers of ten on a logarithmic axis.
package enum NiceTicks {
  /// The ticks of a linear axis.
  ///
  /// - Parameters:
  ///   - low: The lower end of the domain.
  ///   - high: The upper end of the domain.
  ///   - count: The approximate number of ticks.
  ///   - whole: Whether ticks stand at whole numbers only.
  ///   - format: The number format; `nil` writes as many digits as tell the ticks apart.
  /// - Returns: The ticks in rising order.
  package static func linear(
    _ low: Double, _ high: Double, count: Int, whole: Bool = false, format: NumberFormat? = nil
  ) -> [Tick] {
    let step = step(low, high, count: count, whole: whole)
    guard step > 0, step.isFinite else { return [Tick(at: low, "")] }
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard first <= last, last - first < 1000 else { return [] }
    let format =
      format
      ?? self.format(step: step, largest: min(max(abs(first), abs(last)) * step, .greatestFiniteMagnitude))
    return stride(from: first, through: last, by: 1).compactMap { index in
      let position = index * step
      return position.isFinite ? Tick(at: position, format.string(position)) : nil
    }
  }

  /// The distance between about `count` ticks: 1, 2 or 5 times a power of ten.
  static func step(_ low: Double, _ high: Double, count: Int, whole: Bool) -> Double {
    let rough = (high / Double(max(count, 1)) - low / Double(max(count, 1)))
    guard rough > 0, rough.isFinite else { return 0 }
    let exponent = Int(decimalLogarithm(rough).rounded(.down))
    let power = powerOfTen(exponent)
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.75 } ?? 10 * power
    return whole ? max(step, 1) : step
  }

  private static func format(step: Double, largest: Double) -> NumberFormat {
    let exponent = Int((decimalLogarithm(step) + 1e-9).rounded(.down))
    if largest >= 1e7 || exponent < -5 {
      let digits = Int(decimalLogarithm(max(largest, step)).rounded(.down)) - exponent + 1
      return .significant(max(1, digits))
    }
    if exponent < 0 { return .fixed(-exponent) }
    return largest >= 10_000 ? .grouped : .fixed(0)
  }

  /// The ticks of a logarithmic axis: powers of ten, and where they are few, also multiples of them.
  ///
  /// - Parameters:
  ///   - low: The lower end of the domain, above zero.
  ///   - high: The upper end of the domain.
  ///   - count: The approximate number of ticks.
  ///   - format: The number format; `nil` writes a short decimal number.
  /// - Returns: The ticks in rising order.
  package static func logarithmic(
    _ low: Double, _ high: Double, count: Int, format: NumberFormat? = nil
  ) -> [Tick] {
    // Within one decade there are too few powers of ten.
    if high < 10 * low { return linear(low, high, count: count, format: format) }
    let (first, last) = decades(low, high)
    let factors: [Double] =
      last - first >= 4
      ? [1] : count >= 3 * (last - first) ? [1, 2, 5] : count >= 2 * (last - first) ? [1, 3] : [1]
    let stride = max(1, ((last - first) + count - 1) / max(count, 1))
    var ticks: [Tick] = []
    for exponent in first...last where (exponent - first) % stride == 0 {
      for factor in factors {
        let position = factor * powerOfTen(exponent)
        if position > 0, position.isFinite, position >= low * (1 - 1e-9), position <= high * (1 + 1e-9) {
          ticks.append(Tick(at: position, format?.string(position) ?? label(position)))
        }
      }
    }
    return ticks
  }

  /// The minor ticks of a logarithmic axis: 2 to 9 times each power of ten.
  package static func logarithmicMinors(_ low: Double, _ high: Double) -> [Double] {
    let (first, last) = decades(low, high)
    guard last - first <= 12 else { return [] }
    return (first...last).flatMap { exponent in (2...9).map { Double($0) * powerOfTen(exponent) } }
      .filter { $0 >= low && $0 <= high }
  }

  /// The powers of ten at or below both ends.
  private static func decades(_ low: Double, _ high: Double) -> (Int, Int) {
    (Int((decimalLogarithm(low) + 1e-9).rounded(.down)), Int((decimalLogarithm(high) + 1e-9).rounded(.down)))
  }

  private static func label(_ value: Double) -> String {
    if value >= 1, value < 1e6 { return NumberFormat.grouped.string(value) }
    if value < 1, value >= 0.999e-3 { return NumberFormat.significant(1).string(value) }
    return NumberFormat.significant(1).string(value)
  }
}
