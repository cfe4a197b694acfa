import Foundation
import Safetensors

extension Encodable {
  /// The value as JSON, with keys in order.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

extension String {
  /// The text without invisible characters, which may come from a file, and cut to 60 characters.
  var printable: String { SafetensorsError.shown(self, most: 60) }
}
