import Foundation
import Support
import TestSupport
import Testing

/// The documentation's list of differences from TFMOT.
@Suite struct DocumentationTests {
  /// Each row of the page on differences from TFMOT names the tests that show them.
  @Test func `every listed difference from TFMOT names tests that exist`() throws {
    let file = try AtomicFile.read("\(Checkout.root)/Documentation/DifferencesFromTFMOT.md")
    let lines = String(decoding: file, as: UTF8.self).split(separator: "\n")
    // A heading and a rule come before the rows.
    let rows = lines.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
    let folder = "\(Checkout.root)/Tests"
    let tests = try ["ConversionTests", "QuantizationTests", "QuantizersTests"].flatMap { target in
      try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(target)").filter {
        $0.hasSuffix(".swift")
      }
      .map { try String(contentsOfFile: "\(folder)/\(target)/\($0)", encoding: .utf8) }
    }
    #expect(rows.count >= 15)
    for row in rows {
      let cells = row.split(separator: "|")
      let names = (cells.last ?? "").matches(of: #/`([^`]+)`/#).map { String($0.1) }
      #expect(cells.count == 3 && !names.isEmpty, "\(row)")
      for name in names {
        #expect(tests.contains { $0.contains("func \(name)(") || $0.contains("func `\(name)`(") }, "\(name)")
      }
    }
  }
}
