/// The options of an operator: numbers by their meaning.
///
/// The table ``fields(of:)`` is the one place that knows where each option stands in the format; reading and writing
/// both follow it. Types and field numbers are those of LiteRT 2.3's schema, version 3 of the format.
public struct TFLiteOptions: Hashable, Sendable {
  /// The meaning of an option.
  public enum Field: String, Hashable, Sendable {
    case padding, strideWidth, strideHeight, filterWidth, filterHeight, depthMultiplier
    case dilationWidth, dilationHeight, activation, biasType, weightsFormat, keepDimensions
    case asymmetricInputs, beta, axis, newShape, squeezeDimensions, beginMask, endMask, ellipsisMask
    case newAxisMask, shrinkAxisMask, offset, splits, alignCorners, halfPixelCenters, slope, count, outputType
    case powerOfTwoScale
  }

  /// How the format stores an option.
  enum Storage {
    case byte, bool, int32
    case float
    case int32Vector
  }

  /// The number of the options' table in the format; 0 if the operation has none.
  public let type: UInt8
  /// The options that are whole numbers; 0 and 1 for false and true.
  public internal(set) var integers: [Field: Int] = [:]
  /// The options that are real numbers.
  public internal(set) var floats: [Field: Float] = [:]
  /// The options that are lists of whole numbers.
  public internal(set) var lists: [Field: [Int]] = [:]

  /// Creates the options of a type, with default values.
  init(type: UInt8 = 0) { self.type = type }

  /// Creates options for writing.
  init(type: UInt8, _ integers: [Field: Int], floats: [Field: Float] = [:], lists: [Field: [Int]] = [:]) {
    (self.type, self.integers, self.floats, self.lists) = (type, integers, floats, lists)
  }

  /// An option that is a whole number, or its default.
  public subscript(field: Field) -> Int { integers[field] ?? (Self.defaultsToOne.contains(field) ? 1 : 0) }

  /// The dilations have the default 1, all other whole numbers 0.
  static let defaultsToOne: Set<Field> = [.dilationWidth, .dilationHeight]

  /// The fields of a type's table by their numbers; nil if the type is not known here.
  static func fields(of type: UInt8) -> [(number: Int, field: Field, storage: Storage)]? {
    table[type].map { fields in
      fields.enumerated().compactMap { number, entry in entry.map { (number, $0.0, $0.1) } }
    }
  }

  /// Option types with their fields in order; nil stands for a field that is no longer used.
  private static let table: [UInt8: [(Field, Storage)?]] = [
    1: [
      (.padding, .byte), (.strideWidth, .int32), (.strideHeight, .int32), (.activation, .byte),
      (.dilationWidth, .int32), (.dilationHeight, .int32), (.biasType, .byte),
    ],
    2: [
      (.padding, .byte), (.strideWidth, .int32), (.strideHeight, .int32), (.depthMultiplier, .int32),
      (.activation, .byte), (.dilationWidth, .int32), (.dilationHeight, .int32),
    ],
    5: [
      (.padding, .byte), (.strideWidth, .int32), (.strideHeight, .int32), (.filterWidth, .int32),
      (.filterHeight, .int32), (.activation, .byte),
    ],
    8: [
      (.activation, .byte), (.weightsFormat, .byte), (.keepDimensions, .bool), (.asymmetricInputs, .bool),
      (.biasType, .byte),
    ],
    9: [(.beta, .float)],
    10: [(.axis, .int32), (.activation, .byte)],
    11: [(.activation, .byte), (.powerOfTwoScale, .bool)],
    15: [nil, nil, (.alignCorners, .bool), (.halfPixelCenters, .bool)],
    17: [(.newShape, .int32Vector)],
    21: [(.activation, .byte)],
    22: [], 24: [], 25: [], 26: [],
    27: [(.keepDimensions, .bool)],
    28: [(.activation, .byte), (.powerOfTwoScale, .bool)],
    30: [(.squeezeDimensions, .int32Vector)],
    32: [
      (.beginMask, .int32), (.endMask, .int32), (.ellipsisMask, .int32), (.newAxisMask, .int32),
      (.shrinkAxisMask, .int32), (.offset, .bool),
    ],
    35: [(.splits, .int32)],
    38: [], 43: [],
    49: [
      (.padding, .byte), (.strideWidth, .int32), (.strideHeight, .int32), (.activation, .byte),
      (.biasType, .byte),
    ],
    51: [], 52: [],
    55: [(.outputType, .byte)],
    59: [(.count, .int32), (.axis, .int32)],
    74: [(.alignCorners, .bool), (.halfPixelCenters, .bool)],
    75: [(.slope, .float)],
    89: [], 91: [],
  ]
}

extension TFLiteOptions {
  /// Reads the options from their table.
  init(type: UInt8, _ table: FlatBufferTable?) throws(TFLiteError.Cause) {
    self.init(type: type)
    guard let table, let fields = Self.fields(of: type) else { return }
    for (number, field, storage) in fields where try table.has(number) {
      switch storage {
      case .byte: integers[field] = try table.integer(number, Int8.self)
      case .bool: integers[field] = try table.integer(number, UInt8.self) == 0 ? 0 : 1
      case .int32: integers[field] = try table.integer(number, Int32.self)
      case .float: floats[field] = try table.float(number)
      case .int32Vector: lists[field] = try table.integers(number, Int32.self)
      }
    }
  }

  /// The options as a table to write.
  var flatBuffer: [Int: FlatBufferValue] {
    var values: [Int: FlatBufferValue] = [:]
    for (number, field, storage) in Self.fields(of: type) ?? [] {
      switch storage {
      case .byte, .bool: values[number] = integers[field].map { .integer(Int8(truncatingIfNeeded: $0)) }
      case .int32: values[number] = integers[field].map { .integer(Int32(truncatingIfNeeded: $0)) }
      case .float: values[number] = floats[field].map { .float($0) }
      case .int32Vector:
        values[number] = lists[field].map { .integers($0.map { Int32(truncatingIfNeeded: $0) }) }
      }
    }
    return values
  }
}
