import Foundation
import Testing

/// The committed cases of `Fixtures/make_fixtures.py`, which documents the format.
enum OracleCases {
  /// The fields of each line of a fixture.
  static func lines(of name: String) throws -> [[Substring]] {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures"))
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { line in
      line.split(separator: " ")
    }
  }

  /// Floats written as eight hexadecimal digits each.
  static func floats(_ text: Substring) -> [Float] {
    var words: [Float] = []
    var word: UInt32 = 0
    for (place, digit) in text.utf8.enumerated() {
      word = word << 4 | UInt32(digit <= 57 ? digit - 48 : digit - 87)
      if place % 8 == 7 { words.append(Float(bitPattern: word)) }
    }
    return words
  }

  /// Gradients written as floats, or as a digit that says whether each is upstream × 1 or upstream × 0.
  static func gradients(_ text: Substring, upstream: [Float]) -> [Float] {
    if text.utf8.count != upstream.count { return floats(text) }
    return zip(text.utf8, upstream).map { digit, value in value * (digit == 49 ? 1 : 0) }
  }

  /// The bits, every NaN alike: frameworks differ in the bits of NaN, and no one can tell them apart.
  static func bits(_ values: [Float]) -> [UInt32] {
    values.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern }
  }
}
