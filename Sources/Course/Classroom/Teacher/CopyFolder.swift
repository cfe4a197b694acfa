import Foundation
import Support

/// A folder that is filled with a copy of the package: new, empty, or marked as a copy of the same kind.
///
/// Filling it deletes and overwrites. So it is refused if anything else is in it, and so is every folder in which
/// the checkout keeps files of its own. As long as this value lives, no other process fills the folder.
package final class CopyFolder: Sendable {
  /// What a copy is for.
  package enum Purpose: String, Sendable {
    /// It is built for one student after the other, and stays.
    case grading = "A copy of swift-qat for grading"
    /// It is given away; its mark goes when it is complete.
    case handout = "An unfinished handout of swift-qat"
  }

  /// The file that marks a copy as our own.
  package static let mark = ".swift-qat-copy"

  /// The folder, as an absolute path without links.
  package let path: String

  private let lock: FileLock

  /// Makes the folder if it is missing, marks it and locks it; `whenBusy` is called before another process is waited for.
  ///
  /// - Throws: `ClassroomError` if it holds anything that is not such a copy or lies among the checkout's files,
  ///   `FileError` if it cannot be read or made.
  package init(
    _ folder: String, of workspace: Workspace, for purpose: Purpose, whenBusy: () -> Void = {}
  ) throws {
    let path = Self.withoutLinks(folder)
    try Self.refuse(path, named: folder, near: Self.withoutLinks(workspace.root))
    let text = Self.text(for: purpose, in: path)
    let isOurs = {
      // An empty mark alone is what a process left that was killed here, in the middle of the lines below.
      let names = try Self.contents(of: path)
      return names.isEmpty || Self.mark(in: path) == text || names == [Self.mark] && Self.mark(in: path) == ""
    }
    var taken: FileLock?
    while taken?.isCurrent != true {
      guard try isOurs() else {
        throw ClassroomError(
          "\(folder) is neither empty nor a copy that qat made there, and nothing in it shall be lost; "
            + "name a new folder, or delete this one")
      }
      try AtomicFile.createFolder(path)
      // The mark is the lock. After waiting all is looked at again: a handout that was completed is ours no more.
      taken = nil
      taken = try FileLock("\(path)/\(Self.mark)", whenBusy: whenBusy)
    }
    guard let lock = taken else { stop("the loop above ends with a lock") }
    if Self.mark(in: path) != text { try lock.write(text) }
    (self.path, self.lock) = (path, lock)
  }

  /// Takes the mark away: from now on the folder belongs to whoever it is given to.
  ///
  /// - Throws: an error of the file system.
  package func giveAway() throws { try FileManager.default.removeItem(atPath: "\(path)/\(Self.mark)") }

  /// The mark's text; it names the folder, so that a copy of the copy is not taken for our own.
  private static func text(for purpose: Purpose, in path: String) -> String {
    "\(purpose.rawValue), in \(path). It is made anew at any time: keep nothing of yours here.\n"
  }

  /// The text of the mark in a folder; nil if it has none of a mark's size.
  private static func mark(in path: String) -> String? {
    guard let file = try? OrdinaryFile(path: "\(path)/\(mark)", followsLink: false), file.size < 1 << 14,
      let bytes = try? file.read(0..<file.size)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The names in a folder; none if there is no such folder yet.
  private static func contents(of path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
    guard isFolder.boolValue else { throw ClassroomError("\(path) is no folder; name a new folder") }
    return try FileManager.default.contentsOfDirectory(atPath: path)
  }

  /// Refuses the checkout, what holds it, and what it copies or keeps; its build folder is the place for copies.
  private static func refuse(_ path: String, named folder: String, near root: String) throws {
    if path == root || root.hasPrefix(path == "/" ? "/" : path + "/") {
      throw ClassroomError(
        "\(folder) is or holds the checkout, which would be overwritten; name a new folder outside of it")
    }
    guard path.hasPrefix(root + "/") else { return }
    let first = String(path.dropFirst(root.count + 1).prefix { $0 != "/" })
    if Handout.entries.contains(first) || first == ".git" {
      throw ClassroomError(
        "\(folder) lies among the checkout's own files, in \(first); name a folder outside of it")
    }
  }

  /// A path as the system resolves it, as far as it exists.
  private static func withoutLinks(_ path: String) -> String {
    var (existing, rest) = (URL(fileURLWithPath: path).standardizedFileURL.path, "")
    while existing != "/" {
      if let resolved = realpath(existing, nil) {
        defer { free(resolved) }
        let text = String(cString: resolved)
        return text == "/" && !rest.isEmpty ? rest : text + rest
      }
      let name = existing.split(separator: "/").last ?? ""
      rest = "/\(name)" + rest
      existing = String(existing.dropLast(name.count + 1))
      if existing.isEmpty { existing = "/" }
    }
    return rest.isEmpty ? "/" : rest
  }
}
