import QAT
import Support

/// The scripts of numbers in the site's resources: where they are, and whether they are as they were made.
package enum SiteData {
  /// The folder of the scripts in a checkout.
  package static let folder = "Sources/Course/Site/Resources/assets/data"

  /// The page "Draw your own digit": its readers, and a few digits to begin with.
  package struct DrawNumbers: Codable, Hashable, Sendable {
    /// The networks, that in floats first.
    package let readers: [DigitReader]
    /// Digits of the lesson's test set in base64, one of each class, 784 bytes each.
    package let samples: String

    /// Collects what the page needs.
    ///
    /// - Parameters:
    ///   - readers: The networks, that in floats first.
    ///   - test: Digits that no network has learned from; the first of each class becomes a sample.
    package init(readers: [DigitReader], test: LabeledImages) {
      self.readers = readers
      let first = (0..<10).compactMap { digit in test.labels.firstIndex { Int($0) == digit } }
      samples = Base64.text(first.flatMap { test.pixels[($0 * 784)..<(($0 + 1) * 784)] })
    }
  }

  /// The numbers of the page "Draw your own digit" in a checkout.
  ///
  /// - Throws: ``SiteDataError`` if the script is not as it was made, `FileError` if it cannot be read.
  package static func draw(root: String) throws -> DrawNumbers { try read("draw", root: root) }

  /// The numbers of lesson 1's figures in a checkout.
  ///
  /// - Throws: ``SiteDataError`` if the script is not as it was made, `FileError` if it cannot be read.
  package static func weights(root: String) throws -> WeightNumbers { try read("lesson-01", root: root) }

  /// The numbers of lesson 2's figures in a checkout.
  ///
  /// - Throws: ``SiteDataError`` if the script is not as it was made, `FileError` if it cannot be read.
  package static func thresholds(root: String) throws -> ThresholdNumbers {
    try read("lesson-02", root: root)
  }

  /// What is wrong with the scripts in a checkout; empty if all are as they were made.
  package static func problems(root: String) -> [String] {
    func problem(_ read: () throws -> Void) -> String? {
      do { try read() } catch { return "\(error)" }
      return nil
    }
    return [
      problem { for reader in try draw(root: root).readers { _ = try reader.integerModel() } },
      problem { _ = try weights(root: root) }, problem { _ = try thresholds(root: root) },
    ].compactMap { $0 }
  }

  private static func read<Content: Codable & Sendable>(_ page: String, root: String) throws -> Content {
    let name = "\(folder)/\(page).js"
    let text = String(decoding: try AtomicFile.read("\(root)/\(name)"), as: UTF8.self)
    return try SiteScript<Content>(reading: text, name: name).content
  }
}
