import Foundation
import Platform
import Support

/// The folder of a site, which is written whole or not at all.
///
/// It is new, empty, or a site that this package made there and in which nothing was added: what is replaced can
/// always be made again.
package struct SiteFolder: Sendable {
  /// The file that lists what a site consists of.
  package static let mark = ".swift-qat-site"
  private static let words = "A site of swift-qat. It is made anew at any time: keep nothing of yours here.\n"

  /// The path of the folder.
  package let path: String

  /// Names a folder.
  ///
  /// - Throws: ``SiteError`` if it holds anything that no site of this package has, `FileError` if it cannot be read.
  package init(_ path: String) throws {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    try refuseForeign()
  }

  private func refuseForeign() throws {
    guard AtomicFile.exists(path) else { return }
    guard AtomicFile.isFolder(path) else { throw SiteError("\(path) is no folder; name a new one with --to") }
    let names = try FileManager.default.subpathsOfDirectory(atPath: path)
    guard !names.isEmpty else { return }
    let list = (try? AtomicFile.read("\(path)/\(Self.mark)", limit: 1 << 22)).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard let list, list.hasPrefix(Self.words) else {
      throw SiteError(
        "\(path) is neither empty nor a site that book made, and nothing in it shall be lost; name a new folder with --to"
      )
    }
    let ours = Set(list.dropFirst(Self.words.count).split(separator: "\n").map(String.init) + [Self.mark])
    // A folder without files has nothing to lose.
    if let other = names.sorted().first(where: { !ours.contains($0) && !AtomicFile.isFolder("\(path)/\($0)") }
    ) {
      throw SiteError("\(path) holds \(other), which book did not write; move it away, or name a new folder")
    }
  }

  /// Puts a site in the folder's place: all of it, or after an error nothing.
  ///
  /// - Parameter make: Writes the site into an empty folder.
  /// - Throws: What `make` throws, ``SiteError`` if another file came into the folder meanwhile, `FileError`.
  package func replace(_ make: (_ folder: String) throws -> Void) throws {
    let parent = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
    try AtomicFile.createFolder(parent)
    // Beside it, so that the new site only has to be renamed.
    let scratch = try ScratchFolder(in: parent)
    defer { withExtendedLifetime(scratch) {} }
    let (new, old) = ("\(scratch.path)/new", "\(scratch.path)/old")
    try AtomicFile.createFolder(new)
    try make(new)
    let files = try FileManager.default.subpathsOfDirectory(atPath: new).filter {
      !AtomicFile.isFolder("\(new)/\($0)")
    }
    try AtomicFile.write(
      text: Self.words + files.sorted().map { $0 + "\n" }.joined(), to: "\(new)/\(Self.mark)")
    try refuseForeign()
    let isThere = AtomicFile.exists(path)
    if isThere, rename(path, old) != 0 { throw FileError("rename", path) }
    guard rename(new, path) == 0 else {
      let error = FileError("rename to", path)
      if isThere { rename(old, path) }
      throw error
    }
  }
}
