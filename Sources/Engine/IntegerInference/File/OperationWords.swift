import FixedPoint

/// Reads the words that describe an operation, trusting none of them.
struct OperationWords {
  private let file: String
  private let operation: Int?
  private var values: [String: String] = [:]

  /// Takes `key=value` pairs, separated by single spaces, apart; no key may stand twice.
  init(_ text: String, file: String, operation: Int) throws(IntegerFileError) {
    (self.file, self.operation) = (file, operation)
    for pair in text.split(separator: " ", omittingEmptySubsequences: false) {
      guard let equals = pair.firstIndex(of: "=") else { throw wrong("description", text) }
      let key = String(pair[..<equals])
      let previous = values.updateValue(String(pair[pair.index(after: equals)...]), forKey: key)
      guard previous == nil else { throw wrong("description", text) }
    }
  }

  /// The error of an impossible value, or of none.
  func wrong(_ key: String, _ found: String?) -> IntegerFileError {
    .wrongDescription(file: file, operation: operation, key: key, found: found)
  }

  /// The value of a key, which is then used up.
  mutating func word(_ key: String) throws(IntegerFileError) -> String {
    guard let value = values.removeValue(forKey: key) else { throw wrong(key, nil) }
    return value
  }

  /// Whole numbers separated by commas, as many as `count` if it is given.
  mutating func integers(_ key: String, count: Int? = nil) throws(IntegerFileError) -> [Int] {
    let value = try word(key)
    var integers: [Int] = []
    if !value.isEmpty {
      for digits in value.split(separator: ",", omittingEmptySubsequences: false) {
        guard let integer = Int(digits) else { throw wrong(key, value) }
        integers.append(integer)
      }
    }
    guard count == nil || integers.count == count else { throw wrong(key, value) }
    return integers
  }

  /// Two ends, of which the first is not above the second.
  mutating func range(_ key: String) throws(IntegerFileError) -> ClosedRange<Int32> {
    let ends = try integers(key, count: 2)
    guard let low = Int32(exactly: ends[0]), let high = Int32(exactly: ends[1]), low <= high else {
      throw wrong(key, "\(ends[0]),\(ends[1])")
    }
    return low...high
  }

  mutating func padding() throws(IntegerFileError) -> Window.Padding {
    let sides = try integers("padding", count: 4)
    return Window.Padding(top: sides[0], left: sides[1], bottom: sides[2], right: sides[3])
  }

  mutating func window() throws(IntegerFileError) -> Window {
    let size = try integers("window", count: 2)
    let strides = try integers("strides", count: 2)
    return Window(size: (size[0], size[1]), strides: (strides[0], strides[1]), padding: try padding())
  }

  mutating func grid() throws(IntegerFileError) -> AffineQuantizer {
    let (scale, rounding) = (try word("scale"), try word("rounding"))
    let zeroPoint = try integers("zeroPoint", count: 1)[0]
    let codes = try range("codes")
    guard let step = Float(scale) else { throw wrong("scale", scale) }
    guard let rule = RoundingRule(rawValue: rounding) else { throw wrong("rounding", rounding) }
    guard let zero = Int32(exactly: zeroPoint) else { throw wrong("zeroPoint", "\(zeroPoint)") }
    do {
      return try AffineQuantizer(scale: step, zeroPoint: zero, quantizedRange: codes, rounding: rule)
    } catch { throw wrong("grid", error.description) }
  }

  /// Checks that every word was used.
  func expectNothingMore() throws(IntegerFileError) {
    if let key = values.keys.min() { throw wrong("description", key) }
  }
}
