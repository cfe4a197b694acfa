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
    let exponent = decade(of: step)
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
  ///   - format: The number format; `nil` writes a short decimal number. A percentage and a fixed number of digits
  ///     get as many digits as each tick has, since one number of digits would write the smallest ticks as 0.
  /// - Returns: The ticks in rising order.
  package static func logarithmic(
    _ low: Double, _ high: Double, count: Int, format: NumberFormat? = nil
  ) -> [Tick] {
    // Within one decade there are too few powers of ten.
    if high < 10 * low {
      let choices = multiplesOfADecade.map { logarithmic(low, high, factors: $0, every: 1, format) }
      return choices.first { $0.count >= 3 && $0.count <= count + 1 }
        ?? linear(low, high, count: count, format: format.map { tellingApart(low, high, count: count, $0) })
    }
    let (first, last) = decades(low, high)
    let factors: [Double] =
      last - first >= 4
      ? [1] : count >= 3 * (last - first) ? [1, 2, 5] : count >= 2 * (last - first) ? [1, 3] : [1]
    let stride = max(1, ((last - first) + count - 1) / max(count, 1))
    return logarithmic(low, high, factors: factors, every: stride, format)
  }

  /// Multiples of a power of ten with about equal ratios, from many to few.
  private static let multiplesOfADecade: [[Double]] = [
    [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3],
  ]

  /// The multiples of every nth power of ten inside a domain.
  private static func logarithmic(
    _ low: Double, _ high: Double, factors: [Double], every stride: Int, _ format: NumberFormat?
  ) -> [Tick] {
    let (first, last) = decades(low, high)
    var ticks: [Tick] = []
    for exponent in first...last where (exponent - first) % stride == 0 {
      for factor in factors {
        let position = factor * powerOfTen(exponent)
        if position > 0, position.isFinite, position >= low * (1 - 1e-9), position <= high * (1 + 1e-9) {
          let digits = factor == factor.rounded() ? 1 : 2
          ticks.append(Tick(at: position, label(position, digits: digits, exponent, format)))
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
    (decade(of: low), decade(of: high))
  }

  /// The power of ten at or below a positive number.
  private static func decade(of value: Double) -> Int { Int((decimalLogarithm(value) + 1e-9).rounded(.down)) }

  /// A percentage or a fixed number of digits with as many as tell the ticks of a linear axis apart.
  private static func tellingApart(
    _ low: Double, _ high: Double, count: Int, _ format: NumberFormat
  ) -> NumberFormat {
    let exponent = decade(of: step(low, high, count: count, whole: false))
    return switch format {
    case .percent: .percent(max(-2 - exponent, 0))
    case .fixed: .fixed(max(-exponent, 0))
    default: format
    }
  }

  /// The label of a tick with this many digits, the first of which counts this power of ten.
  private static func label(
    _ value: Double, digits: Int, _ exponent: Int, _ format: NumberFormat?
  ) -> String {
    switch format {
    case .percent: NumberFormat.percent(max(digits - 3 - exponent, 0)).string(value)
    case .fixed: NumberFormat.fixed(max(digits - 1 - exponent, 0)).string(value)
    case .some(let format): format.string(value)
    case nil:
      value >= 10 && value < 1e6
        ? NumberFormat.grouped.string(value) : NumberFormat.significant(digits).string(value)
    }
  }
}
