import Foundation
import Support
import Testing

@Suite final class ScratchFolderTests {
  private let parent: String

  init() throws {
    parent = FileManager.default.temporaryDirectory.appending(path: "scratch-\(UUID())").path()
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: parent) }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: parent).sorted()
  }

  @Test func `a folder goes with all it holds, and what its links lead to stays`() throws {
    try AtomicFile.write(text: "theirs", to: "\(parent)/theirs")
    var folder: ScratchFolder? = try ScratchFolder(in: parent)
    let path = try #require(folder).path
    try AtomicFile.createFolder("\(path)/a/b")
    try AtomicFile.write(text: "text", to: "\(path)/a/b/file")
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/a/link", withDestinationPath: "\(parent)/theirs")
    #expect(chmod("\(path)/a/b", 0) == 0)
    let status = try FileManager.default.attributesOfItem(atPath: path)
    #expect(status[.posixPermissions] as? Int == 0o700)
    folder = nil
    #expect(try folder == nil && names() == ["theirs"])
  }

  @Test func `two folders of one process are different, and neither is abandoned`() throws {
    let first = try ScratchFolder(in: parent)
    let second = try ScratchFolder(in: parent)
    #expect(first.path != second.path)
    #expect(try names().count == 2)
    withExtendedLifetime((first, second)) {}
  }

  @Test func `only what killed processes left is removed`() throws {
    // No process has this number: it is above Linux's greatest.
    let abandoned = ["swift-qat.4194305.0", "swift-qat.4194305.1"]
    let others = ["swift-qat.4194305.2", "swift-qat.4194305.x", "swift-qat.9", "swift-qat-9.0", "notes"]
    for name in abandoned + others { try AtomicFile.createFolder("\(parent)/\(name)/inside") }
    try AtomicFile.write(text: "", to: "\(parent)/swift-qat.4194305.1/lock")
    let living = try FileLock("\(parent)/swift-qat.4194305.2/lock")
    let link = "\(parent)/swift-qat.4194305.3"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "\(parent)/notes")
    let folder = try ScratchFolder(in: parent)
    let own = folder.path.split(separator: "/").last.map(String.init) ?? ""
    let left = try (names(), FileManager.default.contentsOfDirectory(atPath: "\(parent)/notes"))
    withExtendedLifetime((folder, living)) {}
    #expect(left.0 == (others + [own, "swift-qat.4194305.3"]).sorted())
    #expect(left.1 == ["inside"])
  }

  @Test func `a lock is waited for, and tells when its file was replaced`() throws {
    let path = "\(parent)/lock"
    var first: FileLock? = try FileLock(path)
    var waits = 0
    let second = try FileLock(path) {
      waits += 1
      first = nil
    }
    #expect(first == nil && waits == 1 && second.isCurrent)
    try FileManager.default.removeItem(atPath: path)
    #expect(!second.isCurrent)
  }
}
