import Support
import Testing

/// The checkout that the tests were built from.
public enum Checkout {
  /// Its folder, as an absolute path without a slash at its end.
  public static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// Expects the README to contain what stands between each two lines `// README` of a test's source.
  ///
  /// - Throws: what reading the files throws, or an error if the test has no such lines.
  public static func expectReadmeToShow(_ test: String) throws {
    let readme = String(decoding: try AtomicFile.read("\(root)/README.md"), as: UTF8.self)
    let source = String(decoding: try AtomicFile.read(test), as: UTF8.self)
    let parts = source.split(separator: "    // README\n", omittingEmptySubsequences: false)
    try #require(parts.count >= 3)
    for snippet in stride(from: 1, to: parts.count, by: 2).map({ parts[$0] }) {
      let lines = snippet.split(separator: "\n", omittingEmptySubsequences: false)
      let code = lines.map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }.joined(separator: "\n")
      #expect(readme.contains(code))
    }
  }
}
