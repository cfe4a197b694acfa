import Support

/// A page of the book on the disk, which is written anew only where a book wrote it before.
package struct WovenPage: Hashable, Sendable {
  /// The words by which a woven page is known; each ends with them and its sources.
  package static let mark = "Woven by `swift run book`"

  /// The path of the page.
  package let path: String

  /// Names a page, which need not exist.
  package init(path: String) { self.path = path }

  /// Refuses a page that somebody else wrote, such as a `README.md` in the folder named by `--to`.
  ///
  /// - Throws: `WeaverError` if the file exists without the words, `FileError` if it cannot be read.
  package func refuseForeign() throws {
    guard AtomicFile.exists(path) else { return }
    let text = String(decoding: try AtomicFile.read(path, limit: 1 << 24), as: UTF8.self)
    guard text.contains(Self.mark) else {
      throw WeaverError(
        path, "this page was not woven by book, and would be overwritten; name another folder with --to")
    }
  }

  /// Writes the page.
  ///
  /// - Throws: `WeaverError` if somebody else wrote the one that is there, `FileError` if it cannot be written.
  package func write(_ markdown: String) throws {
    try refuseForeign()
    AtomicFile.removeAbandoned(of: path)
    try AtomicFile.write(text: markdown, to: path)
  }
}
