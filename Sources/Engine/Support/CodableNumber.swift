/// A number, or numbers, of a `Codable` type that can be encoded even where it is infinite or NaN.
///
/// JSON has no infinity and no NaN, so an encoder refuses them. This wrapper writes a finite number as a number, as it
/// is written without the wrapper, and any other as a text: `"Infinity"`, `"-Infinity"` or `"NaN"`, as JavaScript
/// and Python's `float` read them. Reading takes both forms. A missing number is left out, as without the wrapper.
///
///     public struct LayerReport: Codable {
///       @CodableNumber public private(set) var sqnr: Double?
///     }
@propertyWrapper
public struct CodableNumber<Value: NumberCoding>: Codable {
  /// The numbers.
  public var wrappedValue: Value

  /// Wraps numbers.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

  /// Reads numbers, of which some may be texts.
  public init(from decoder: any Decoder) throws {
    wrappedValue = Value(coded: try Value.Coded(from: decoder))
  }

  /// Writes numbers, those that are not finite as texts.
  public func encode(to encoder: any Encoder) throws { try wrappedValue.coded.encode(to: encoder) }
}

extension CodableNumber: CustomStringConvertible {
  /// The numbers as they are without the wrapper.
  public var description: String { "\(wrappedValue)" }
}

extension CodableNumber: Equatable where Value: Equatable {}
extension CodableNumber: Hashable where Value: Hashable {}
extension CodableNumber: Sendable where Value: Sendable {}

/// Numbers that ``CodableNumber`` can wrap: floats, and arrays, ranges and optionals of them.
public protocol NumberCoding {
  /// What is written in their place.
  associatedtype Coded: Codable
  /// The numbers as they are written.
  var coded: Coded { get }
  /// Takes the numbers from what was written.
  init(coded: Coded)
}

/// A number as it is written: a number if it is finite, else a text.
public struct NumberOrText<Number: BinaryFloatingPoint & Codable & Sendable>: Codable, Sendable {
  /// The number.
  public let number: Number

  init(_ number: Number) { self.number = number }

  /// Reads a number or one of the three texts.
  ///
  /// - Throws: `DecodingError` for anything else.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let text = try? container.decode(String.self) else {
      number = try container.decode(Number.self)
      return
    }
    switch text {
    case "Infinity": number = .infinity
    case "-Infinity": number = -.infinity
    case "NaN": number = .nan
    default:
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "expected a number, \"Infinity\", \"-Infinity\" or \"NaN\"; got \"\(text)\"")
    }
  }

  /// Writes the number, or the text that stands for it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if number.isFinite {
      try container.encode(number)
    } else {
      try container.encode(number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")
    }
  }
}

extension Double: NumberCoding {
  /// The number, or a text.
  public var coded: NumberOrText<Double> { NumberOrText(self) }
  /// Takes the number.
  public init(coded: NumberOrText<Double>) { self = coded.number }
}

extension Float: NumberCoding {
  /// The number, or a text.
  public var coded: NumberOrText<Float> { NumberOrText(self) }
  /// Takes the number.
  public init(coded: NumberOrText<Float>) { self = coded.number }
}

extension Array: NumberCoding where Element: NumberCoding {
  /// Each element as it is written.
  public var coded: [Element.Coded] { map(\.coded) }
  /// Takes each element.
  public init(coded: [Element.Coded]) { self = coded.map(Element.init(coded:)) }
}

extension Optional: NumberCoding where Wrapped: NumberCoding {
  /// The value as it is written, if there is one.
  public var coded: Wrapped.Coded? { map(\.coded) }
  /// Takes the value, if there is one.
  public init(coded: Wrapped.Coded?) { self = coded.map(Wrapped.init(coded:)) }
}

extension ClosedRange: NumberCoding where Bound: NumberCoding {
  /// Both ends, the lower first, as a range is written without the wrapper.
  public var coded: CodedRange<Bound> { CodedRange(range: self) }
  /// Takes both ends.
  public init(coded: CodedRange<Bound>) { self = coded.range }
}

/// A range as it is written: a list of its ends.
public struct CodedRange<Bound: NumberCoding & Comparable>: Codable {
  let range: ClosedRange<Bound>

  init(range: ClosedRange<Bound>) { self.range = range }

  /// Reads two ends.
  ///
  /// - Throws: `DecodingError` unless there are two, the lower first.
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    let low = Bound(coded: try container.decode(Bound.Coded.self))
    let high = Bound(coded: try container.decode(Bound.Coded.self))
    guard low <= high else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a range with its lower end first; got \(low) and \(high)")
    }
    range = low...high
  }

  /// Writes both ends.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(range.lowerBound.coded)
    try container.encode(range.upperBound.coded)
  }
}

extension KeyedEncodingContainer {
  /// Writes numbers that may be missing: nothing if they are.
  public mutating func encode<Wrapped>(_ value: CodableNumber<Wrapped?>, forKey key: Key) throws {
    try encodeIfPresent(value.wrappedValue?.coded, forKey: key)
  }
}

extension KeyedDecodingContainer {
  /// Reads numbers that may be missing.
  public func decode<Wrapped>(
    _ type: CodableNumber<Wrapped?>.Type, forKey key: Key
  ) throws -> CodableNumber<Wrapped?> {
    CodableNumber(
      wrappedValue: (try decodeIfPresent(Wrapped.Coded.self, forKey: key)).map(Wrapped.init(coded:)))
  }
}
