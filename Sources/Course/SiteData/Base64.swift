import Foundation

/// Bytes as text that a script can hold, four characters for three bytes.
package enum Base64 {
  /// The text of bytes.
  package static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  /// The text of floats: four bytes each, the lowest first.
  package static func text(_ floats: [Float]) -> String {
    text(
      floats.flatMap { float in
        (0..<4).map { UInt8(truncatingIfNeeded: float.bitPattern >> (8 * UInt32($0))) }
      })
  }

  /// The bytes of a text, or nil if it is not base64.
  package static func bytes(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }

  /// The floats of a text, or nil if it is not base64 of whole floats.
  package static func floats(_ text: String) -> [Float]? {
    guard let bytes = bytes(text), bytes.count % 4 == 0 else { return nil }
    return stride(from: 0, to: bytes.count, by: 4).map { begin in
      var bits: UInt32 = 0
      for byte in bytes[begin..<begin + 4].reversed() { bits = bits << 8 | UInt32(byte) }
      return Float(bitPattern: bits)
    }
  }
}
