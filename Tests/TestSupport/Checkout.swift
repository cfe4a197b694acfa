import Foundation
import Support
import Testing
import Weaver

/// The checkout from which the tests were built.
public enum Checkout {
  /// The absolute path of its folder, without a slash at its end.
  public static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// Expects a page to contain the code between each two lines `// README` of a test's source, or of another mark.
  ///
  /// - Parameters:
  ///   - test: The path of the test's source.
  ///   - mark: What stands behind `//` in a line before and a line after the code.
  ///   - page: The path of the page in the checkout.
  /// - Throws: An error of reading the files, or an error of the test if its source has no such lines.
  public static func expectPageToShow(
    _ test: String, mark: String = "README", page: String = "README.md"
  ) throws {
    let text = String(decoding: try AtomicFile.read("\(root)/\(page)"), as: UTF8.self)
    let source = String(decoding: try AtomicFile.read(test), as: UTF8.self)
    let parts = source.split(separator: "    // \(mark)\n", omittingEmptySubsequences: false)
    try #require(parts.count >= 3)
    for snippet in stride(from: 1, to: parts.count, by: 2).map({ parts[$0] }) {
      let lines = snippet.split(separator: "\n", omittingEmptySubsequences: false)
      let code = lines.map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }.joined(separator: "\n")
      #expect(text.contains(code))
    }
  }
}

extension Executables {
  /// The executables that SwiftPM built beside the tests: the test bundle lies in their folder.
  public static var builtWithTests: Executables {
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return Executables(in: bundle.bundleURL.deletingLastPathComponent().path)
    }
    return Executables(in: Bundle.main.bundleURL.path)  // on Linux the bundle is its own executable
  }
}
