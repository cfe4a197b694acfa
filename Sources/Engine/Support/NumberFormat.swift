import Platform

/// The way a number is written for a reader: the same in a table, on an axis and in a sentence.
///
/// A count of digits is held within 0 to 400.
public enum NumberFormat: Hashable, Codable, Sendable {
  /// At most this many significant digits, trailing zeros dropped: 0.00784, 1.5, 12.
  case significant(Int)
  /// Exactly this many digits after the point: 0.50, 98.70.
  case fixed(Int)
  /// A fraction of 1 in percent, with exactly this many digits after the point: 98.7 %.
  case percent(Int)
  /// Rounded to a whole number, its digits grouped by thousands: 60,000.
  case grouped

  /// The text of a number, with the typographic minus sign, U+2212.
  public func string(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    switch self {
    case .significant(let digits): return Self.typeset(Self.printed("%.*g", digits, value))
    case .fixed(let digits): return Self.typeset(Self.printed("%.*f", digits, value))
    case .percent(let digits): return Self.typeset(Self.printed("%.*f", digits, value * 100)) + " %"
    case .grouped:
      let digits = Array(Self.printed("%.*f", 0, value.magnitude))
      var grouped = ""
      for (position, digit) in digits.enumerated() {
        if position > 0, (digits.count - position) % 3 == 0 { grouped.append(",") }
        grouped.append(digit)
      }
      return (value < 0 && grouped != "0" ? "−" : "") + grouped
    }
  }

  /// `snprintf` with one precision and one number: the C library converts with correct rounding.
  private static func printed(_ format: String, _ digits: Int, _ value: Double) -> String {
    let digits = min(max(digits, 0), 400)  // a decoded format may ask for any number
    return withVaList([Int32(digits), value]) { arguments in
      // The longest number has a sign, 309 digits and a point before the digits asked for; C adds a 0 byte.
      var buffer = [CChar](repeating: 0, count: 320 + digits)
      let length = vsnprintf(&buffer, buffer.count, format, arguments)
      return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// Rewrites C's notation for a reader: a true minus sign, none on a zero, and powers of ten written out.
  private static func typeset(_ printed: String) -> String {
    var text = printed
    if text.hasPrefix("-"), !text.contains(where: { "123456789".contains($0) }) { text.removeFirst() }
    guard let e = text.firstIndex(of: "e") else { return text.replacing("-", with: "−") }
    let mantissa = text[..<e].replacing("-", with: "−")
    let exponent = Int(text[text.index(after: e)...]) ?? 0
    return (mantissa == "1" ? "" : mantissa == "−1" ? "−" : mantissa + "·") + "10" + superscript(exponent)
  }

  /// A whole number in superscript digits: −3 is ⁻³.
  public static func superscript(_ exponent: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return String(
      String(exponent).map { character in
        character.wholeNumberValue.map { digits[$0] } ?? "⁻"
      })
  }
}
