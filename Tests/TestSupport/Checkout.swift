import Support
import Testing

/// The checkout that the tests were built from.
public enum Checkout {
  /// Its folder, as an absolute path without a slash at its end.
  public static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// Expects the README to contain what stands between two lines `// README` of a test's source.
  ///
  /// - Throws: what reading the files throws, or an error if the test has no such lines.
  public static func expectReadmeToShow(_ test: String) throws {
    let readme = String(decoding: try AtomicFile.read("\(root)/README.md"), as: UTF8.self)
    let source = String(decoding: try AtomicFile.read(test), as: UTF8.self)
    let marked = source.split(separator: "    // README\n", omittingEmptySubsequences: false)
    let snippet = try #require(marked.dropFirst().first).split(
      separator: "\n", omittingEmptySubsequences: false)
    let code = snippet.map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }.joined(separator: "\n")
    #expect(readme.contains(code))
  }
}
