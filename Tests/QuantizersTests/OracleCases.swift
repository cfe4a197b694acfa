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
    for (index, digit) in text.utf8.enumerated() {
      word = word << 4 | UInt32(digit <= 57 ? digit - 48 : digit - 87)
      if index % 8 == 7 { words.append(Float(bitPattern: word)) }
    }
    return words
  }

  /// Gradients written as floats, or as a digit that says whether each is upstream × 1 or upstream × 0.
  static func gradients(_ text: Substring, upstream: [Float]) -> [Float] {
    if text.utf8.count != upstream.count { return floats(text) }
    return zip(text.utf8, upstream).map { digit, value in value * (digit == 49 ? 1 : 0) }
  }

  /// Where two lists of floats differ in bits, with both values; nil if nowhere.
  ///
  /// Every NaN counts as the same: frameworks differ in the bits of NaN.
  static func firstDifference(_ ours: [Float], _ theirs: [Float]) -> String? {
    if ours.count != theirs.count { return "\(ours.count) values against \(theirs.count)" }
    for (index, (a, b)) in zip(ours, theirs).enumerated()
    where a.bitPattern != b.bitPattern && !(a.isNaN && b.isNaN) {
      return "element \(index): \(a) against \(b)"
    }
    return nil
  }
}
