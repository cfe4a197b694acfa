/// Counts the messages and texts of an ONNX file before they are parsed.
///
/// An empty message takes two bytes in a file and some hundred in memory. Only the fields of ``Kind`` are looked into;
/// whatever else a file has is skipped, here and by the parser.
struct ProtobufParts {
  /// The kinds of messages, by what is in their fields.
  private indirect enum Kind {
    case text
    case message([UInt64: Kind])
  }

  private static let entry = Kind.message([1: .text, 2: .text])
  private static let tensor = Kind.message([8: .text, 13: entry])
  private static let attribute = Kind.message([1: .text, 4: .text, 5: tensor, 9: .text])
  private static let node = Kind.message([
    1: .text, 2: .text, 3: .text, 4: .text, 5: attribute, 6: .text, 7: .text,
  ])
  private static let dimension = Kind.message([2: .text])
  private static let type = Kind.message([1: .message([2: .message([1: dimension])])])
  private static let value = Kind.message([1: .text, 2: type])
  private static let graph = Kind.message([
    1: node, 2: .text, 5: tensor, 10: .text, 11: value, 12: value, 13: value,
  ])
  private static let model = Kind.message([
    2: .text, 3: .text, 4: .text, 6: .text, 7: graph, 8: entry, 14: entry,
    25: .message([1: .text, 10: .text]),
  ])

  /// The number of messages and texts, or a number above `limit` if there are more; nil if the bytes are no messages.
  static func count(in bytes: [UInt8], atMost limit: Int) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      var parts = ProtobufParts(bytes: bytes, limit: limit)
      return parts.walk(0..<bytes.count, model) ? parts.count : nil
    }
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let limit: Int
  private var count = 0

  private init(bytes: UnsafeBufferPointer<UInt8>, limit: Int) { (self.bytes, self.limit) = (bytes, limit) }

  /// Walks over the fields of a message, no deeper than the kinds are nested.
  ///
  /// - Returns: False if the bytes are no fields.
  private mutating func walk(_ range: Range<Int>, _ kind: Kind) -> Bool {
    guard case .message(let fields) = kind else { return true }
    var place = range.lowerBound
    while place < range.upperBound, count <= limit {
      guard let key = number(&place, range.upperBound) else { return false }
      let size: Int
      switch key & 7 {
      case 0:
        guard number(&place, range.upperBound) != nil else { return false }
        continue
      case 1: size = 8
      case 5: size = 4
      case 2:
        guard let length = number(&place, range.upperBound), length <= UInt64(range.upperBound - place) else {
          return false
        }
        size = Int(length)
      default: return false  // groups, which no version of ONNX has
      }
      guard size <= range.upperBound - place else { return false }
      if key & 7 == 2, let inner = fields[key >> 3] {
        count += 1
        guard walk(place..<place + size, inner) else { return false }
      }
      place += size
    }
    return true
  }

  /// A number of 7 bits a byte, at most ten bytes long.
  private func number(_ place: inout Int, _ end: Int) -> UInt64? {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while place < end, shift < 70 {
      let byte = bytes[place]
      place += 1
      value |= shift < 64 ? UInt64(byte & 0x7F) << shift : 0
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }
}
